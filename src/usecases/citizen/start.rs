//! T1: begins a draft, or finds the one that is under way.

use serde_json::json;

use crate::domain::case::Origin;
use crate::domain::case::apply::begin;
use crate::domain::case::event::{Event, Stamp};
use crate::domain::forms::populate;
use crate::domain::lang::Lang;
use crate::domain::permission::{Relation, grant};
use crate::domain::program::Program;
use crate::domain::program::vocabulary::{CaseKind, CommandName, State};
use crate::domain::refusal::Refusal;
use crate::store::cases::Stored;
use crate::store::{Conn, cases, citizens, definitions};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::Stage;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::projection;

/// Begins an application and gives its id. A person has one draft of a kind: a second start
/// continues it.
///
/// # Errors
/// `start.kind` when the program does not take this kind now.
pub fn draft(house: &House, caller: &Caller, lang: Lang, program: &str, kind: &str) -> Result<String, Error> {
    let program = house.programs.newest(program)?;
    let open = CaseKind::from_code(kind).filter(|kind| program.definition.kinds.contains(kind));
    let kind = open.ok_or_else(|| Refusal::new("start.kind").at("kind"))?;
    house.database.write(|conn| {
        // Noting the language holds the person's row, so that two starts at once make one draft.
        citizens::set_lang(conn, &caller.actor.id, lang.code())?;
        match under_way(house, conn, caller, &program, kind)? {
            Some(id) => Ok(id),
            None => new_draft(house, conn, caller, lang, &program, kind),
        }
    })
}

fn under_way(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    program: &Program,
    kind: CaseKind,
) -> Result<Option<String>, Error> {
    let cases = cases::of_applicant(conn, &house.keys, &caller.actor.id)?;
    let mut same = cases.into_iter().map(|stored| stored.case).filter(|case| {
        case.state == State::Draft && case.kind == kind && case.program == program.definition.id
    });
    Ok(same.next().map(|case| case.id))
}

fn new_draft(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    lang: Lang,
    program: &std::sync::Arc<Program>,
    kind: CaseKind,
) -> Result<String, Error> {
    let relation = Relation { own: true, ..Relation::default() };
    let granted = grant(&caller.actor, CommandName::StartDraft, &program.definition, &relation)?;
    let stamp = house.stamp(&caller.actor);
    let definition = &program.definition;
    definitions::keep(conn, &program.hash, &definition.id, &definition.version, &program.files, stamp.at)?;
    let id = house.new_id("case")?;
    let event = started(&id, program, kind, &caller.actor.id, lang);
    let (key, wrapped) = house.keys.new_case_key(&id)?;
    let case = begin(&event, &stamp).ok_or_else(|| Error::Fault("a case did not begin".to_owned()))?;
    let opened = Opened { stored: Stored { case, key }, program: program.clone(), granted };
    let projection = projection::of(house, conn, &opened)?;
    cases::insert(conn, &opened.stored, &wrapped, &event, &stamp, &projection)?;
    prefill(house, conn, &opened, &stamp)?;
    let detail = json!({ "role": opened.granted.role(), "version": 0, "events": [event.code()] });
    house.record(conn, caller, CommandName::StartDraft.code(), &id, "done", detail)?;
    Ok(id)
}

fn started(id: &str, program: &Program, kind: CaseKind, applicant: &str, lang: Lang) -> Event {
    Event::Started {
        id: id.to_owned(),
        program: program.definition.id.clone(),
        kind,
        definition: program.hash.clone(),
        applicant: applicant.to_owned(),
        origin: Origin::Online,
        lang,
    }
}

/// What the identity provider told stands in the form with its origin.
fn prefill(house: &House, conn: &mut Conn, opened: &Opened, stamp: &Stamp) -> Result<(), Error> {
    let form = opened.program.application().ok_or(Error::NotFound)?;
    let around = Surroundings::of_case(house, conn, opened)?;
    let answers = populate(form, &around.env());
    let name = &opened.program.definition.forms.application;
    Stage { house, conn, opened, stamp }.save_answers(name, answers)
}
