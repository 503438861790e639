//! A dose as a clerk types it in from paper: what the paper does not say stays open, a day may be only a month or a year.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::calendar::{EnteredDate, PartialDate};
use crate::domain::immunization::record::{Category, Content, Origin};
use crate::domain::immunization::{Immunization, Status, Subject, Vaccine};
use crate::domain::numbers::InstitutionCode;
use crate::domain::refusal::Refusal;
use crate::usecases::immunization::typed::{
    LONGEST_NAME, LONGEST_WORDS, ROUTES, SITES, amount, fault, lot, number, one_of, words,
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

/// The form as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Slip {
    /// `given`, `not_done` or `mistaken`.
    pub outcome: String,
    /// Key of the vaccine.
    pub vaccine: String,
    /// Key of the product.
    pub product: String,
    /// Number of the dose.
    pub dose: String,
    /// The day, the month or the year.
    pub on: String,
    /// Lot.
    pub lot: String,
    /// Millilitres.
    pub amount: String,
    /// Key of the part of the body.
    pub site: String,
    /// Key of the way.
    pub route: String,
    /// 10-digit code of the institution.
    pub institution: String,
    /// Name of the institution, or the country.
    pub place: String,
    /// Name of the physician.
    pub physician: String,
    /// Key of where the record comes from.
    pub origin: String,
    /// Key of under what it was given.
    pub category: String,
    /// Reaction seen afterwards.
    pub reaction: String,
    /// Why, where a reason is asked for.
    pub reason: String,
    /// The page's key against repeating.
    pub request: String,
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
    let on = reader.keep(day(&slip.on, subject, today));
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
        let product = self.text(product(&slip.product, vaccine));
        Immunization {
            id: String::new(),
            vaccine: vaccine.key.clone(),
            dose: self.text(if slip.dose.trim().is_empty() { Ok(String::new()) } else { number(&slip.dose) }),
            on,
            nth: 0,
            status: status(&slip.outcome),
            origin: self
                .keep(Origin::from_code(&slip.origin).ok_or_else(|| choice("origin")))
                .unwrap_or(Origin::Paper),
            category: self
                .keep(Category::from_code(&slip.category).ok_or_else(|| choice("category")))
                .unwrap_or(Category::Unknown),
            product: Some(product).filter(|it| !it.is_empty()),
            lot: self.text(lot(&slip.lot, false)),
            institution: self.text(institution(&slip.institution)),
            content: self.content(slip),
            supersedes: None,
            superseded_by: None,
            author: String::new(),
            at: chrono::DateTime::UNIX_EPOCH,
            keep_until: None,
        }
    }

    fn content(&mut self, slip: &Slip) -> Content {
        let long = |at| Refusal::new("dose.long").with("most", LONGEST_WORDS).at(at);
        let name = |typed: &str, at| {
            words(typed, LONGEST_NAME, false)
                .ok_or_else(|| Refusal::new("dose.long").with("most", LONGEST_NAME).at(at))
        };
        let reasoned = status(&slip.outcome) != Status::Completed;
        Content {
            institution: self.text(name(&slip.place, "place")),
            physician: self.text(name(&slip.physician, "physician")),
            amount: self.text(amount(&slip.amount, false)),
            site: self.text(one_of(&slip.site, &SITES, false).ok_or_else(|| fault("dose.site", "site"))),
            route: self.text(one_of(&slip.route, &ROUTES, false).ok_or_else(|| fault("dose.route", "route"))),
            reaction: self.text(words(&slip.reaction, LONGEST_WORDS, false).ok_or_else(|| long("reaction"))),
            reason: self.text(
                words(&slip.reason, LONGEST_WORDS, reasoned).ok_or_else(|| fault("dose.reason", "reason")),
            ),
            ..Content::default()
        }
    }
}

fn status(outcome: &str) -> Status {
    match outcome {
        "not_done" => Status::NotDone,
        "mistaken" => Status::EnteredInError,
        _ => Status::Completed,
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
    let content = line.content.clone();
    Slip {
        outcome: if line.status == Status::NotDone { "not_done" } else { "given" }.to_owned(),
        vaccine: line.vaccine.clone(),
        product: line.product.clone().unwrap_or_default(),
        dose: line.dose.clone(),
        on: line.on.to_string(),
        lot: line.lot.clone(),
        amount: content.amount,
        site: content.site,
        route: content.route,
        institution: line.institution.clone(),
        place: content.institution,
        physician: content.physician,
        origin: line.origin.code().to_owned(),
        category: line.category.code().to_owned(),
        reaction: content.reaction,
        ..Slip::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
            on: text("令和2年6月"),
            origin: text("document"),
            category: text("unknown"),
            ..Slip::default()
        }
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
        assert_eq!(slip_of(&read_it(&Slip { dose: "２".to_owned(), ..slip() }).unwrap()).dose, "2");
    }

    #[test]
    fn what_cannot_be_is_named_at_its_field_and_all_of_it_at_once() {
        let wrong = |change: fn(&mut Slip)| {
            let mut slip = slip();
            change(&mut slip);
            read_it(&slip).unwrap_err().join(",")
        };
        assert_eq!(wrong(|it| it.on = "2020-02".to_owned()), "dose.before-birth");
        assert_eq!(wrong(|it| it.on = "2026-12".to_owned()), "dose.future");
        assert_eq!(wrong(|it| it.on = "いつか".to_owned()), "register.day");
        assert_eq!(wrong(|it| it.product = "p9".to_owned()), "dose.product");
        assert_eq!(wrong(|it| it.institution = "1312345678".to_owned()), "register.institution");
        assert_eq!(wrong(|it| it.outcome = "mistaken".to_owned()), "dose.reason");
        assert_eq!(
            wrong(|it| (it.origin, it.lot) = ("x".to_owned(), "ロット".to_owned())),
            "register.choice,dose.lot"
        );
    }

    #[test]
    fn the_month_of_the_birth_can_be_that_of_a_dose() {
        assert!(read_it(&Slip { on: "2020-03".to_owned(), ..slip() }).is_ok());
    }
}
