//! The one road of every command: authorise, load, decide, store, and what follows, in one transaction.

use serde_json::json;

use crate::domain::case::Case;
use crate::domain::case::apply::apply;
use crate::domain::case::command::Command;
use crate::domain::case::decide::{Context, decide};
use crate::domain::case::event::{Event, Stamp};
use crate::domain::case::facts::Items;
use crate::domain::case::verdict::item_key;
use crate::domain::forms::{Answers, summary};
use crate::domain::program::answers::codes;
use crate::domain::program::vocabulary::{CommandName, Reach};
use crate::domain::refusal::Refusal;
use crate::store::answers::{self, DRAFT, PREPARED};
use crate::store::idempotency::{self, Done as Before};
use crate::store::{Conn, cases};

use super::access::{Caller, Opened};
use super::effects;
use super::error::Error;
use super::form_env::Surroundings;
use super::house::House;
use super::{projection, standing};

/// What is wanted, of which case, on which knowledge of it.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The case.
    pub case_id: &'a str,
    /// The command.
    pub command: CommandName,
    /// The version on which the caller's page was built; none where the last word counts.
    pub expected: Option<i64>,
    /// The caller's key: the same key has its effect once.
    pub key: Option<&'a str>,
    /// For whom somebody acts who acts for another.
    pub on_behalf_of: &'a str,
}

impl<'a> Order<'a> {
    /// An order without version and key.
    pub fn new(case_id: &'a str, command: CommandName) -> Order<'a> {
        Order { case_id, command, expected: None, key: None, on_behalf_of: "" }
    }

    /// The same order, refused when the case is no longer at `version`.
    pub fn at(mut self, version: i64) -> Order<'a> {
        self.expected = Some(version);
        self
    }

    /// The same order under a key.
    pub fn once(mut self, key: &'a str) -> Order<'a> {
        self.key = (!key.is_empty()).then_some(key);
        self
    }
}

/// What came of an order.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// The case afterwards.
    pub case: Case,
    /// What happened; empty when nothing was left to do.
    pub events: Vec<Event>,
}

/// The transaction in which a command is being built.
pub struct Stage<'a> {
    /// The house.
    pub house: &'a House,
    /// The transaction.
    pub conn: &'a mut Conn,
    /// The case.
    pub opened: &'a Opened,
    /// When, by whom.
    pub stamp: &'a Stamp,
}

impl Stage<'_> {
    /// The case.
    pub fn case(&self) -> &Case {
        &self.opened.stored.case
    }

    /// The working answers of a form: the draft if there is one, else the newest fixed revision.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn answers(&mut self, form: &str) -> Result<Answers, Error> {
        working_answers(self.conn, self.opened, form)
    }

    /// Stores the working answers of a form; secrets go apart.
    ///
    /// # Errors
    /// When the database fails.
    pub fn save_answers(&mut self, form: &str, answers: Answers) -> Result<(), Error> {
        self.keep(form, DRAFT, answers)
    }

    /// Keeps a copy of the answers of a form as they were prepared, in the place of an earlier copy.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep_prepared(&mut self, form: &str, answers: Answers) -> Result<(), Error> {
        self.keep(form, PREPARED, answers)
    }

    fn keep(&mut self, form: &str, number: i64, answers: Answers) -> Result<(), Error> {
        let stored = &self.opened.stored;
        let (body, digest) = effects::keep_secrets(self.house, self.conn, stored, answers)?;
        let by = &self.stamp.by;
        Ok(answers::save(self.conn, stored, form, number, &body, &digest, by, self.stamp.at)?)
    }

    /// Fixes the given answers as the next revision of a form, and returns their digest.
    ///
    /// # Errors
    /// When the database fails.
    pub fn fix_answers(&mut self, form: &str, answers: Answers) -> Result<String, Error> {
        let stored = &self.opened.stored;
        let number = stored.case.revision(form).map_or(1, |last| last.number + 1);
        let (body, digest) = effects::keep_secrets(self.house, self.conn, stored, answers)?;
        let by = &self.stamp.by;
        answers::save(self.conn, stored, form, DRAFT, &body, &digest, by, self.stamp.at)?;
        answers::save(self.conn, stored, form, number, &body, &digest, by, self.stamp.at)?;
        Ok(digest)
    }
}

/// The draft of a form's answers, else the newest fixed revision, else none.
pub fn working_answers(conn: &mut Conn, opened: &Opened, form: &str) -> Result<Answers, Error> {
    let found = answers::find(conn, &opened.granted, &opened.stored, form, DRAFT)?;
    Ok(found.map(|saved| serde_json::from_slice(&saved.body)).transpose()?.unwrap_or_default())
}

/// The newest fixed answers of a form, or none.
pub fn fixed_answers(conn: &mut Conn, opened: &Opened, form: &str) -> Result<Option<Answers>, Error> {
    let Some(revision) = opened.stored.case.revision(form) else { return Ok(None) };
    let place = (form.to_owned(), revision.number);
    if let Some(answers) = opened.fixed.borrow().get(&place) {
        return Ok(Some(answers.clone()));
    }
    let found = answers::find(conn, &opened.granted, &opened.stored, form, revision.number)?;
    let answers: Option<Answers> = found.map(|saved| serde_json::from_slice(&saved.body)).transpose()?;
    opened.fixed.borrow_mut().extend(answers.clone().map(|answers| (place, answers)));
    Ok(answers)
}

/// The items that the office looks at, with the digest of what stands there now: what was answered,
/// and what is missing.
pub fn items(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Items, Error> {
    let name = &opened.program.definition.forms.application;
    let Some(form) = opened.program.forms.get(name) else { return Ok(Items::new()) };
    let Some(answers) = fixed_answers(conn, opened, name)? else { return Ok(Items::new()) };
    let around = Surroundings::of_case(house, conn, opened)?;
    let sections = summary(form, &answers, &around.env());
    let rows = sections.iter().flat_map(|section| section.rows.iter());
    let there = rows.filter(|row| !row.heading && (!row.value.is_empty() || !row.errors.is_empty()));
    Ok(there.map(|row| (item_key(name, &row.path), answers.digest(&row.path))).collect())
}

/// Carries a command out. `prepare` builds it inside the transaction, and may store what belongs to it.
///
/// # Errors
/// [`Error::Refused`], [`Error::Conflict`] when the case moved on, [`Error::NotFound`]; then nothing
/// was changed except that the refusal is on record.
pub fn carry_out(
    house: &House,
    caller: &Caller,
    order: &Order,
    prepare: impl FnOnce(&mut Stage) -> Result<Command, Error>,
) -> Result<Done, Error> {
    let outcome = house.database.write(|conn| attempt(house, conn, caller, order, prepare));
    if let Err(Error::Refused(refusals)) = &outcome {
        let keys: Vec<&str> = refusals.iter().map(|refusal| refusal.key.as_str()).take(20).collect();
        house.database.write(|conn| {
            house.record(
                conn,
                caller,
                order.command.code(),
                order.case_id,
                "refused",
                json!({ "keys": keys }),
            )
        })?;
    }
    outcome
}

fn attempt(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    order: &Order,
    prepare: impl FnOnce(&mut Stage) -> Result<Command, Error>,
) -> Result<Done, Error> {
    cases::hold(conn, order.case_id)?;
    let mut opened = house.open(conn, caller, order.case_id, order.command)?;
    if let Some(before) = repeated(conn, caller, order)? {
        tracing::debug!(version = before.version, "a command was repeated");
        return Ok(Done { case: opened.stored.case, events: Vec::new() });
    }
    let version = opened.stored.case.version;
    if let Some(expected) = order.expected.filter(|expected| *expected != version) {
        return Err(Error::Conflict(cases::events_after(conn, &opened.stored, expected)?));
    }
    let stamp = house.stamp(&caller.actor);
    let events = judge(house, conn, &opened, &stamp, prepare)?;
    if events.is_empty() {
        return Ok(Done { case: opened.stored.case, events });
    }
    let case = &mut opened.stored.case;
    events.iter().for_each(|event| apply(case, event, &stamp));
    case.version = version + 1;
    store(house, conn, caller, order, &opened, &events, &stamp)?;
    Ok(Done { case: opened.stored.case, events })
}

/// What the command leads to, as things stand.
fn judge(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    stamp: &Stamp,
    prepare: impl FnOnce(&mut Stage) -> Result<Command, Error>,
) -> Result<Vec<Event>, Error> {
    let command = prepare(&mut Stage { house, conn, opened, stamp })?;
    let items = items(house, conn, opened)?;
    let context = Context {
        definition: &opened.program.definition,
        settings: &house.settings,
        granted: &opened.granted,
        stamp,
        items: &items,
        answers: &codes(&standing::answers(conn, opened)?),
    };
    Ok(decide(&opened.stored.case, &command, &context)?)
}

/// Asks what [`carry_out`] would ask of a case that was opened for the command, and stores nothing;
/// `prepare` must not either.
///
/// # Errors
/// As [`carry_out`].
pub fn rehearse(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    prepare: impl FnOnce(&mut Stage) -> Result<Command, Error>,
) -> Result<Vec<Event>, Error> {
    judge(house, conn, opened, &house.stamp(opened.granted.actor()), prepare)
}

/// For whom the caller acts: an office that a person asked to apply for them acts for that person.
fn behalf<'a>(order: &'a Order, opened: &'a Opened) -> &'a str {
    let role = opened.program.definition.role(opened.granted.role());
    let entrusted = role.is_some_and(|role| role.reach == Reach::Entrusted);
    if entrusted { &opened.stored.case.applicant } else { order.on_behalf_of }
}

fn repeated(conn: &mut Conn, caller: &Caller, order: &Order) -> Result<Option<Before>, Error> {
    let Some(key) = order.key else { return Ok(None) };
    let Some(before) = idempotency::find(conn, key)? else { return Ok(None) };
    let same = before.actor == caller.actor.id
        && before.command == order.command.code()
        && before.case_id == order.case_id;
    if same { Ok(Some(before)) } else { Err(Refusal::new("idempotency.reused").into()) }
}

fn store(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    order: &Order,
    opened: &Opened,
    events: &[Event],
    stamp: &Stamp,
) -> Result<(), Error> {
    let case = &opened.stored.case;
    let projection = projection::of(house, conn, opened)?;
    cases::update(conn, &opened.stored, case.version - 1, events, stamp, behalf(order, opened), &projection)?;
    effects::follow(house, conn, opened, order.command, events, stamp)?;
    if let Some(key) = order.key {
        let done = Before {
            actor: caller.actor.id.clone(),
            command: order.command.code().to_owned(),
            case_id: case.id.clone(),
            version: case.version,
        };
        idempotency::note(conn, key, &done, stamp.at)?;
    }
    let detail = json!({ "role": opened.granted.role(), "version": case.version,
        "events": events.iter().map(Event::code).collect::<Vec<_>>() });
    house.record(conn, caller, order.command.code(), &case.id, "done", detail)
}
