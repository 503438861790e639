//! The judgement at the desk of a clinic: the form is locked, the physician judges, the person or guardian consents,
//! and the line of the ledger ends it.

use chrono::{DateTime, Utc};

use crate::domain::immunization::screening::{Asked, Judgement};
use crate::domain::immunization::{Immunization, Status};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::domain::text::fold_width;
use crate::store::{Conn, screenings};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{self, Ledger};
use crate::usecases::immunization::give;
use crate::usecases::immunization::typed::Typed as Dose;
use crate::usecases::ledger::append::institution;

use super::sheet::{Sheet, put};

const COMMAND: CommandName = CommandName::JudgeScreening;
/// Temperatures of the living, in tenths of a degree.
const TENTHS: std::ops::RangeInclusive<u32> = 300..=450;
const LONGEST_NAME: usize = 60;
const LONGEST_WORDS: usize = 500;
/// The reason in the ledger where nobody consented.
const DECLINED: &str = "本人または保護者が同意しなかった";

/// The judgement as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Degrees Celsius before the examination.
    pub temperature: String,
    /// `yes` for 可, `no` for 見合わせ.
    pub fit: String,
    /// Why it is put off, or why it is not in spite of a fever.
    pub reason: String,
    /// Name of the physician.
    pub physician: String,
    /// Whether benefit, side effects and relief were explained.
    pub explained: bool,
    /// `yes` or `no` of the person or guardian.
    pub consent: String,
    /// Their name.
    pub signer: String,
    /// What they are to the person.
    pub relation: String,
    /// The page's key against repeating.
    pub request: String,
}

/// What follows from a judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The dose of this vaccine may be given and recorded.
    Dose(String),
    /// The visit ended without a dose, and the ledger says so.
    Ended,
}

/// Locks a form for the caller's institution.
///
/// # Errors
/// `screening.…` for a form that cannot be locked; [`Error::NotFound`].
pub fn lock(house: &House, caller: &Caller, place: (&str, &str), confirmed: bool) -> Result<(), Error> {
    give::noted(house, caller, place.0, |conn| {
        let mut sheet = Sheet::open(house, conn, caller, place, COMMAND, Lang::Ja)?;
        let here = institution(house, conn, caller)?;
        let days = sheet.asked.days;
        sheet.screening.lock((&here.code, &here.name), house.today(), days, confirmed)?;
        sheet.store(house, conn, caller, "lock_screening")
    })
}

/// Gives a form back that was locked.
///
/// # Errors
/// `screening.…` for a form that the institution does not hold; [`Error::NotFound`].
pub fn release(house: &House, caller: &Caller, place: (&str, &str)) -> Result<(), Error> {
    give::noted(house, caller, place.0, |conn| {
        let mut sheet = Sheet::open(house, conn, caller, place, COMMAND, Lang::Ja)?;
        let here = institution(house, conn, caller)?;
        sheet.screening.release(&here.code)?;
        sheet.store(house, conn, caller, "release_screening")
    })
}

/// Writes the judgement down. Where no dose follows, the visit is recorded in the same transaction.
///
/// # Errors
/// What was typed wrong, each at its field; `screening.…` for a form that the institution does not hold.
pub fn judge(house: &House, caller: &Caller, place: (&str, &str), typed: &Typed) -> Result<Next, Error> {
    give::noted(house, caller, place.0, |conn| {
        let mut sheet = Sheet::open(house, conn, caller, place, COMMAND, Lang::Ja)?;
        let here = institution(house, conn, caller)?;
        let judgement = read(typed, &sheet.asked, house.now()).map_err(Error::Refused)?;
        sheet.screening.judge(&here.code, judgement.clone())?;
        sheet.store(house, conn, caller, "judge_screening")?;
        if judgement.goes_on() {
            return Ok(Next::Dose(sheet.screening.vaccine));
        }
        let ledger = access::open(house, conn, caller, place.0, CommandName::RecordImmunization)?;
        let dose = Dose {
            outcome: "not_done".to_owned(),
            vaccine: sheet.screening.vaccine,
            dose: sheet.screening.dose,
            on: house.today().to_string(),
            physician: judgement.physician,
            reason: if judgement.fit { DECLINED.to_owned() } else { judgement.reason },
            screening: sheet.screening.id,
            request: typed.request.clone(),
            ..Dose::default()
        };
        give::put(house, conn, caller, &ledger, &dose)?;
        Ok(Next::Ended)
    })
}

/// Ends the form that a line of the ledger names, and lets every other living one about a dose that was given lapse.
///
/// # Errors
/// `screening.…` for a form by which the institution cannot give the dose; [`Error::NotFound`].
pub(in crate::usecases::immunization) fn end(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    ledger: &Ledger,
    form: &str,
    line: &Immunization,
) -> Result<(), Error> {
    let given = line.status == Status::Completed;
    if !form.is_empty() {
        let mut screening = screenings::find(conn, &ledger.stored, form)?;
        screening.end(&line.institution, (&line.vaccine, &line.dose), given, &line.id)?;
        put(house, conn, caller, &ledger.stored, &mut screening, "end_screening")?;
    }
    if given {
        screenings::lapse(conn, &ledger.subject().id, (&line.vaccine, &line.dose), house.now())?;
    }
    Ok(())
}

/// Reads the judgement. What only a dose that will be given needs, is asked only then.
fn read(typed: &Typed, asked: &Asked, at: DateTime<Utc>) -> Result<Judgement, Vec<Refusal>> {
    let mut faults = Vec::new();
    let mut need = |holds: bool, key: &str, field: &str| {
        if !holds {
            faults.push(Refusal::new(key).at(field));
        }
    };
    let fit = typed.fit == "yes";
    let tenths = tenths(&typed.temperature).unwrap_or_default();
    let (reason, signer) = (typed.reason.trim(), typed.signer.trim());
    let (physician, relation) = (typed.physician.trim(), typed.relation.trim());
    need(tenths != 0, "screening.temperature", "temperature");
    need(fit || typed.fit == "no", "screening.fit", "fit");
    need(is_words(reason, LONGEST_WORDS), "dose.reason", "reason");
    need(fit || typed.fit != "no" || !reason.is_empty(), "dose.reason", "reason");
    need(!fit || tenths < asked.fever_tenths || !reason.is_empty(), "screening.fever", "reason");
    need(is_name(physician), "dose.physician", "physician");
    need(!fit || typed.explained, "screening.explained", "explained");
    need(!fit || matches!(typed.consent.as_str(), "yes" | "no"), "screening.consent", "consent");
    need(!fit || is_name(signer), "screening.signer", "signer");
    need(!fit || is_name(relation), "screening.relation", "relation");
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Judgement {
        tenths,
        fit,
        reason: reason.to_owned(),
        physician: physician.to_owned(),
        explained: typed.explained,
        consent: typed.consent == "yes",
        signer: signer.to_owned(),
        relation: relation.to_owned(),
        at,
    })
}

fn is_words(text: &str, longest: usize) -> bool {
    text.chars().count() <= longest && text.chars().all(|c| !c.is_control() || c == '\n' || c == '\r')
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && is_words(text, LONGEST_NAME)
}

/// Tenths of a degree from text with at most one digit behind the point.
fn tenths(typed: &str) -> Option<u32> {
    let folded = fold_width(typed.trim());
    let (whole, part) = folded.split_once('.').unwrap_or((&folded, "0"));
    let tenths = format!("{whole}{part}").parse().ok().filter(|_| part.len() == 1);
    tenths.filter(|it| TENTHS.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::immunization::screening::Signer;

    fn asked() -> Asked {
        Asked {
            form: "screening".to_owned(),
            group: "child".to_owned(),
            signer: Signer::Guardian,
            days: 1,
            fever_tenths: 375,
            raises: Vec::new(),
            source: String::new(),
        }
    }

    fn fit() -> Typed {
        let text = str::to_owned;
        Typed {
            temperature: text("３６．８"),
            fit: text("yes"),
            physician: text("診療 七海"),
            explained: true,
            consent: text("yes"),
            signer: text("青空 花子"),
            relation: text("母"),
            ..Typed::default()
        }
    }

    fn faults(typed: &Typed) -> Vec<String> {
        let read = read(typed, &asked(), DateTime::<Utc>::MIN_UTC);
        read.err().unwrap_or_default().into_iter().map(|it| it.key).collect()
    }

    #[test]
    fn a_full_judgement_is_read() {
        let judgement = read(&fit(), &asked(), DateTime::<Utc>::MIN_UTC).unwrap();
        assert!(judgement.goes_on());
        assert_eq!(judgement.tenths, 368);
        let declined = Typed { consent: "no".to_owned(), ..fit() };
        assert!(!read(&declined, &asked(), DateTime::<Utc>::MIN_UTC).unwrap().goes_on());
    }

    #[test]
    fn a_fever_asks_for_a_reason_and_refuses_nothing() {
        for (typed, wanted) in
            [("37.4", vec![]), ("37.5", vec!["screening.fever"]), ("39", vec!["screening.fever"])]
        {
            assert_eq!(faults(&Typed { temperature: typed.to_owned(), ..fit() }), wanted, "{typed}");
        }
        let judged = Typed { temperature: "37.8".to_owned(), reason: "平熱が高い".to_owned(), ..fit() };
        assert!(faults(&judged).is_empty());
    }

    #[test]
    fn each_fault_is_named_at_once() {
        let all = ["screening.temperature", "screening.fit", "dose.physician"];
        assert_eq!(faults(&Typed::default()), all);
        let bare = Typed { fit: "yes".to_owned(), temperature: "36.5".to_owned(), ..Typed::default() };
        let all = [
            "dose.physician",
            "screening.explained",
            "screening.consent",
            "screening.signer",
            "screening.relation",
        ];
        assert_eq!(faults(&bare), all);
        let off = Typed { fit: "no".to_owned(), consent: String::new(), explained: false, ..fit() };
        assert_eq!(faults(&off), ["dose.reason"]);
        for wrong in ["", "3.68", "36.85", "20.0", "熱"] {
            assert_eq!(
                faults(&Typed { temperature: wrong.to_owned(), ..fit() }),
                ["screening.temperature"],
                "{wrong}"
            );
        }
    }
}
