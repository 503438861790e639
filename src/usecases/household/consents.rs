//! Consents of the members of a household: by the member with a code, on paper at the counter, or by the
//! applicant for a minor. Nobody consents for somebody of age.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde_json::json;

use crate::domain::lang::Lang;
use crate::domain::permission::APPLICANT;
use crate::domain::program::vocabulary::{CommandName, State};
use crate::domain::refusal::Refusal;
use crate::store::members::{self as store, Giving};
use crate::store::seal::random;
use crate::store::{Conn, StoreError};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::clerk::typed;
use crate::usecases::effects::code_token;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::members::{self, Member};

/// Characters of a code: none that looks like another.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A code as it is shown, once.
#[derive(Clone, Debug)]
pub struct Code {
    /// The member's name.
    pub name: String,
    /// The code, in groups of four.
    pub code: String,
    /// Until when it opens anything.
    pub until: DateTime<Utc>,
}

/// A consent that somebody gives or takes back for a member.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The member.
    pub member: String,
    /// Key of the consent.
    pub consent: String,
    /// Whether it is given.
    pub give: bool,
    /// On paper: the day of the signature.
    pub signed_on: String,
}

/// Makes a code for a member, in place of any earlier one.
///
/// # Errors
/// `permission.denied`; `member.closed` for a draft or an ended case; [`Error::NotFound`].
pub fn invite(house: &House, caller: &Caller, case: &str, member: &str) -> Result<Code, Error> {
    let code = fresh_code()?;
    house.database.write(|conn| {
        let opened = house.open(conn, caller, case, CommandName::InviteMember)?;
        let member = find(house, conn, &opened, member)?;
        let until = house.now() + Duration::hours(hours(house, &opened));
        let token = code_token(house, &code);
        store::set_code(conn, &opened.granted, [case, &member.key, &token], until)?;
        let detail = json!({ "role": opened.granted.role(), "member": member.key });
        house.record(conn, caller, CommandName::InviteMember.code(), case, "done", detail)?;
        Ok(Code { name: member.name, code, until })
    })
}

fn hours(house: &House, opened: &Opened) -> i64 {
    let shape = opened.program.definition.household.as_ref();
    let hours = shape.and_then(|shape| shape.code_hours.number(house.today(), &house.settings));
    hours.unwrap_or_default().into()
}

/// A code that nobody can guess: twelve characters, sixty bits.
///
/// # Errors
/// When the system gives no random bytes.
pub fn fresh_code() -> Result<String, Error> {
    let bytes: [u8; 12] = random()?;
    let chars: Vec<char> = bytes
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
        .map(|it| char::from(*it))
        .collect();
    Ok(chars.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// Gives or takes back a consent of a member: by the applicant only for a minor, by the office as it stands on
/// paper.
///
/// # Errors
/// `member.of-age`, `member.signed-on`, `member.closed`; `permission.denied`; [`Error::NotFound`].
pub fn change(house: &House, caller: &Caller, case: &str, change: &Change) -> Result<(), Error> {
    house.database.write(|conn| {
        let opened = house.open(conn, caller, case, CommandName::MemberConsent)?;
        let member = find(house, conn, &opened, &change.member)?;
        let (way, day) = way(house, &opened, &member, change)?;
        apply(house, conn, caller, (&opened, &member), (change, way, day))
    })
}

fn way(
    house: &House,
    opened: &Opened,
    member: &Member,
    change: &Change,
) -> Result<(&'static str, NaiveDate), Refusal> {
    let today = house.today();
    if opened.granted.role() == APPLICANT {
        let allowed = member.minor;
        return if allowed { Ok(("representative", today)) } else { Err(Refusal::new("member.of-age")) };
    }
    let field = format!("signed_on-{}-{}", change.member, change.consent);
    if !change.give {
        return Ok(("paper", today));
    }
    let day = typed::day(&change.signed_on, &field)?;
    let bearable = day <= today && day > today - Duration::days(366);
    if bearable { Ok(("paper", day)) } else { Err(Refusal::new("member.signed-on").at(&field)) }
}

/// Stores what was given or taken back, and who did so.
///
/// # Errors
/// [`Error::NotFound`] for a consent that is not asked of members.
pub fn apply(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    (opened, member): (&Opened, &Member),
    (change, way, day): (&Change, &str, NaiveDate),
) -> Result<(), Error> {
    let (case, now) = (&opened.stored.case.id, house.now());
    let known = member.consents.iter().find(|asked| asked.code == change.consent).ok_or(Error::NotFound)?;
    match (change.give, known.way.is_some()) {
        (true, false) => {
            let id = house.new_id("con")?;
            let (member, consent) = (member.key.as_str(), change.consent.as_str());
            let giving = Giving { id: &id, member, consent, way, given_on: day };
            store::give(conn, &opened.granted, case, &giving, now)?;
        }
        (false, true) => store::revoke(conn, &opened.granted, [case, &member.key, &change.consent], now)?,
        // It already is as it is wanted.
        _ => return Ok(()),
    }
    let detail = json!({ "role": opened.granted.role(), "member": member.key, "consent": change.consent,
        "given": change.give, "way": way });
    house.record(conn, caller, CommandName::MemberConsent.code(), case, "done", detail)
}

/// A member of a case that is filed and not ended.
fn find(house: &House, conn: &mut Conn, opened: &Opened, key: &str) -> Result<Member, Error> {
    if matches!(opened.stored.case.state, State::Draft | State::Ended) {
        return Err(Error::refused("member.closed"));
    }
    let all = members::of(house, conn, opened, Lang::Ja)?;
    all.into_iter().find(|member| member.key == key).ok_or(StoreError::NotFound.into())
}
