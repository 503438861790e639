//! What holds of a person under a certificate: the answers of the application, with every granted change
//! laid over them.

use crate::domain::forms::{Answers, overlay, without};
use crate::domain::program::vocabulary::Effect;
use crate::store::{Conn, secrets};

use super::access::Opened;
use super::carry_out::fixed_answers;
use super::error::Error;

/// The answers on which a case rests: its own, laid over what held before it.
///
/// # Errors
/// When they cannot be read.
pub fn answers(conn: &mut Conn, opened: &Opened) -> Result<Answers, Error> {
    let own = own(conn, opened)?.unwrap_or_default();
    if !opened.effect().attaches() {
        return Ok(own);
    }
    let before = before(conn, opened)?;
    Ok(laid(opened, before, own))
}

/// What held before a case that belongs to a certificate.
///
/// # Errors
/// When answers cannot be read.
pub fn before(conn: &mut Conn, opened: &Opened) -> Result<Answers, Error> {
    let decided = opened.stored.case.decision().map(|decision| decision.at);
    let earlier = |it: &&Opened| {
        let granted = it.stored.case.decision().map(|decision| decision.at);
        it.stored.case.id != opened.stored.case.id && decided.is_none_or(|at| granted < Some(at))
    };
    fold(conn, opened.members().into_iter().filter(earlier))
}

/// What holds now, whichever case of the certificate is looked at.
///
/// # Errors
/// When answers cannot be read.
pub fn now(conn: &mut Conn, opened: &Opened) -> Result<Answers, Error> {
    fold(conn, opened.members())
}

/// The fixed answers of a form that staff or a physician filled in: those of the case, else the newest of the
/// certificate.
///
/// # Errors
/// When they cannot be read.
pub fn newest(conn: &mut Conn, opened: &Opened, form: &str) -> Result<Option<Answers>, Error> {
    if let Some(own) = fixed_answers(conn, opened, form)? {
        return Ok(Some(own));
    }
    for member in opened.members().into_iter().rev().filter(|member| states_facts(member)) {
        if let Some(found) = fixed_answers(conn, member, form)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// A secret answer of the certificate, the newest first.
///
/// # Errors
/// When it cannot be read.
pub fn secret(conn: &mut Conn, opened: &Opened, path: &str) -> Result<Option<String>, Error> {
    for member in opened.members().into_iter().rev() {
        let own = member.stored.case.id == opened.stored.case.id;
        if own || states_facts(member) {
            let found = secrets::find(conn, &member.granted, &member.stored, path)?;
            if found.is_some() {
                return Ok(found);
            }
        }
    }
    Ok(None)
}

fn fold<'a>(conn: &mut Conn, members: impl IntoIterator<Item = &'a Opened>) -> Result<Answers, Error> {
    let mut standing = Answers::new();
    for member in members.into_iter().filter(|member| states_facts(member)) {
        let said = facts_of(member, own(conn, member)?.unwrap_or_default());
        standing = laid(member, standing, said);
    }
    Ok(standing)
}

/// Whether what a case says of the person holds: it opened the certificate, or its change was granted.
pub(super) fn states_facts(member: &Opened) -> bool {
    let granted = member.stored.case.decision().is_some_and(|it| it.draft.content.outcome.grants());
    !member.effect().attaches() || (member.effect() == Effect::Changes && granted)
}

fn own(conn: &mut Conn, opened: &Opened) -> Result<Option<Answers>, Error> {
    fixed_answers(conn, opened, &opened.program.definition.forms.application)
}

/// What the answers of a case say of the person, without what is about the procedure itself.
fn facts_of(opened: &Opened, answers: Answers) -> Answers {
    let rule = opened.program.definition.kind(&opened.stored.case.kind);
    match (opened.program.application(), rule) {
        (Some(form), Some(rule)) => without(form, &answers, &rule.own),
        _ => answers,
    }
}

fn laid(opened: &Opened, earlier: Answers, later: Answers) -> Answers {
    match opened.program.application() {
        Some(form) => overlay(form, &earlier, &later),
        None => later,
    }
}
