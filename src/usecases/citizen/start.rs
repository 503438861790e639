//! T1: begins a draft, or finds the one that is under way.

use serde_json::json;

use crate::domain::case::Origin;
use crate::domain::case::apply::begin;
use crate::domain::case::event::{Event, Stamp};
use crate::domain::forms::populate;
use crate::domain::lang::Lang;
use crate::domain::permission::grant;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::{Body, CaseKind, CommandName, Effect, State};
use crate::domain::refusal::Refusal;
use crate::store::cases::Stored;
use crate::store::{Conn, cases, definitions};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::Stage;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::projection;

use super::filer::Filer;
use super::{procedures, renewal};

/// Begins an application and gives its id. A person has one draft of a kind: a second start
/// continues it. What renews or changes a certificate names the case that opened it: `renewal/case_…`.
///
/// # Errors
/// `start.kind` when the program does not take this kind now; `start.renewal` when there is nothing
/// to renew, or it is not yet time, or too late; `start.certificate` when there is none that lasts.
pub fn draft(house: &House, caller: &Caller, lang: Lang, program: &str, kind: &str) -> Result<String, Error> {
    house.database.write(|conn| begun(house, conn, &Filer::themself(caller), lang, program, kind))
}

/// The same for whoever files, in their transaction.
///
/// # Errors
/// As [`draft`]; `start.begun` for an office where the person has begun it themself.
pub fn begun(
    house: &House,
    conn: &mut Conn,
    filer: &Filer<'_>,
    lang: Lang,
    program: &str,
    kind: &str,
) -> Result<String, Error> {
    let program = house.programs.newest(program)?;
    let (kind, follows) = kind.split_once('/').map_or((kind, None), |(kind, case)| (kind, Some(case)));
    let rule = program.definition.kind(&CaseKind::read(kind)).filter(|it| it.by.contains(&Body::Applicant));
    let rule = rule.filter(|it| it.is_offered(house.today(), &house.settings));
    let rule = rule.filter(|rule| filer.begins(program.definition.mandate.as_ref(), &rule.code));
    let rule = rule.ok_or_else(|| Refusal::new("start.kind").at("kind"))?;
    filer.hold(house, conn, lang.code())?;
    if let Some(id) = under_way(house, conn, filer, &program, &rule.code, follows)? {
        return Ok(id);
    }
    match rule.effect {
        Effect::Renews => can_renew(house, conn, filer, &program, follows)?,
        effect if effect.attaches() => procedures::can_attach(house, conn, filer, rule, follows)?,
        _ if follows.is_some() => return Err(Refusal::new("start.kind").at("kind").into()),
        _ => {}
    }
    new_draft(house, conn, filer, lang, &program, &rule.code, follows)
}

fn under_way(
    house: &House,
    conn: &mut Conn,
    filer: &Filer<'_>,
    program: &Program,
    kind: &CaseKind,
    follows: Option<&str>,
) -> Result<Option<String>, Error> {
    let cases = cases::of_applicant(conn, &house.keys, filer.applicant)?;
    let mut same = cases.into_iter().map(|stored| stored.case).filter(|case| {
        case.state == State::Draft
            && (&case.kind, case.follows.as_deref()) == (kind, follows)
            && case.program == program.definition.id
    });
    let Some(case) = same.next() else { return Ok(None) };
    // What the person has begun themself, no office looks into.
    let theirs = filer.office.is_none() || case.agency == filer.agency();
    if theirs { Ok(Some(case.id)) } else { Err(Refusal::new("start.begun").at("kind").into()) }
}

fn can_renew(
    house: &House,
    conn: &mut Conn,
    filer: &Filer<'_>,
    program: &Program,
    follows: Option<&str>,
) -> Result<(), Error> {
    let due = renewal::due(house, conn, filer, Lang::Ja, Some(&program.definition.id))?;
    let found = due.iter().any(|grant| Some(grant.head.id.as_str()) == follows);
    if found { Ok(()) } else { Err(Refusal::new("start.renewal").at("kind").into()) }
}

fn new_draft(
    house: &House,
    conn: &mut Conn,
    filer: &Filer<'_>,
    lang: Lang,
    program: &std::sync::Arc<Program>,
    kind: &CaseKind,
    follows: Option<&str>,
) -> Result<String, Error> {
    let caller = filer.caller;
    let relation = filer.relation();
    let granted = grant(&caller.actor, CommandName::StartDraft, &program.definition, &relation)?;
    let stamp = house.stamp(&caller.actor);
    let definition = &program.definition;
    definitions::keep(conn, &program.hash, &definition.id, &definition.version, &program.files, stamp.at)?;
    let id = house.new_id("case")?;
    let event = started(&id, program, kind, filer, lang, follows);
    let (key, wrapped) = house.keys.new_case_key(&id)?;
    let case = begin(&event, &stamp).ok_or_else(|| Error::Fault("a case did not begin".to_owned()))?;
    let opened = Opened::new(Stored { case, key }, program.clone(), granted);
    let projection = projection::of(house, conn, &opened)?;
    cases::insert(conn, &opened.stored, &wrapped, &event, &stamp, &projection)?;
    prefill(house, conn, filer, &opened, &stamp)?;
    let detail = json!({ "role": opened.granted.role(), "version": 0, "events": [event.code()] });
    house.record(conn, caller, CommandName::StartDraft.code(), &id, "done", detail)?;
    Ok(id)
}

fn started(
    id: &str,
    program: &Program,
    kind: &CaseKind,
    filer: &Filer<'_>,
    lang: Lang,
    follows: Option<&str>,
) -> Event {
    Event::Started {
        id: id.to_owned(),
        program: program.definition.id.clone(),
        kind: kind.clone(),
        definition: program.hash.clone(),
        applicant: filer.applicant.to_owned(),
        origin: Origin::Online,
        lang,
        follows: follows.map(str::to_owned),
        agency: filer.agency(),
    }
}

/// What the identity provider told, or the earlier application, stands in the form with its origin; and of an
/// office that files for the person, who it is.
fn prefill(
    house: &House,
    conn: &mut Conn,
    filer: &Filer<'_>,
    opened: &Opened,
    stamp: &Stamp,
) -> Result<(), Error> {
    let form = opened.program.application().ok_or(Error::NotFound)?;
    let around = Surroundings::of_case(house, conn, opened)?;
    let mut answers = match opened.stored.case.follows {
        Some(_) => renewal::answers(house, conn, filer, opened)?,
        None => populate(form, &around.env()),
    };
    filer.fill(house, conn, opened, &mut answers)?;
    let name = &opened.program.definition.forms.application;
    Stage { house, conn, opened, stamp }.save_answers(name, answers)
}
