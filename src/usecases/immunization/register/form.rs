//! A dose as a clerk types it in from paper: what the paper does not say stays open, a day may be only a month or a year.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::calendar::{EnteredDate, PartialDate};
use crate::domain::immunization::record::{Category, Content, Origin};
use crate::domain::immunization::{Immunization, Subject, Vaccine};
use crate::domain::numbers::InstitutionCode;
use crate::domain::refusal::Refusal;
use crate::usecases::immunization::typed::{
    Asked, LONGEST_NAME, Outcome, Typed, content, fault, long, lot, number, typed_of, words,
};

/// Where a record comes from, as stored and as shown.
pub const ORIGINS: [(&str, &str); 5] = [
    ("paper", "紙の予診票"),
    ("document", "母子健康手帳・接種済証・海外の記録など"),
    ("clinic", "医療機関の入力"),
    ("import", "前の台帳からの取り込み"),
    ("national", "国のシステム"),
];
/// Under what a dose was given, as stored and as shown.
pub const CATEGORIES: [(&str, &str); 5] = [
    ("routine", "定期"),
    ("temporary", "臨時"),
    ("exception", "特例・長期療養特例"),
    ("voluntary", "任意"),
    ("unknown", "分からない"),
];

/// The form as it was typed: that of a clinic, and what only paper has to tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Slip {
    /// What a clinic tells of a dose; the lot is no code of a package, and nobody uses up a voucher or a 予診票.
    #[serde(flatten)]
    pub typed: Typed,
    /// 10-digit code of the institution.
    pub institution: String,
    /// Name of the institution, or the country.
    pub place: String,
    /// Key of where the record comes from.
    pub origin: String,
    /// Key of under what it was given.
    pub category: String,
}

/// Reads the form into a line without id, author and time.
///
/// # Errors
/// Every fault at once, each at its field.
pub fn read(
    slip: &Slip,
    subject: &Subject,
    vaccine: &Vaccine,
    today: NaiveDate,
) -> Result<Immunization, Vec<Refusal>> {
    let mut reader = Reader { faults: Vec::new() };
    let on = reader.keep(day(&slip.typed.on, subject, today));
    let line = reader.line(slip, vaccine, on.unwrap_or_else(|| today.into()));
    if reader.faults.is_empty() { Ok(line) } else { Err(reader.faults) }
}

struct Reader {
    faults: Vec<Refusal>,
}

impl Reader {
    fn keep<T>(&mut self, found: Result<T, Refusal>) -> Option<T> {
        found.map_err(|fault| self.faults.push(fault)).ok()
    }

    fn text(&mut self, found: Result<String, Refusal>) -> String {
        self.keep(found).unwrap_or_default()
    }

    fn line(&mut self, slip: &Slip, vaccine: &Vaccine, on: PartialDate) -> Immunization {
        let choice = |at| fault("register.choice", at);
        let typed = &slip.typed;
        let product = self.text(product(&typed.product, vaccine));
        Immunization {
            id: String::new(),
            vaccine: vaccine.key.clone(),
            dose: self.text(if typed.dose.trim().is_empty() {
                Ok(String::new())
            } else {
                number(&typed.dose)
            }),
            on,
            nth: 0,
            status: Outcome::of(&typed.outcome).status(),
            origin: self
                .keep(Origin::from_code(&slip.origin).ok_or_else(|| choice("origin")))
                .unwrap_or(Origin::Paper),
            category: self
                .keep(Category::from_code(&slip.category).ok_or_else(|| choice("category")))
                .unwrap_or(Category::Unknown),
            product: Some(product).filter(|it| !it.is_empty()),
            lot: self.text(lot(&typed.lot, false)),
            institution: self.text(institution(&slip.institution)),
            copay: None,
            content: self.content(slip),
            supersedes: None,
            superseded_by: None,
            author: String::new(),
            at: chrono::DateTime::UNIX_EPOCH,
            keep_until: None,
        }
    }

    fn content(&mut self, slip: &Slip) -> Content {
        let place = words(&slip.place, LONGEST_NAME, false).ok_or_else(|| long("place", LONGEST_NAME));
        let reason = Outcome::of(&slip.typed.outcome) != Outcome::Given;
        let asked = Asked { dose: false, physician: false, reason };
        Content { institution: self.text(place), ..content(&slip.typed, asked, &mut self.faults) }
    }
}

/// A time that can have been: not before the birth, and not after today.
fn day(typed: &str, subject: &Subject, today: NaiveDate) -> Result<PartialDate, Refusal> {
    let entered = EnteredDate::parse(typed).ok().filter(|entered| entered.doubt.is_none());
    match entered.ok_or_else(|| fault("register.day", "on"))?.date {
        date if date.earliest() > today => Err(fault("dose.future", "on")),
        date if date.latest() < subject.birth => Err(fault("dose.before-birth", "on")),
        date => Ok(date),
    }
}

fn product(typed: &str, vaccine: &Vaccine) -> Result<String, Refusal> {
    let known = typed.is_empty() || vaccine.products.iter().any(|(key, ..)| key == typed);
    if known { Ok(typed.to_owned()) } else { Err(fault("dose.product", "product")) }
}

fn institution(typed: &str) -> Result<String, Refusal> {
    if typed.trim().is_empty() {
        return Ok(String::new());
    }
    let code =
        InstitutionCode::parse_strict(typed).map_err(|_| fault("register.institution", "institution"))?;
    Ok(code.as_str().to_owned())
}

/// A line as its form would have been typed; the reason is asked for anew.
pub(super) fn slip_of(line: &Immunization) -> Slip {
    Slip {
        typed: typed_of(line),
        institution: line.institution.clone(),
        place: line.content.institution.clone(),
        origin: line.origin.code().to_owned(),
        category: line.category.code().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::immunization::Status;
    use crate::domain::immunization::record::Person;

    fn subject() -> Subject {
        Subject {
            id: "sub_1".to_owned(),
            program: "program".to_owned(),
            birth: "2020-03-15".parse().unwrap(),
            sex: None,
            district: String::new(),
            person: Person::default(),
            moved_in_on: None,
            moved_out_on: None,
            died_on: None,
        }
    }

    fn slip() -> Slip {
        let text = str::to_owned;
        Slip {
            typed: Typed { on: text("令和2年6月"), ..Typed::default() },
            origin: text("document"),
            category: text("unknown"),
            ..Slip::default()
        }
    }

    fn with(change: impl FnOnce(&mut Slip)) -> Slip {
        let mut slip = slip();
        change(&mut slip);
        slip
    }

    fn read_it(slip: &Slip) -> Result<Immunization, Vec<String>> {
        let vaccine = Vaccine {
            key: "v1".to_owned(),
            name: "一".to_owned(),
            name_en: "One".to_owned(),
            class: "A".to_owned(),
            current: true,
            anew: false,
            cohort: crate::domain::immunization::outlook::Cohort::Fiscal,
            products: vec![("p1".to_owned(), "製品1".to_owned(), true)],
        };
        let read = read(slip, &subject(), &vaccine, "2026-11-23".parse().unwrap());
        read.map_err(|faults| faults.into_iter().map(|it| it.key).collect())
    }

    #[test]
    fn what_the_paper_does_not_say_stays_open() {
        let line = read_it(&slip()).unwrap();
        assert_eq!(
            (line.on.to_string().as_str(), line.dose.as_str(), line.lot.as_str()),
            ("2020-06", "", "")
        );
        assert_eq!((line.product, line.origin, line.status), (None, Origin::Document, Status::Completed));
        assert_eq!(slip_of(&read_it(&with(|it| it.typed.dose = "２".to_owned())).unwrap()).typed.dose, "2");
    }

    #[test]
    fn what_cannot_be_is_named_at_its_field_and_all_of_it_at_once() {
        let wrong = |change: fn(&mut Slip)| read_it(&with(change)).unwrap_err().join(",");
        assert_eq!(wrong(|it| it.typed.on = "2020-02".to_owned()), "dose.before-birth");
        assert_eq!(wrong(|it| it.typed.on = "2026-12".to_owned()), "dose.future");
        assert_eq!(wrong(|it| it.typed.on = "いつか".to_owned()), "register.day");
        assert_eq!(wrong(|it| it.typed.product = "p9".to_owned()), "dose.product");
        assert_eq!(wrong(|it| it.institution = "1312345678".to_owned()), "register.institution");
        assert_eq!(wrong(|it| it.typed.outcome = "mistaken".to_owned()), "dose.reason");
        assert_eq!(
            wrong(|it| (it.origin, it.typed.lot) = ("x".to_owned(), "ロット".to_owned())),
            "register.choice,dose.lot"
        );
    }

    #[test]
    fn the_month_of_the_birth_can_be_that_of_a_dose() {
        assert!(read_it(&with(|it| it.typed.on = "2020-03".to_owned())).is_ok());
    }
}
