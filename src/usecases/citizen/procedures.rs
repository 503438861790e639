//! What a person can begin: an application of their own, or a procedure on a certificate that they hold.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::case::decision::Content;
use crate::domain::case::entitlement::{Entitlement, held};
use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::domain::program::definition::KindRule;
use crate::domain::program::vocabulary::{Body, CaseKind, CommandName, Effect, Outcome, State};
use crate::domain::refusal::Refusal;
use crate::store::{Conn, cases};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::filer::Filer;
use super::renewal;
use super::sheet::{Head, head, text};

/// A procedure on a certificate.
#[derive(Clone, Debug, Serialize)]
pub struct Procedure {
    /// As `POST /p/{code}/start` takes it: `kind/case`.
    pub code: String,
    /// Its name.
    pub label: String,
}

/// A certificate with what can be begun on it.
#[derive(Clone, Debug, Serialize)]
pub struct Held {
    /// Title line of the case that opened it.
    pub head: Head,
    /// Its last day.
    pub valid_to: NaiveDate,
    /// What can be begun.
    pub procedures: Vec<Procedure>,
}

/// The certificates of a person under a program, each with what can be begun on it.
///
/// # Errors
/// When the database fails.
pub fn held_by(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    lang: Lang,
    program: &Program,
) -> Result<Vec<Held>, Error> {
    let mut found = Vec::new();
    for stored in cases::of_applicant(conn, &house.keys, &caller.actor.id)? {
        let case = &stored.case;
        if case.program == program.definition.id && case.state == State::Decided {
            let opened = house.open(conn, caller, &case.id, CommandName::Read)?;
            let Some(valid_to) = last_day(&opened) else { continue };
            let procedures = of_certificate(house, &opened, lang);
            if !procedures.is_empty() {
                found.push(Held { head: head(&opened, lang), valid_to, procedures });
            }
        }
    }
    Ok(found)
}

/// What the page of a case offers: its renewal while that is open, then what can be begun on its certificate.
///
/// # Errors
/// When the database fails.
pub fn on_page(
    house: &House,
    conn: &mut Conn,
    filer: &Filer<'_>,
    opened: &Opened,
    lang: Lang,
) -> Result<Vec<Procedure>, Error> {
    let case = &opened.stored.case;
    let mut offered = Vec::new();
    if case.decision().is_some() {
        let due = renewal::due(house, conn, filer, lang, Some(&case.program))?;
        let program = house.programs.newest(&case.program)?;
        let renews = program.definition.kinds_that(Effect::Renews).next();
        let own = due.iter().any(|it| it.head.id == case.id);
        offered.extend(renews.filter(|_| own).map(|kind| procedure(&program, kind, &case.id, lang)));
    }
    offered.extend(of_certificate(house, opened, lang));
    Ok(offered)
}

fn procedure(program: &Program, kind: &CaseKind, case: &str, lang: Lang) -> Procedure {
    let code = kind.code();
    Procedure { code: format!("{code}/{case}"), label: text(program, lang, &format!("kind.{code}")) }
}

/// What the applicant can begin on the certificate that a case opened.
pub fn of_certificate(house: &House, opened: &Opened, lang: Lang) -> Vec<Procedure> {
    let Ok(program) = house.programs.newest(&opened.stored.case.program) else { return Vec::new() };
    let kinds = program.definition.kinds.iter().filter(|kind| kind.by.contains(&Body::Applicant));
    let kinds = kinds.filter(|kind| kind.is_offered(house.today(), &house.settings));
    let fitting = kinds.filter(|kind| fits(opened, kind, house.today()));
    fitting.map(|kind| procedure(&program, &kind.code, &opened.stored.case.id, lang)).collect()
}

/// What the applicant can begin after a decision that granted nothing but found what another kind attests.
pub fn offered_after(opened: &Opened, content: &Content, lang: Lang) -> Vec<Procedure> {
    let program = &opened.program;
    let kinds = program.definition.offered_after(content.outcome, &content.fields);
    let kinds = kinds.filter(|kind| kind.by.contains(&Body::Applicant));
    let others = kinds.filter(|kind| kind.code != opened.stored.case.kind);
    others
        .map(|kind| Procedure {
            code: kind.code.code().to_owned(),
            label: text(program, lang, &format!("kind.{}", kind.code.code())),
        })
        .collect()
}

/// Whether a procedure of a kind can be begun on the certificate that a case opened: while it lasts, or for
/// money also afterwards.
pub fn fits(opened: &Opened, kind: &KindRule, today: NaiveDate) -> bool {
    let opens = opened.effect().certifies() && !opened.effect().attaches();
    let Some(last) = last_day(opened).filter(|_| opens && kind.effect.attaches()) else { return false };
    kind.effect == Effect::Pays || last >= today
}

/// The last day of the certificate that a case opened.
pub fn last_day(opened: &Opened) -> Option<NaiveDate> {
    let granting: Vec<Outcome> = Outcome::ALL.iter().copied().filter(|outcome| outcome.grants()).collect();
    let rulings = opened.rulings();
    let rows = held(&rulings, &granting);
    rows.iter().rev().find(|row: &&Entitlement<'_>| !row.deleted).map(|row| row.valid_to)
}

/// Whether a case can be begun that belongs to the certificate of another.
///
/// # Errors
/// `start.certificate` when it has none, or none that lasts; [`Error::NotFound`] when the caller may not read it.
pub fn can_attach(
    house: &House,
    conn: &mut Conn,
    filer: &Filer<'_>,
    kind: &KindRule,
    follows: Option<&str>,
) -> Result<(), Error> {
    let refused = || Refusal::new("start.certificate").at("kind");
    let follows = follows.ok_or_else(refused)?;
    let opened = house.open(conn, filer.caller, follows, filer.reading())?;
    if fits(&opened, kind, house.today()) { Ok(()) } else { Err(refused().into()) }
}
