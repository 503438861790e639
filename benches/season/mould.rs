//! What every case of the season is made of, and how one is stored: the events that the commands would have
//! led to, replayed, with their answers sealed as always.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::{DateTime, Days, NaiveDate, Utc};
use madoguchi::domain::calendar::{EnteredDate, day_in_japan};
use madoguchi::domain::case::Origin;
use madoguchi::domain::case::apply::{apply, begin};
use madoguchi::domain::case::decision::Content;
use madoguchi::domain::case::event::{Event, Stamp};
use madoguchi::domain::case::verdict::{Ruling, item_key};
use madoguchi::domain::forms::{Answer, Answers, Secret};
use madoguchi::domain::lang::Lang;
use madoguchi::domain::numbers::RecipientNumber;
use madoguchi::domain::numbers::check::mod11_b;
use madoguchi::domain::program::Program;
use madoguchi::domain::program::cases::WorkedCase;
use madoguchi::domain::program::run::type_in;
use madoguchi::domain::program::vocabulary::{CaseKind, Outcome};
use madoguchi::store::cases::{self, Projection, Stored};
use madoguchi::store::{Conn, answers, decisions};
use madoguchi::usecases::effects::{keep_secrets, search_token};
use madoguchi::usecases::form_env::Surroundings;
use madoguchi::usecases::{Error, House};
use serde_json::Value;

/// The form in which people differ.
const FORM: &str = "application";
/// Days of a grant that have gone by, and that are left.
const GONE: u64 = 300;
const LEFT: u64 = 60;

/// What every case is made of.
pub struct Mould {
    pub applicant: String,
    pub clerk: Stamp,
    pub approver: Stamp,
    forms: BTreeMap<String, Answers>,
    consents: Vec<String>,
    /// Digests of the items as the office saw them.
    pub seen: BTreeMap<String, String>,
    /// What the rules propose.
    pub fields: BTreeMap<String, Value>,
}

/// What several commands in a row led to, and by whose hand.
type Chapters<'a> = Vec<(&'a Stamp, Vec<Event>)>;

impl Mould {
    /// A mould of the program's worked renewal, before anybody has looked at it.
    pub fn new(program: &Program, applicant: String, clerk: Stamp, approver: Stamp) -> anyhow::Result<Mould> {
        let worked = worked(program).context("no worked renewal")?;
        let mut forms = BTreeMap::new();
        for (name, typed) in &worked.answers {
            let form = program.forms.get(name).context("no such form")?;
            let around = Surroundings::bare(program, worked.today, &worked.kind);
            let attached = worked.attached.get(name).map_or(&[][..], Vec::as_slice);
            forms.insert(name.clone(), type_in(form, typed, attached, &around.env()));
        }
        let (seen, fields, consents) = (BTreeMap::new(), BTreeMap::new(), worked.consents.clone());
        Ok(Mould { applicant, clerk, approver, forms, consents, seen, fields })
    }

    /// The answers of one person: with a birth date and a postcode of their own.
    fn answers(&self, form: &str, number: usize) -> Result<Answers, Error> {
        let mut given = self.forms.get(form).cloned().unwrap_or_default();
        for (path, own) in own(number)? {
            if given.get(path).is_some() {
                given.set(path, own);
            }
        }
        Ok(given)
    }

    /// Stores a grant whose end is near.
    pub fn granted(
        &self,
        house: &House,
        conn: &mut Conn,
        program: &Program,
        id: &str,
        number: usize,
    ) -> Result<(), Error> {
        let content = self.content(program, number)?;
        let drafted = Event::Drafted {
            hash: content.hash(),
            content: Box::new(content),
            levels: vec!["approver".to_owned()],
        };
        let signed = Event::LevelApproved { level: 1, role: "approver".to_owned() };
        let decided = Event::Decided { id: format!("dec_{id}"), seq: 1, supersedes: None };
        let (clerk, approver) = (earlier(&self.clerk), earlier(&self.approver));
        let mut chapters = self.examined(&clerk, id, number)?;
        chapters.extend([(&clerk, vec![drafted]), (&approver, vec![signed, decided])]);
        let stored = self.store(house, conn, program, (id, "new", None, number), chapters)?;
        let decision = stored.case.decision().ok_or(Error::NotFound)?;
        Ok(decisions::insert(conn, &stored, decision, false)?)
    }

    /// Stores a renewal that was examined and waits for its decision.
    pub fn renewal(
        &self,
        house: &House,
        conn: &mut Conn,
        program: &Program,
        (id, follows, owner): (&str, &str, Option<&str>),
        number: usize,
    ) -> Result<(), Error> {
        let mut chapters = self.examined(&self.clerk, id, number)?;
        chapters.push((&self.clerk, vec![Event::Assigned { to: owner.map(str::to_owned) }]));
        self.store(house, conn, program, (id, "renewal", Some(follows), number), chapters).map(drop)
    }

    /// Filing and examination.
    fn examined<'a>(&self, stamp: &'a Stamp, id: &str, number: usize) -> Result<Chapters<'a>, Error> {
        let consents = self.consents.iter().map(|key| Event::ConsentGiven { key: key.clone() });
        let fixed = self.forms.keys().map(|form| {
            Ok(Event::RevisionFixed {
                form: form.clone(),
                number: 1,
                digest: digest(&self.answers(form, number)?),
            })
        });
        let mut filed = fixed.collect::<Result<Vec<Event>, Error>>()?;
        filed.extend(consents);
        filed.push(Event::Submitted {
            reference: reference(id),
            received_at: stamp.at,
            missing: Vec::new(),
            duplicates: Vec::new(),
            receiver: None,
        });
        let ruled = Event::Ruled { items: self.items(number)?, ruling: Some(Ruling::Accepted) };
        Ok(vec![(stamp, filed), (stamp, vec![Event::ReviewBegun]), (stamp, vec![ruled])])
    }

    fn items(&self, number: usize) -> Result<Vec<(String, String)>, Error> {
        let mut items = self.seen.clone();
        let given = self.answers(FORM, number)?;
        for (path, _) in own(number)? {
            items.entry(item_key(FORM, path)).and_modify(|seen| *seen = given.digest(path));
        }
        Ok(items.into_iter().collect())
    }

    fn content(&self, program: &Program, number: usize) -> Result<Content, Error> {
        let issued = RecipientNumber::issue(&format!("{:06}", number + 1))
            .map_err(|it| Error::Fault(it.to_string()))?;
        let shape = &program.definition.decision;
        let (from, to) = (self.clerk.today - Days::new(GONE), self.clerk.today + Days::new(LEFT));
        let mut fields = self.fields.clone();
        fields.insert("recipient_number".to_owned(), Value::from(issued.to_string()));
        fields.insert(shape.starts.clone(), Value::from(from.to_string()));
        fields.insert(shape.ends.clone(), Value::from(to.to_string()));
        Ok(Content {
            outcome: Outcome::Granted,
            fields,
            origins: BTreeMap::new(),
            reasons: Vec::new(),
            appeal: "appeal".to_owned(),
            effective_from: Some(from),
            valid_to: Some(to),
            answers: String::new(),
        })
    }

    /// Stores a case chapter by chapter, each as a command would have left it.
    fn store(
        &self,
        house: &House,
        conn: &mut Conn,
        program: &Program,
        (id, kind, follows, number): (&str, &'static str, Option<&str>, usize),
        chapters: Chapters,
    ) -> Result<Stored, Error> {
        let first = self.started(program, id, kind, follows);
        let stamp = chapters.first().map_or(&self.clerk, |(stamp, _)| *stamp);
        let (key, wrapped) = house.keys.new_case_key(id)?;
        let case = begin(&first, stamp).ok_or(Error::NotFound)?;
        let mut stored = Stored { case, key };
        let shown =
            Projection { due_on: far(), label: format!("架空　{number}"), ..Projection::default() };
        cases::insert(conn, &stored, &wrapped, &first, stamp, &shown)?;
        for form in self.forms.keys() {
            let (body, digest) = keep_secrets(house, conn, &stored, self.answers(form, number)?)?;
            answers::save(conn, &stored, form, 1, &body, &digest, &self.applicant, stamp.at)?;
        }
        for (stamp, events) in chapters {
            events.iter().for_each(|event| apply(&mut stored.case, event, stamp));
            stored.case.version += 1;
            cases::update(conn, &stored, stored.case.version - 1, &events, stamp, "", &shown)?;
        }
        cases::set_search(conn, id, &[search_token(house, &reference(id))])?;
        Ok(stored)
    }

    fn started(&self, program: &Program, id: &str, kind: &'static str, follows: Option<&str>) -> Event {
        Event::Started {
            id: id.to_owned(),
            program: program.definition.id.clone(),
            kind: CaseKind::of(kind),
            definition: program.hash.clone(),
            applicant: self.applicant.clone(),
            origin: Origin::Online,
            lang: Lang::Ja,
            follows: follows.map(str::to_owned),
            agency: None,
        }
    }
}

/// The program's worked case of a renewal.
pub fn worked(program: &Program) -> Option<&WorkedCase> {
    program.cases.values().find(|case| case.kind == CaseKind::of("renewal"))
}

fn reference(id: &str) -> String {
    format!("NB-{}", id.trim_start_matches("case_"))
}

fn digest(answers: &Answers) -> String {
    let mut kept = answers.clone();
    kept.take_secrets();
    serde_json::to_vec(&kept).map(|body| madoguchi::store::seal::sha256_hex(&body)).unwrap_or_default()
}

/// The same hand at the time of the grant.
fn earlier(stamp: &Stamp) -> Stamp {
    let at: DateTime<Utc> = stamp.at - Days::new(GONE);
    Stamp { at, today: day_in_japan(at), ..stamp.clone() }
}

fn far() -> NaiveDate {
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX)
}

/// Where people differ: a birth date in the sixties, a postcode out of order, and a 個人番号 of their own,
/// without which the register would take them all for one person.
fn own(number: usize) -> Result<[(&'static str, Answer); 3], Error> {
    let days = Days::new(u64::try_from(number % 3_650).unwrap_or(0));
    let day = NaiveDate::from_ymd_opt(1960, 1, 1).and_then(|first| first.checked_add_days(days));
    let entered = day.and_then(|day| EnteredDate::parse(&day.to_string()).ok());
    let birth = entered.ok_or_else(|| Error::Fault("no birth date".to_owned()))?;
    let postcode = format!("999-{:04}", (number * 7_919) % 10_000);
    Ok([
        ("patient.birth", Answer::Date(birth)),
        ("patient.postcode", Answer::Text(postcode)),
        ("patient.my-number", Answer::Secret(Secret::new(my_number(number)?))),
    ])
}

/// An invented 個人番号 with its check digit.
fn my_number(number: usize) -> Result<String, Error> {
    let body = format!("9{number:010}");
    let check = mod11_b(&body).ok_or_else(|| Error::Fault("no check digit".to_owned()))?;
    Ok(format!("{body}{check}"))
}
