//! What the newest pulled record says about a case, for the people who examine it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::clinical::{self, Evidence, Expected, FlagKind, Origin, Told};
use crate::domain::permission::APPLICANT;
use crate::domain::program::vocabulary::DataClass;
use crate::domain::proposal::Match;
use crate::store::{Conn, pulls};

use super::pull::FILE;
use super::{evidence_rows, evidence_words};
use crate::usecases::access::Opened;
use crate::usecases::carry_out::fixed_answers;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::slots;

/// A record as read, with what it may mean for the program.
#[derive(Clone, Debug)]
pub struct Record {
    /// When it was pulled or handed in.
    pub pulled_at: DateTime<Utc>,
    /// The platform's name, or that it was a file.
    pub source: String,
    /// What it says.
    pub evidence: Evidence,
    /// Entries of the program that its diagnoses may be, best basis first.
    pub matches: Vec<Match>,
}

/// A record ready for a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EvidenceView {
    /// When it was pulled or handed in.
    pub pulled_at: DateTime<Utc>,
    /// Where it came from.
    pub source: String,
    /// 病名, 検査, 処方, アレルギー, 保険; empty ones are left out.
    pub groups: Vec<Group>,
    /// What contradicts the application, or itself, in words.
    pub contradictions: Vec<String>,
    /// Which entries of the program the diagnoses may be.
    pub candidates: Vec<Candidate>,
}

/// Entries of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Heading.
    pub title: &'static str,
    /// Its entries, in the order of the record.
    pub rows: Vec<Row>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What it is about.
    pub label: String,
    /// What it says.
    pub value: String,
    /// The day it is about, as written: an ISO date, or a part of one.
    pub date: Option<String>,
    /// Who recorded it, and whether the patient knows.
    pub source: String,
}

/// An entry of the program that a diagnosis may be: a suggestion, never a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// On what the suggestion rests, in words.
    pub basis: String,
    /// The record itself is unsure of the diagnosis.
    pub uncertain: bool,
}

impl Record {
    /// The one entry that the surest diagnoses point to; none where they point to several. What the
    /// patient was not told points to nothing.
    pub fn disease_number(&self) -> Option<i64> {
        let sure = || self.matches.iter().filter(|found| self.counts(found));
        let best = sure().map(|found| found.basis).min()?;
        let mut numbers = sure().filter(|found| found.basis == best).map(|found| found.number);
        let first = numbers.next()?;
        numbers.all(|number| number == first).then_some(first)
    }

    /// Whether a match is certain and may go into a form.
    pub fn counts(&self, found: &Match) -> bool {
        let diagnosis = self.evidence.diagnoses.get(found.diagnosis);
        let usable = diagnosis.is_some_and(|diagnosis| self.is_usable(&diagnosis.origin));
        usable && !found.uncertain && self.stands(found)
    }

    /// Whether an entry is about the patient, who may know of it.
    pub fn is_usable(&self, origin: &Origin) -> bool {
        let foreign =
            self.evidence.flags.iter().any(|flag| {
                flag.kind == FlagKind::OtherSubject && flag.place.as_ref() == Some(&origin.place)
            });
        origin.told == Told::Told && !foreign
    }

    /// Whether the diagnosis behind a match stands and is more than a suspicion.
    pub fn stands(&self, found: &Match) -> bool {
        let diagnosis = self.evidence.diagnoses.get(found.diagnosis);
        diagnosis.is_some_and(|diagnosis| diagnosis.stands() && !diagnosis.suspected())
    }
}

/// The newest record of a case; none where nothing was pulled or the reader may not see health
/// data. The applicant is given only what the record lets the patient know.
///
/// # Errors
/// When it cannot be read.
pub fn newest(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Option<Record>, Error> {
    if !opened.granted.sees(DataClass::Health) {
        return Ok(None);
    }
    let pages = pulls::newest(conn, &opened.granted, &opened.stored)?;
    let Some(first) = pages.first() else { return Ok(None) };
    let (pulled_at, source) = (first.at, shown_source(&first.source));
    let bodies = pages.iter().map(|page| page.body.as_slice());
    let mut evidence = clinical::read(bodies, &expected(conn, opened)?);
    if opened.granted.role() == APPLICANT {
        evidence = evidence.for_citizen();
    }
    let program = &opened.program;
    let rules = house.programs.rules(&program.definition.id);
    let matches = rules.map(|it| (it.match_diagnosis)(&evidence.diagnoses, &program.tables, house.today()));
    Ok(Some(Record { pulled_at, source, evidence, matches: matches.unwrap_or_default() }))
}

/// The newest record of a case for a page.
///
/// # Errors
/// As [`newest`].
pub fn view(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Option<EvidenceView>, Error> {
    Ok(newest(house, conn, opened)?.as_ref().map(shown))
}

/// A record in words.
pub fn shown(record: &Record) -> EvidenceView {
    let candidate = |found: &Match| Candidate {
        number: found.number,
        name: found.name.clone(),
        basis: evidence_words::basis(found),
        uncertain: found.uncertain || !record.stands(found),
    };
    EvidenceView {
        pulled_at: record.pulled_at,
        source: record.source.clone(),
        groups: evidence_rows::groups(record),
        contradictions: evidence_words::contradictions(&record.evidence),
        candidates: record.matches.iter().map(candidate).collect(),
    }
}

fn shown_source(source: &str) -> String {
    if source == FILE { "受け取ったファイル".to_owned() } else { source.to_owned() }
}

/// The applicant as the application has them.
fn expected(conn: &mut Conn, opened: &Opened) -> Result<Expected, Error> {
    let form = &opened.program.definition.forms.application;
    let answers = fixed_answers(conn, opened, form)?.unwrap_or_default();
    let (name, kana, birth) = slots::person(&opened.program, &answers);
    let names = [name, kana].into_iter().filter(|name| !name.is_empty()).collect();
    Ok(Expected { birth_date: birth.parse().ok(), names })
}
