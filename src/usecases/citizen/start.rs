//! T1: begins a draft, or finds the one that is under way.

use serde_json::json;

use crate::domain::case::Origin;
use crate::domain::case::apply::begin;
use crate::domain::case::event::{Event, Stamp};
use crate::domain::forms::populate;
use crate::domain::lang::Lang;
use crate::domain::permission::{Relation, grant};
use crate::domain::program::Program;
use crate::domain::program::vocabulary::{Body, CaseKind, CommandName, Effect, State};
use crate::domain::refusal::Refusal;
use crate::store::cases::Stored;
use crate::store::{Conn, cases, citizens, definitions};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::Stage;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::projection;

use super::{procedures, renewal};

/// Begins an application and gives its id. A person has one draft of a kind: a second start
/// continues it. What renews or changes a certificate names the case that opened it: `renewal/case_…`.
///
/// # Errors
/// `start.kind` when the program does not take this kind now; `start.renewal` when there is nothing
/// to renew, or it is not yet time, or too late; `start.certificate` when there is none that lasts.
pub fn draft(house: &House, caller: &Caller, lang: Lang, program: &str, kind: &str) -> Result<String, Error> {
    let program = house.programs.newest(program)?;
    let (kind, follows) = kind.split_once('/').map_or((kind, None), |(kind, case)| (kind, Some(case)));
    let rule = program.definition.kind(&CaseKind::read(kind)).filter(|it| it.by.contains(&Body::Applicant));
    let rule = rule.filter(|it| it.is_offered(house.today(), &house.settings));
    let rule = rule.ok_or_else(|| Refusal::new("start.kind").at("kind"))?;
    house.database.write(|conn| {
        // Noting the language holds the person's row, so that two starts at once make one draft.
        citizens::set_lang(conn, &caller.actor.id, lang.code())?;
        if let Some(id) = under_way(house, conn, caller, &program, &rule.code, follows)? {
            return Ok(id);
        }
        match rule.effect {
            Effect::Renews => can_renew(house, conn, caller, &program, follows)?,
            effect if effect.attaches() => procedures::can_attach(house, conn, caller, rule, follows)?,
            _ if follows.is_some() => return Err(Refusal::new("start.kind").at("kind").into()),
            _ => {}
        }
        new_draft(house, conn, caller, lang, &program, &rule.code, follows)
    })
}

fn under_way(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    program: &Program,
    kind: &CaseKind,
    follows: Option<&str>,
) -> Result<Option<String>, Error> {
    let cases = cases::of_applicant(conn, &house.keys, &caller.actor.id)?;
    let mut same = cases.into_iter().map(|stored| stored.case).filter(|case| {
        case.state == State::Draft
            && (&case.kind, case.follows.as_deref()) == (kind, follows)
            && case.program == program.definition.id
    });
    Ok(same.next().map(|case| case.id))
}

fn can_renew(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    program: &Program,
    follows: Option<&str>,
) -> Result<(), Error> {
    let due = renewal::due(house, conn, caller, Lang::Ja, Some(&program.definition.id))?;
    let found = due.iter().any(|grant| Some(grant.head.id.as_str()) == follows);
    if found { Ok(()) } else { Err(Refusal::new("start.renewal").at("kind").into()) }
}

fn new_draft(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    lang: Lang,
    program: &std::sync::Arc<Program>,
    kind: &CaseKind,
    follows: Option<&str>,
) -> Result<String, Error> {
    let relation = Relation { own: true, ..Relation::default() };
    let granted = grant(&caller.actor, CommandName::StartDraft, &program.definition, &relation)?;
    let stamp = house.stamp(&caller.actor);
    let definition = &program.definition;
    definitions::keep(conn, &program.hash, &definition.id, &definition.version, &program.files, stamp.at)?;
    let id = house.new_id("case")?;
    let event = started(&id, program, kind, &caller.actor.id, lang, follows);
    let (key, wrapped) = house.keys.new_case_key(&id)?;
    let case = begin(&event, &stamp).ok_or_else(|| Error::Fault("a case did not begin".to_owned()))?;
    let opened = Opened::new(Stored { case, key }, program.clone(), granted);
    let projection = projection::of(house, conn, &opened)?;
    cases::insert(conn, &opened.stored, &wrapped, &event, &stamp, &projection)?;
    prefill(house, conn, caller, &opened, &stamp)?;
    let detail = json!({ "role": opened.granted.role(), "version": 0, "events": [event.code()] });
    house.record(conn, caller, CommandName::StartDraft.code(), &id, "done", detail)?;
    Ok(id)
}

fn started(
    id: &str,
    program: &Program,
    kind: &CaseKind,
    applicant: &str,
    lang: Lang,
    follows: Option<&str>,
) -> Event {
    Event::Started {
        id: id.to_owned(),
        program: program.definition.id.clone(),
        kind: kind.clone(),
        definition: program.hash.clone(),
        applicant: applicant.to_owned(),
        origin: Origin::Online,
        lang,
        follows: follows.map(str::to_owned),
    }
}

/// What the identity provider told, or the earlier application, stands in the form with its origin.
fn prefill(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    opened: &Opened,
    stamp: &Stamp,
) -> Result<(), Error> {
    let form = opened.program.application().ok_or(Error::NotFound)?;
    let around = Surroundings::of_case(house, conn, opened)?;
    let answers = match opened.stored.case.follows {
        Some(_) => renewal::answers(house, conn, caller, opened)?,
        None => populate(form, &around.env()),
    };
    let name = &opened.program.definition.forms.application;
    Stage { house, conn, opened, stamp }.save_answers(name, answers)
}
