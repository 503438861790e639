//! Pages of the physician: requests, the certificate beside the pulled record, the signature. Assistants of the
//! same institution have the first two.

mod certificate;
mod code;
mod inbox;
mod offline;
mod records;
mod sign;
mod signed;

use actix_web::web;
use chrono::NaiveDate;
use serde_json::{Value, json};

/// The pages of this audience.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(inbox::list)
        .service(code::ask)
        .service(code::take)
        .service(certificate::show)
        .service(certificate::store)
        .service(certificate::autosave)
        .service(certificate::hand_over)
        .service(offline::held)
        .service(offline::take)
        .service(offline::send)
        .service(records::take_over)
        .service(records::ask_platform)
        .service(records::hand_in)
        .service(sign::review)
        .service(sign::put)
        .service(signed::confirmation)
        .service(signed::print_view);
}

/// Days left until a due date, as the clock chip takes them.
fn clock(due: NaiveDate, today: NaiveDate) -> Value {
    let left = due.signed_duration_since(today).num_days();
    let band = match left {
        ..0 => "overdue",
        0..=3 => "urgent",
        4..=10 => "soon",
        _ => "normal",
    };
    let text = if left < 0 { format!("{}日超過", -left) } else { format!("あと{left}日") };
    json!({ "band": band, "text": text })
}

/// Address of a request.
fn address(id: &str) -> String {
    format!("/physician/requests/{id}")
}

/// Address of an item on its step.
fn place(id: &str, step: Option<&str>, path: &str) -> String {
    let step = step.map(|step| format!("?step={step}")).unwrap_or_default();
    let anchor = if path.is_empty() { String::new() } else { format!("#{path}") };
    format!("{}{step}{anchor}", address(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_changes_its_band_at_its_limits() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let band = |days: i64| {
            let clock = clock(today + chrono::Duration::days(days), today);
            (clock["band"].as_str().unwrap().to_owned(), clock["text"].as_str().unwrap().to_owned())
        };
        assert_eq!(band(11), ("normal".to_owned(), "あと11日".to_owned()));
        assert_eq!(band(10).0, "soon");
        assert_eq!(band(3).0, "urgent");
        assert_eq!(band(0), ("urgent".to_owned(), "あと0日".to_owned()));
        assert_eq!(band(-1), ("overdue".to_owned(), "1日超過".to_owned()));
    }

    #[test]
    fn a_place_names_step_and_item() {
        assert_eq!(
            place("case_1", Some("life"), "life.pain"),
            "/physician/requests/case_1?step=life#life.pain"
        );
        assert_eq!(place("case_1", None, ""), "/physician/requests/case_1");
    }
}
