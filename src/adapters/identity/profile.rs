//! The person behind a token, from the userinfo endpoint.

use chrono::NaiveDate;
use serde_json::Value;

use crate::ports::identity::Gender;

/// What userinfo says. Every item may be missing: the scope was not granted, or not offered.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Profile {
    pub name: Option<String>,
    pub birth_date: Option<NaiveDate>,
    pub address: Option<String>,
    pub gender: Option<Gender>,
}

/// Reads the claims of `subject`; `None` when they are about somebody else or unreadable.
pub(super) fn read(claims: &Value, subject: &str) -> Option<Profile> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    if text("sub") != Some(subject) {
        return None;
    }
    Some(Profile {
        name: text("name").map(str::to_owned),
        birth_date: text("birthdate").and_then(birth_date),
        address: claims.get("address").and_then(address),
        gender: text("gender").map(gender),
    })
}

/// `YYYY-MM-DD` as OpenID Connect has it, or `YYYYMMDD` as デジタル認証アプリ is reported to write it.
fn birth_date(text: &str) -> Option<NaiveDate> {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    match shape.as_str() {
        "0000-00-00" => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
        "00000000" => NaiveDate::parse_from_str(text, "%Y%m%d").ok(),
        _ => None,
    }
}

/// A text, or the address claim of OpenID Connect: whole, else from its parts, greatest first.
fn address(claim: &Value) -> Option<String> {
    let part = |name: &str| claim.get(name).and_then(Value::as_str).unwrap_or_default();
    let whole = claim.as_str().unwrap_or_else(|| part("formatted")).to_owned();
    let parts = [part("region"), part("locality"), part("street_address")].concat();
    [whole, parts].into_iter().find(|text| !text.trim().is_empty())
}

/// Words of OpenID Connect or digits of 住民基本台帳.
fn gender(text: &str) -> Gender {
    match text {
        "1" | "male" => Gender::Male,
        "2" | "female" => Gender::Female,
        _ => Gender::Other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_forms_of_a_birth_date_are_read_and_nothing_else() {
        let day = NaiveDate::from_ymd_opt(1990, 6, 28);
        assert_eq!((birth_date("19900628"), birth_date("1990-06-28")), (day, day));
        for bad in ["1990-6-28", "19900230", "0628", "1990/06/28", "1990-06", "+1990628", ""] {
            assert_eq!(birth_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_address_is_read_in_each_of_its_forms() {
        assert_eq!(address(&json!("青空県若葉市")).as_deref(), Some("青空県若葉市"));
        assert_eq!(
            address(&json!({ "formatted": "青空県若葉市一丁目" })).as_deref(),
            Some("青空県若葉市一丁目")
        );
        let parts = json!({ "street_address": "一丁目", "locality": "若葉市", "region": "青空県" });
        assert_eq!(address(&parts).as_deref(), Some("青空県若葉市一丁目"));
        assert_eq!(address(&json!({})), None);
    }

    #[test]
    fn claims_about_somebody_else_are_refused_and_names_stay_as_they_are() {
        let claims = json!({ "sub": "a", "name": "神\u{e0100}﨑 花子", "gender": "2" });
        assert_eq!(read(&claims, "b"), None);
        let profile = read(&claims, "a").expect("profile");
        assert_eq!(profile.name.as_deref(), Some("神\u{e0100}﨑 花子"));
        assert_eq!(profile.gender, Some(Gender::Female));
        assert_eq!(read(&json!({ "name": "花子" }), "a"), None);
    }
}
