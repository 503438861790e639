//! What a clinic types for a dose, read strictly; each fault is named beside its field.

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::calendar::EnteredDate;
use crate::domain::immunization::law::Exemption;
use crate::domain::immunization::record::Content;
use crate::domain::immunization::{Immunization, Status, Vaccine, gs1};
use crate::domain::refusal::Refusal;
use crate::domain::text::fold_width;

/// Parts of the body, as stored and as shown.
pub const SITES: [(&str, &str); 5] = [
    ("left-upper-arm", "左上腕"),
    ("right-upper-arm", "右上腕"),
    ("left-thigh", "左大腿"),
    ("right-thigh", "右大腿"),
    ("mouth", "口（経口）"),
];
/// Ways of giving a vaccine, as stored and as shown.
pub const ROUTES: [(&str, &str); 4] = [
    ("subcutaneous", "皮下注射"),
    ("intramuscular", "筋肉内注射"),
    ("percutaneous", "経皮（管針法）"),
    ("oral", "経口"),
];
/// Most millilitres of a dose, in hundredths.
const MOST_AMOUNT: u32 = 1000;
const LONGEST_LOT: usize = 40;
pub(super) const LONGEST_NAME: usize = 60;
const LONGEST_WORDS: usize = 500;

/// What became of the visit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// The dose was given.
    #[default]
    Given,
    /// 予診のみ・見合わせ
    NotDone,
    /// Of a line that is corrected: it should never have been there.
    Mistaken,
}

impl Outcome {
    /// The outcome of a code; a dose that was given for any other.
    pub(super) fn of(code: &str) -> Outcome {
        match code {
            "not_done" => Outcome::NotDone,
            "mistaken" => Outcome::Mistaken,
            _ => Outcome::Given,
        }
    }

    /// The status of the line that tells of it.
    pub(super) fn status(self) -> Status {
        match self {
            Outcome::Given => Status::Completed,
            Outcome::NotDone => Status::NotDone,
            Outcome::Mistaken => Status::EnteredInError,
        }
    }
}

/// The form as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Typed {
    /// `given`, `not_done` or `mistaken`.
    pub outcome: String,
    /// Key of the vaccine.
    pub vaccine: String,
    /// Key of the product.
    pub product: String,
    /// Number of the dose.
    pub dose: String,
    /// The day; at the office also only the month or the year.
    pub on: String,
    /// Lot, or the text of the code on the package.
    pub lot: String,
    /// Millilitres.
    pub amount: String,
    /// Key of the part of the body.
    pub site: String,
    /// Key of the way.
    pub route: String,
    /// Name of the physician.
    pub physician: String,
    /// Number of the voucher upon which it is given; empty for none.
    pub voucher: String,
    /// Id of the form that was judged by; empty for none.
    pub screening: String,
    /// Key of why the person is exempt from the regular share; empty for none.
    pub exemption: String,
    /// What was shown to prove it.
    pub proof: String,
    /// Reaction seen afterwards.
    pub reaction: String,
    /// Why, where a reason is asked for.
    pub reason: String,
    /// The page's key against repeating.
    pub request: String,
}

/// The form as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What became of the visit.
    pub outcome: Outcome,
    /// Key of the vaccine.
    pub vaccine: String,
    /// Key of the product; none where no dose was given and none was chosen.
    pub product: Option<String>,
    /// Number of the dose.
    pub dose: String,
    /// The day.
    pub on: NaiveDate,
    /// Lot.
    pub lot: String,
    /// Last day of the package, where its code says so.
    pub expires: Option<NaiveDate>,
    /// Yen that an exempt person pays.
    pub copay: Option<i64>,
    /// What is sealed of it, without the institution.
    pub content: Content,
}

/// What a form has to tell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// Amount, part of the body and way.
    pub(super) dose: bool,
    /// The physician.
    pub(super) physician: bool,
    /// A reason.
    pub(super) reason: bool,
}

/// Reads the form for a person with this birth. What only a dose that was given has, is asked only of such.
///
/// # Errors
/// Every fault at once, each at its field.
pub fn read(
    typed: &Typed,
    birth: NaiveDate,
    vaccines: &[Vaccine],
    today: NaiveDate,
) -> Result<Entry, Vec<Refusal>> {
    let mut faults = Vec::new();
    let outcome = Outcome::of(&typed.outcome);
    let given = outcome == Outcome::Given;
    let mut kept =
        |found: Result<String, Refusal>| found.map_err(|fault| faults.push(fault)).unwrap_or_default();
    let vaccine = vaccines.iter().find(|it| it.key == typed.vaccine);
    let entry = Entry {
        outcome,
        vaccine: kept(vaccine.map(|it| it.key.clone()).ok_or_else(|| fault("dose.vaccine", "vaccine"))),
        product: Some(kept(product(typed, vaccine, given))).filter(|it| !it.is_empty()),
        dose: kept(number(&typed.dose)),
        on: NaiveDate::default(),
        lot: kept(lot(&typed.lot, given)),
        expires: gs1::read(&typed.lot).and_then(|package| package.expires),
        copay: None,
        content: Content::default(),
    };
    let content = content(typed, Asked { dose: given, physician: true, reason: !given }, &mut faults);
    let on = day(&typed.on, birth, today).map_err(|fault| faults.push(fault));
    match on {
        Ok(on) if faults.is_empty() => Ok(Entry { on, content, ..entry }),
        _ => Err(faults),
    }
}

/// Reads what is sealed of a dose; what is wrong is added to the faults.
pub(super) fn content(typed: &Typed, asked: Asked, faults: &mut Vec<Refusal>) -> Content {
    let mut kept =
        |found: Result<String, Refusal>| found.map_err(|fault| faults.push(fault)).unwrap_or_default();
    let unnamed = match asked.physician {
        true => fault("dose.physician", "physician"),
        false => long("physician", LONGEST_NAME),
    };
    Content {
        amount: kept(amount(&typed.amount, asked.dose)),
        site: kept(one_of(&typed.site, &SITES, asked.dose).ok_or_else(|| fault("dose.site", "site"))),
        route: kept(one_of(&typed.route, &ROUTES, asked.dose).ok_or_else(|| fault("dose.route", "route"))),
        physician: kept(words(&typed.physician, LONGEST_NAME, asked.physician).ok_or(unnamed)),
        reaction: kept(
            words(&typed.reaction, LONGEST_WORDS, false).ok_or_else(|| long("reaction", LONGEST_WORDS)),
        ),
        reason: kept(
            words(&typed.reason, LONGEST_WORDS, asked.reason).ok_or_else(|| fault("dose.reason", "reason")),
        ),
        ..Content::default()
    }
}

/// A line as its form would have been typed; the reason is asked for anew.
pub(super) fn typed_of(line: &Immunization) -> Typed {
    let content = line.content.clone();
    Typed {
        outcome: if line.status == Status::NotDone { "not_done" } else { "given" }.to_owned(),
        vaccine: line.vaccine.clone(),
        product: line.product.clone().unwrap_or_default(),
        dose: line.dose.clone(),
        on: line.on.to_string(),
        lot: line.lot.clone(),
        amount: content.amount,
        site: content.site,
        route: content.route,
        physician: content.physician,
        exemption: content.exemption,
        proof: content.proof,
        reaction: content.reaction,
        ..Typed::default()
    }
}

/// Whoever is exempt from the regular share: why is one of the town's reasons, and something was shown. Of a visit
/// without a dose nothing is asked.
///
/// # Errors
/// `dose.exemption`, `dose.proof`.
pub(super) fn exempt(typed: &Typed, known: &[Exemption], mut entry: Entry) -> Result<Entry, Refusal> {
    if typed.exemption.is_empty() || entry.outcome != Outcome::Given {
        return Ok(entry);
    }
    let found = known.iter().find(|it| it.key == typed.exemption);
    entry.copay = Some(found.ok_or_else(|| fault("dose.exemption", "exemption"))?.copay);
    entry.content.exemption.clone_from(&typed.exemption);
    entry.content.proof =
        words(&typed.proof, LONGEST_NAME, true).ok_or_else(|| fault("dose.proof", "proof"))?;
    Ok(entry)
}

pub(super) fn fault(key: &str, at: &str) -> Refusal {
    Refusal::new(key).at(at)
}

pub(super) fn long(at: &str, most: usize) -> Refusal {
    Refusal::new("dose.long").with("most", most).at(at)
}

/// A day that can have been: since the birth, and up to today.
fn day(typed: &str, birth: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    let day = EnteredDate::parse(typed).ok().and_then(|entered| entered.date.day());
    match day.ok_or_else(|| fault("dose.day", "on"))? {
        day if day > today => Err(fault("dose.future", "on")),
        day if day < birth => Err(fault("dose.before-birth", "on")),
        day => Ok(day),
    }
}

/// A product that the vaccine has. Where the tables have none of it, nothing is chosen.
fn product(typed: &Typed, vaccine: Option<&Vaccine>, given: bool) -> Result<String, Refusal> {
    let known = vaccine.map(|it| it.products.as_slice()).unwrap_or_default();
    let found = known.iter().any(|(key, ..)| *key == typed.product);
    let left = typed.product.is_empty() && (!given || known.is_empty());
    if found || left { Ok(typed.product.clone()) } else { Err(fault("dose.product", "product")) }
}

pub(super) fn number(typed: &str) -> Result<String, Refusal> {
    let folded = fold_width(typed.trim()).to_uppercase();
    let number = folded.parse::<u32>().is_ok_and(|it| (1..=20).contains(&it));
    if number || folded == "B" { Ok(folded) } else { Err(fault("dose.number", "dose")) }
}

/// The lot as typed, or that of the package's code.
pub(super) fn lot(typed: &str, given: bool) -> Result<String, Refusal> {
    let read = gs1::read(typed).map(|package| package.lot);
    let lot = read.unwrap_or_else(|| fold_width(typed.trim()));
    let plain = lot.chars().all(|c| c.is_ascii_graphic()) && lot.len() <= LONGEST_LOT;
    if plain && (!given || !lot.is_empty()) { Ok(lot) } else { Err(fault("dose.lot", "lot")) }
}

/// Millilitres with at most two digits behind the point.
fn amount(typed: &str, given: bool) -> Result<String, Refusal> {
    let folded = fold_width(typed.trim());
    let (whole, part) = folded.split_once('.').unwrap_or((&folded, ""));
    let hundredths = format!("{whole}{part:0<2}").parse::<u32>();
    let sound = part.len() <= 2 && hundredths.is_ok_and(|it| (1..=MOST_AMOUNT).contains(&it));
    if sound || (!given && folded.is_empty()) { Ok(folded) } else { Err(fault("dose.amount", "amount")) }
}

fn one_of(typed: &str, known: &[(&str, &str)], given: bool) -> Option<String> {
    let found = known.iter().any(|(key, _)| *key == typed);
    (found || (!given && typed.is_empty())).then(|| typed.to_owned())
}

pub(super) fn words(typed: &str, longest: usize, needed: bool) -> Option<String> {
    let text = typed.trim();
    let visible = text.chars().all(|c| !c.is_control() || c == '\n' || c == '\r');
    let sound = visible && text.chars().count() <= longest && (!needed || !text.is_empty());
    sound.then(|| text.to_owned())
}
