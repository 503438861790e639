//! Allergies and past reactions before the physician: asked of the record platform with the person's consent, and read
//! from the reports of the ledger. They stand beside what the person said and never take its place; a platform that
//! does not answer holds no dose back.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::clinical::{self, Evidence, Expected, insured};
use crate::domain::immunization::Immunization;
use crate::domain::immunization::caution::{Caution, cautions};
use crate::domain::immunization::reaction::Report;
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::ports::clinical::{ClinicalRecords, InsuredPerson, PullError, Pulled};
use crate::store::immunization_cautions::{self, Told};
use crate::store::{Conn, reaction_reports};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::off_thread::off_thread;

use super::access::{self, Ledger};
use super::vouchers::name_of;

/// What the record of access calls it.
const ACTION: &str = "ask_cautions";

/// What stands on the certificate of insurance that was shown, and whether the person agrees.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// 保険者番号.
    pub insurer: String,
    /// 記号.
    pub symbol: String,
    /// 番号.
    pub number: String,
    /// 枝番.
    pub branch: String,
    /// Whether the person or a guardian agrees to the asking.
    pub consent: bool,
}

/// A report of a reaction after an earlier dose.
#[derive(Clone, Debug, Serialize)]
pub struct Reaction {
    /// Name of the vaccine.
    pub vaccine: String,
    /// Number of the dose.
    pub dose: String,
    /// The day on which it was reported.
    pub reported_on: NaiveDate,
}

/// What a physician looks at.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Shown {
    /// Name of the platform that told; empty where nobody asked.
    pub source: String,
    /// When it told.
    pub at: Option<DateTime<Utc>>,
    /// What it told.
    pub cautions: Vec<Caution>,
    /// Reports of the ledger, the newest first.
    pub reactions: Vec<Reaction>,
    /// Whether there is a platform that can be asked.
    pub possible: bool,
}

/// What is known of a person whose ledger is open.
pub(super) fn of(
    house: &House,
    conn: &mut Conn,
    ledger: &Ledger,
    lines: &[Immunization],
) -> Result<Shown, Error> {
    let told = immunization_cautions::newest(conn, &ledger.stored)?;
    let (told, at) = told.map_or((Told::default(), None), |(told, at)| (told, Some(at)));
    let vaccines = ledger.keeping.vaccines(house);
    let reports = reaction_reports::of_subject(conn, &ledger.stored)?;
    let reaction = |report: &Report| {
        let line = lines.iter().find(|line| line.id == report.line)?;
        Some(Reaction {
            vaccine: name_of(&vaccines, &line.vaccine, Lang::Ja),
            dose: line.dose.clone(),
            reported_on: report.on,
        })
    };
    Ok(Shown {
        source: told.source,
        at,
        cautions: told.cautions,
        reactions: reports.iter().filter_map(reaction).collect(),
        possible: house.clinical.is_some(),
    })
}

/// Asks the platform of a person who showed themself, and keeps what it told.
///
/// # Errors
/// `caution.consent`, `caution.insured`, `pull.no-platform`; `caution.nobody` where the platform knows nobody with that
/// insurance and birth date; `caution.unavailable` and others where it gives no answer; [`Error::NotFound`].
pub async fn ask(house: &Arc<House>, caller: &Caller, subject: &str, asked: &Asked) -> Result<(), Error> {
    if !asked.consent {
        return Err(Refusal::new("caution.consent").at("consent").into());
    }
    let (who, id, typed) = (caller.clone(), subject.to_owned(), asked.clone());
    let (birth, people) = off_thread(house, move |house| allowed(house, &who, &id, &typed)).await?;
    let Some(platform) = &house.clinical else { return Err(Error::refused("pull.no-platform")) };
    let answer = answer(platform.as_ref(), &people, birth).await;
    let (who, id) = (caller.clone(), subject.to_owned());
    off_thread(house, move |house| keep(house, &who, &id, answer)).await
}

/// Whom to ask for. That somebody asks, and that there is consent, is on record before anything leaves.
fn allowed(
    house: &House,
    caller: &Caller,
    subject: &str,
    asked: &Asked,
) -> Result<(NaiveDate, Vec<InsuredPerson>), Error> {
    let spellings = insured::spellings(&asked.insurer, &asked.symbol, &asked.number, &asked.branch);
    if spellings.is_empty() {
        return Err(Refusal::new("caution.insured").at("number").into());
    }
    house.database.write(|conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::RecordImmunization)?;
        let detail = json!({ "subject": subject, "role": ledger.granted.role(), "consent": true });
        house.record(conn, caller, ACTION, subject, "done", detail)?;
        let birth = ledger.subject().birth;
        let person = |identifier| InsuredPerson { identifier, birth_date: Some(birth) };
        Ok((birth, spellings.into_iter().map(person).collect()))
    })
}

/// What the platform told of the first spelling under which it knows the person.
async fn answer(
    platform: &dyn ClinicalRecords,
    people: &[InsuredPerson],
    birth: NaiveDate,
) -> Result<Option<Told>, PullError> {
    for person in people {
        let pulled = platform.pull(person).await?;
        let pages = pulled.pages.iter().map(|page| page.bytes.as_slice());
        let evidence = clinical::read(pages, &Expected::default());
        if is_of(&evidence, birth) {
            return Ok(Some(told(&pulled, &evidence)));
        }
    }
    Ok(None)
}

/// A number that was typed wrong may be somebody else's: whoever was not born on the day is nobody.
fn is_of(evidence: &Evidence, birth: NaiveDate) -> bool {
    let same = |born: &Option<String>| born.as_deref() == Some(birth.to_string().as_str());
    !evidence.patients.is_empty() && evidence.patients.iter().all(|patient| same(&patient.birth_date))
}

fn told(pulled: &Pulled, evidence: &Evidence) -> Told {
    Told { source: pulled.source.clone(), cautions: cautions(evidence) }
}

fn keep(
    house: &House,
    caller: &Caller,
    subject: &str,
    answer: Result<Option<Told>, PullError>,
) -> Result<(), Error> {
    let key = match answer {
        Ok(Some(told)) => {
            return house.database.write(|conn| {
                let ledger = access::open(house, conn, caller, subject, CommandName::RecordImmunization)?;
                let id = house.new_id("cau")?;
                immunization_cautions::insert(
                    conn,
                    &ledger.stored,
                    (&id, &caller.actor.id),
                    &told,
                    house.now(),
                )?;
                let detail = json!({ "subject": subject, "role": ledger.granted.role(),
                    "cautions": told.cautions.len() });
                house.record(conn, caller, "keep_cautions", subject, "done", detail)
            });
        }
        Ok(None) => "caution.nobody",
        Err(error) => {
            tracing::warn!(%error, "cautions were not pulled");
            if error.passes() { "caution.unavailable" } else { "caution.refused" }
        }
    };
    let detail = json!({ "subject": subject, "keys": [key] });
    house.database.write(|conn| house.record(conn, caller, ACTION, subject, "refused", detail))?;
    Err(Refusal::new(key).at("number").into())
}
