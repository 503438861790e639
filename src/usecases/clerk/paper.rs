//! T3: an application that came on paper, keyed with the same form as on line.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::domain::calendar::start_in_japan;
use crate::domain::case::Origin;
use crate::domain::case::apply::begin;
use crate::domain::case::command::Command;
use crate::domain::case::event::Event;
use crate::domain::case::route::Receiver;
use crate::domain::forms::{Answers, FieldError, check, read_step};
use crate::domain::lang::Lang;
use crate::domain::permission::{Relation, grant, holds};
use crate::domain::program::Program;
use crate::domain::program::definition::KindRule;
use crate::domain::program::vocabulary::{Body, CaseKind, CommandName, Effect};
use crate::domain::refusal::Refusal;
use crate::domain::text::fold_width;
use crate::store::cases::{self, Stored};
use crate::store::documents::{self, Document};
use crate::store::messages::{self, Message};
use crate::store::seal::sha256_hex;
use crate::store::{Conn, StoreError, definitions};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Order, Stage, carry_out};
use crate::usecases::citizen::{procedures, scan, submit};
use crate::usecases::documents::{CLEAN, keep};
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::{offices, previous, projection};

use super::dossier::Choice;
use super::typed::{bounded, day};
use super::words;
use super::work::{Posted, Step, form_steps};

/// Days in the past up to which an arrival needs no reason.
const USUAL_DELAY: i64 = 3;
/// Place of the scanned form among the documents.
pub const SCAN: &str = "paper";

/// What was posted.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// `program/kind`.
    pub kind: String,
    /// The day on which it arrived.
    pub arrived_on: String,
    /// Why that is long ago.
    pub late_reason: String,
    /// The answers.
    pub posted: Posted,
    /// Reference number of the application that the certificate comes from, for a procedure on one.
    pub follows: String,
    /// Key of the page.
    pub request: String,
}

/// The scanned form.
#[derive(Debug)]
pub struct Scan {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct PaperPage {
    programs: Vec<Choice>,
    chosen: String,
    /// Whether the chosen kind belongs to a certificate, whose application is then asked for.
    attaches: bool,
    follows: String,
    arrived_on: String,
    late_reason: String,
    steps: Vec<Step>,
    incomplete: bool,
    /// What is to be mended in the answers.
    #[serde(skip)]
    pub errors: Vec<FieldError>,
}

/// What the page shows for what was typed; with `checked`, what is still missing as well.
///
/// # Errors
/// `permission.denied` for somebody who registers nothing.
pub fn page(house: &House, caller: &Caller, typed: &Typed, checked: bool) -> Result<PaperPage, Error> {
    let programs = programs(house, caller);
    if programs.is_empty() {
        return Err(Refusal::new("permission.denied").into());
    }
    let mut page = PaperPage {
        programs,
        chosen: typed.kind.clone(),
        attaches: false,
        follows: typed.follows.clone(),
        arrived_on: typed.arrived_on.clone(),
        late_reason: typed.late_reason.clone(),
        steps: Vec::new(),
        incomplete: false,
        errors: Vec::new(),
    };
    if let Ok((program, kind)) = chosen(house, caller, &typed.kind) {
        let around =
            Surroundings::of_paper(&program, &kind, day(&typed.arrived_on, "").unwrap_or(house.today()));
        page.attaches = program.definition.effect(&kind).attaches();
        if let Some(form) = program.application() {
            let answers = keyed(&program, typed, &around);
            page.errors = if checked { check(form, &answers, &around.env()) } else { Vec::new() };
            page.steps = form_steps(form, &answers, &page.errors, &around);
            // Nothing is stored yet: a number that was typed has to be typed again.
            page.steps.iter_mut().flat_map(|step| &mut step.fields).for_each(|field| field.masked = None);
            page.incomplete = page.errors.iter().any(|error| !error.soft);
        }
    }
    Ok(page)
}

/// The kinds of procedure that the caller may register.
fn programs(house: &House, caller: &Caller) -> Vec<Choice> {
    let mut found = Vec::new();
    for program in house.programs.offered() {
        let definition = &program.definition;
        let roles = definition.roles_for(CommandName::RegisterPaper);
        let sides: Vec<Body> =
            roles.filter(|role| holds(&caller.actor, role)).map(|role| role.body).collect();
        let title = words::text(program, &definition.title);
        let kinds = definition.kinds.iter().filter(|kind| kind.by.iter().any(|side| sides.contains(side)));
        let kinds = kinds.filter(|kind| kind.is_offered(house.today(), &house.settings));
        found.extend(kinds.map(|kind| Choice {
            value: format!("{}/{}", definition.id, kind.code.code()),
            label: format!("{title}・{}", words::text(program, &format!("kind.{}", kind.code.code()))),
        }));
    }
    found
}

fn chosen(house: &House, caller: &Caller, typed: &str) -> Result<(Arc<Program>, CaseKind), Error> {
    let refused = || Refusal::new("clerk.choose").at("kind");
    if !programs(house, caller).iter().any(|choice| choice.value == typed) {
        return Err(refused().into());
    }
    let (program, kind) = typed.split_once('/').ok_or_else(refused)?;
    Ok((house.programs.newest(program)?, CaseKind::read(kind)))
}

/// The posted answers. Each page posts all of them, so the form is read from nothing; twice, because
/// an answer may open a question on an earlier step.
fn keyed(program: &Program, typed: &Typed, around: &Surroundings) -> Answers {
    let mut answers = Answers::new();
    let Some(form) = program.application() else { return answers };
    let buttons = ["add", "remove"];
    let plain: Posted = typed
        .posted
        .iter()
        .filter(|(name, _)| !buttons.contains(&name.as_str()))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    rows(&mut answers, &plain);
    for step in form.steps().iter().chain(form.steps()) {
        read_step(form, &step.link_id, &plain, &mut answers, &around.env());
    }
    if buttons.iter().any(|button| typed.posted.contains_key(*button)) {
        for step in form.steps() {
            read_step(form, &step.link_id, &typed.posted, &mut answers, &around.env());
        }
    }
    answers
}

/// Makes the rows through which posted names go.
fn rows(answers: &mut Answers, posted: &Posted) {
    for (name, values) in posted.iter().filter(|(name, _)| name.contains("]/")) {
        let path = [".year", ".month", ".day", ".era", ".shown", ".dispute"]
            .iter()
            .find_map(|part| name.strip_suffix(part))
            .unwrap_or(name);
        answers.set(path, crate::domain::forms::Answer::Raw(values.join(" ")));
        answers.remove(path);
    }
}

/// Registers the application and gives its id; with `incomplete`, as it came, to be corrected later.
///
/// # Errors
/// `clerk.arrived-future`, `clerk.arrived-late`, `clerk.incomplete`, `clerk.certificate`,
/// `attach.type`, `attach.damaged`.
pub fn file(
    house: &House,
    caller: &Caller,
    typed: &Typed,
    scan: Option<Scan>,
    incomplete: bool,
) -> Result<String, Error> {
    let (program, kind) = chosen(house, caller, &typed.kind)?;
    let arrived_on = arrival(house, typed)?;
    let form = program.application().ok_or(Error::NotFound)?;
    let around = Surroundings::of_paper(&program, &kind, arrived_on);
    let mut answers = keyed(&program, typed, &around);
    let errors = check(form, &answers, &around.env());
    if !incomplete && errors.iter().any(|error| !error.soft) {
        return Err(Refusal::new("clerk.incomplete").into());
    }
    answers.retain_enabled(form, &around.env());
    let scanned = scan.map(looked_into).transpose()?;
    let (id, receiver) = house.database.write(|conn| {
        let follows = match program.definition.kind(&kind) {
            Some(rule) if rule.effect.attaches() => {
                Some(certificate(house, conn, caller, rule, &typed.follows)?)
            }
            Some(rule) if rule.effect == Effect::Renews => {
                previous::grant_of_person(house, conn, &program, &answers)?
            }
            _ => None,
        };
        let id = started(house, conn, caller, &program, kind, follows, &typed.request)?;
        Ok::<_, Error>((id, offices::of_clerk(conn, caller)?))
    })?;
    let missing = errors.into_iter().map(|error| error.path).collect();
    let paper = Paper {
        answers,
        missing,
        arrived_on,
        receiver,
        scanned,
        late_reason: bounded(&typed.late_reason, "late_reason")?,
    };
    let order = Order::new(&id, CommandName::RegisterPaper).once(&typed.request);
    carry_out(house, caller, &order, |stage| registered(stage, paper))?;
    Ok(id)
}

/// The case that opened the certificate to which a procedure belongs, by its reference number.
fn certificate(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    rule: &KindRule,
    reference: &str,
) -> Result<String, Error> {
    let unknown = || Error::from(Refusal::new("clerk.certificate").at("follows"));
    let folded = fold_width(reference.trim()).to_ascii_uppercase();
    let id = cases::id_of(conn, &folded).map_err(|_| unknown())?;
    let opened = house.open(conn, caller, &id, CommandName::Read).map_err(|_| unknown())?;
    let root = house.open(conn, caller, opened.root(), CommandName::Read).map_err(|_| unknown())?;
    if procedures::fits(&root, rule, house.today()) { Ok(root.stored.case.id) } else { Err(unknown()) }
}

/// The day of arrival: today or before, and with a reason when it is long ago.
fn arrival(house: &House, typed: &Typed) -> Result<NaiveDate, Refusal> {
    let arrived = day(&typed.arrived_on, "arrived_on")?;
    let ago = house.today().signed_duration_since(arrived).num_days();
    if ago < 0 {
        return Err(Refusal::new("clerk.arrived-future").at("arrived_on"));
    }
    if ago > USUAL_DELAY && typed.late_reason.trim().is_empty() {
        return Err(Refusal::new("clerk.arrived-late").with("days", USUAL_DELAY).at("late_reason"));
    }
    Ok(arrived)
}

struct Scanned {
    name: String,
    mime: &'static str,
    bytes: Vec<u8>,
}

struct Paper {
    answers: Answers,
    missing: Vec<String>,
    arrived_on: NaiveDate,
    receiver: Option<Receiver>,
    scanned: Option<Scanned>,
    late_reason: String,
}

/// The scan without what the device wrote about it; only a harmless one is taken.
fn looked_into(file: Scan) -> Result<Scanned, Refusal> {
    let kind = scan::kind(&file.name, &file.bytes).ok_or_else(|| Refusal::new("attach.type").at("scan"))?;
    let damaged = || Refusal::new("attach.damaged").at("scan");
    let bytes = scan::without_metadata(kind, file.bytes).ok_or_else(damaged)?;
    if !scan::harmless(kind.mime(), &bytes) {
        return Err(damaged());
    }
    Ok(Scanned { name: file.name, mime: kind.mime(), bytes })
}

/// Begins the case that holds the paper; the same page begins one.
fn started(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    program: &Arc<Program>,
    kind: CaseKind,
    follows: Option<String>,
    request: &str,
) -> Result<String, Error> {
    let relation = Relation { own: true, ..Relation::default() };
    let granted = grant(&caller.actor, CommandName::RegisterPaper, &program.definition, &relation)?;
    let id = match request.strip_prefix("req_") {
        Some(unique) => format!("case_{unique}"),
        None => house.new_id("case")?,
    };
    match cases::find(conn, &house.keys, &id) {
        Ok(_) => return Ok(id),
        Err(StoreError::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    let stamp = house.stamp(&caller.actor);
    let definition = &program.definition;
    definitions::keep(conn, &program.hash, &definition.id, &definition.version, &program.files, stamp.at)?;
    let event = Event::Started {
        id: id.clone(),
        program: definition.id.clone(),
        kind,
        definition: program.hash.clone(),
        applicant: caller.actor.id.clone(),
        origin: Origin::Paper,
        lang: Lang::Ja,
        follows,
        agency: None,
    };
    let (key, wrapped) = house.keys.new_case_key(&id)?;
    let case = begin(&event, &stamp).ok_or_else(|| Error::Fault("a case did not begin".to_owned()))?;
    let opened = Opened::new(Stored { case, key }, program.clone(), granted);
    let projection = projection::of(house, conn, &opened)?;
    cases::insert(conn, &opened.stored, &wrapped, &event, &stamp, &projection)?;
    let detail = json!({ "role": opened.granted.role(), "version": 0, "events": [event.code()] });
    house.record(conn, caller, CommandName::StartDraft.code(), &id, "done", detail)?;
    Ok(id)
}

fn registered(stage: &mut Stage, paper: Paper) -> Result<Command, Error> {
    let form = stage.opened.program.definition.forms.application.clone();
    if let Some(scanned) = paper.scanned {
        attach(stage, scanned)?;
    }
    if !paper.late_reason.is_empty() {
        note(stage, format!("届いた日を{}とする理由：{}", paper.arrived_on, paper.late_reason))?;
    }
    let duplicates = submit::duplicates(stage, &paper.answers)?;
    let reference = submit::new_reference(stage)?;
    let digest = stage.fix_answers(&form, paper.answers)?;
    Ok(Command::Submit {
        reference,
        digest,
        missing: paper.missing,
        declared: true,
        duplicates,
        received_at: Some(start_in_japan(paper.arrived_on)),
        receiver: paper.receiver,
    })
}

fn attach(stage: &mut Stage, scanned: Scanned) -> Result<(), Error> {
    let id = stage.house.new_id("doc")?;
    let stored = &stage.opened.stored;
    // The bytes are there before a row names them; a file that no row names is swept away.
    keep(stage.house, stored, &id, &scanned.bytes)?;
    let document = Document {
        id,
        path: SCAN.to_owned(),
        sha256: sha256_hex(&scanned.bytes),
        size: i64::try_from(scanned.bytes.len()).unwrap_or(i64::MAX),
        mime: scanned.mime.to_owned(),
        name: scanned.name,
        state: CLEAN.to_owned(),
        author: stage.stamp.by.clone(),
        at: stage.stamp.at,
    };
    Ok(documents::insert(stage.conn, stored, &document)?)
}

fn note(stage: &mut Stage, text: String) -> Result<(), Error> {
    let note = Message {
        id: stage.house.new_id("msg")?,
        side: "note".to_owned(),
        author: stage.stamp.by.clone(),
        text,
        at: stage.stamp.at,
        read_at: None,
    };
    Ok(messages::insert(stage.conn, &stage.opened.stored, &note)?)
}
