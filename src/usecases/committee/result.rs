//! The result of a case as a form, where the committee concludes by one: a case at a time, as at the session.

use serde::Serialize;
use serde_json::json;

use crate::domain::committee::opinion::Concluded;
use crate::domain::committee::packet::{Gate, Packet};
use crate::domain::forms::{Answer, Answers, FieldError, Form, Posted, check, read_step};
use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::domain::program::committee::{CommitteeShape, ResultShape};
use crate::domain::program::vocabulary::{CommandName, Conclusion};
use crate::domain::refusal::Refusal;
use crate::store::agenda::{self, Item};
use crate::store::committee::Session;
use crate::store::{Conn, committee};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::clerk::work::{Step, form_steps};
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;

use super::agenda::unfinished;
use super::conclude::may_conclude;
use super::desk::{Rooms, SessionLine, line, rooms};
use super::session::{Row, rows};
use super::{convened, packet, shape};

/// The button that reads the case again with what is typed, and writes nothing.
const READ_AGAIN: &str = "read_again";

/// One case of a session: what was read, what everybody says, and the form of the result.
#[derive(Clone, Debug, Serialize)]
pub struct CasePage {
    rooms: Rooms,
    session: SessionLine,
    row: Row,
    packet: Packet,
    steps: Vec<Step>,
    again: Vec<Gate>,
    previous: Option<String>,
    next: Option<String>,
    /// What is to be mended.
    #[serde(skip)]
    pub errors: Vec<FieldError>,
}

/// What came of posting the form.
#[derive(Debug)]
pub enum Outcome {
    /// It is written down.
    Written,
    /// Something is to be mended; this is what the form holds now.
    Again(Answers, Vec<FieldError>),
}

/// A case of a session for its secretary.
///
/// # Errors
/// `permission.denied`; [`Error::NotFound`], also where the committee concludes by no form.
pub fn page(
    house: &House,
    caller: &Caller,
    (id, case): (&str, &str),
    typed: Option<(Answers, Vec<FieldError>)>,
    lang: Lang,
) -> Result<CasePage, Error> {
    let rooms = rooms(house, caller)?;
    house.read_list(caller, "committee-case", |conn| {
        let session = committee::session(conn, &house.keys, id)?;
        let program = convened(house, caller, &session.program)?;
        let item = agenda::item(conn, &house.keys, id, case)?;
        let opened = house.open(conn, caller, case, CommandName::RecordCommitteeResult)?;
        let (answers, errors) = typed.unwrap_or_else(|| (written(&item), Vec::new()));
        let around = Surroundings::of_case(house, conn, &opened)?.in_language(Lang::Ja);
        let (result, form) = form(&program)?;
        let steps = form_steps(form, &answers, &errors, &around);
        let (rows, _) = rows(house, conn, &program, &session)?;
        let at = rows.iter().position(|row| row.case == case).ok_or(Error::NotFound)?;
        let near = |place: Option<usize>| place.and_then(|it| rows.get(it)).map(|row| row.case.clone());
        let page = CasePage {
            rooms,
            session: line(house, &session, lang)?,
            previous: near(at.checked_sub(1)),
            next: near(at.checked_add(1)),
            row: rows.get(at).cloned().ok_or(Error::NotFound)?,
            again: packet::read_again(house, conn, &opened, (&result.form, &answers))?,
            packet: item.packet,
            steps,
            errors,
        };
        Ok((page, vec![case.to_owned()]))
    })
}

/// What is written down, or what the rules suggest.
fn written(item: &Item) -> Answers {
    let concluded = item.conclusion.as_ref().and_then(|it| it.answers.clone());
    concluded.unwrap_or_else(|| item.packet.suggested.clone())
}

/// The form by which a program's committee concludes.
fn form(program: &Program) -> Result<(&ResultShape, &Form), Error> {
    let result = shape(program)?.result.as_ref().ok_or(Error::NotFound)?;
    let form = program.forms.get(&result.form).ok_or(Error::NotFound)?;
    Ok((result, form))
}

/// Writes the result of a case down. It can be changed until it is confirmed.
///
/// # Errors
/// `committee.not-open`, `committee.quorum`, `committee.confirmed`; [`Error::NotFound`].
pub fn write(
    house: &House,
    caller: &Caller,
    (id, case): (&str, &str),
    posted: &Posted,
) -> Result<Outcome, Error> {
    house.database.write(|conn| {
        let session = unfinished(house, conn, caller, id)?;
        let program = convened(house, caller, &session.program)?;
        let item = agenda::item(conn, &house.keys, id, case)?;
        let opened = house.open(conn, caller, case, CommandName::RecordCommitteeResult)?;
        let around = Surroundings::of_case(house, conn, &opened)?.in_language(Lang::Ja);
        let (_, form) = form(&program)?;
        let mut answers = written(&item);
        for step in form.steps() {
            read_step(form, &step.link_id, posted, &mut answers, &around.env());
        }
        let errors = check(form, &answers, &around.env());
        if posted.contains_key(READ_AGAIN)
            || ["add", "remove"].iter().any(|button| posted.contains_key(*button))
        {
            return Ok(Outcome::Again(answers, Vec::new()));
        }
        if errors.iter().any(|error| !error.soft) {
            return Ok(Outcome::Again(answers, errors));
        }
        answers.retain_enabled(form, &around.env());
        put(house, conn, caller, (&session, &program, &item, &opened), answers)?;
        Ok(Outcome::Written)
    })
}

/// What the case is concluded upon.
type Upon<'a> = (&'a Session, &'a Program, &'a Item, &'a Opened);

fn put(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    (session, program, item, opened): Upon<'_>,
    answers: Answers,
) -> Result<(), Error> {
    let concluded = concluded(shape(program)?, answers)?;
    concluded.check(shape(program)?)?;
    may_conclude(house, conn, program, session, item)?;
    agenda::conclude(conn, &opened.stored, &session.id, &concluded)?;
    let detail = json!({ "session": session.id, "conclusion": concluded.conclusion });
    house.record(conn, caller, "write_result", &item.case, "done", detail)
}

/// The conclusion that the form is: a code among the refused ones names its reason.
fn concluded(shape: &CommitteeShape, answers: Answers) -> Result<Concluded, Refusal> {
    let silent = || Refusal::new("committee.conclusion").at("conclusion");
    let result = shape.result.as_ref().ok_or_else(silent)?;
    let Some(Answer::Choice(chosen)) = answers.get(&result.item) else { return Err(silent()) };
    let criterion = result.refused.get(&chosen.code).cloned();
    let conclusion = if criterion.is_some() { Conclusion::NotMet } else { Conclusion::Met };
    Ok(Concluded { conclusion, criterion, opinion: chosen.display.clone(), answers: Some(answers) })
}

/// Writes down, as suggested, every case that the rules find simple and of which nothing is written yet.
/// Gives their number.
///
/// # Errors
/// `committee.not-open`, `committee.quorum`; `committee.none-simple` when there is none.
pub fn write_simple(house: &House, caller: &Caller, id: &str) -> Result<usize, Error> {
    house.database.write(|conn| {
        let session = unfinished(house, conn, caller, id)?;
        let program = convened(house, caller, &session.program)?;
        let mut items = agenda::items(conn, &house.keys, &[id.to_owned()])?;
        items.retain(|item| item.state == "open" && item.conclusion.is_none() && item.packet.simple);
        items.retain(|item| item.case_state == "deliberation");
        let mut written = 0;
        for item in &items {
            let opened = house.open(conn, caller, &item.case, CommandName::RecordCommitteeResult)?;
            let Some(answers) = whole(house, conn, &program, item, &opened)? else { continue };
            put(house, conn, caller, (&session, &program, item, &opened), answers)?;
            written += 1;
        }
        if written == 0 {
            return Err(Refusal::new("committee.none-simple").into());
        }
        Ok(written)
    })
}

/// What is suggested, if the form needs nothing beyond it.
fn whole(
    house: &House,
    conn: &mut Conn,
    program: &Program,
    item: &Item,
    opened: &Opened,
) -> Result<Option<Answers>, Error> {
    let around = Surroundings::of_case(house, conn, opened)?.in_language(Lang::Ja);
    let answers = item.packet.suggested.clone();
    let wanting = check(form(program)?.1, &answers, &around.env()).iter().any(|error| !error.soft);
    Ok((!wanting).then_some(answers))
}
