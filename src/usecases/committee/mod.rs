//! A committee at work: its register of members, sessions with their agenda, what members read and say
//! beforehand, and what is concluded. Nothing here knows a program by name.

pub mod agenda;
pub mod conclude;
pub mod desk;
pub mod member;
pub mod members;
pub mod minutes;
pub mod packet;
pub mod result;
pub mod seat;
pub mod session;
pub mod sheet;

use std::sync::Arc;

use crate::domain::lang::Lang;
use crate::domain::permission::Desk;
use crate::domain::program::Program;
use crate::domain::program::committee::CommitteeShape;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::store::committee::{self, Session};

use super::access::Caller;
use super::error::Error;
use super::house::House;

/// Characters of a name, a place, a profession.
const LONGEST_LINE: usize = 200;

/// The programs with a committee in which the caller holds one of the roles for a command.
fn programs(house: &House, caller: &Caller, command: CommandName) -> Vec<Arc<Program>> {
    let holds = |program: &&Arc<Program>| {
        let definition = &program.definition;
        definition.committee.is_some()
            && definition.roles_for(command).any(|role| caller.actor.is(&role.code))
    };
    house.programs.offered().filter(holds).cloned().collect()
}

/// The program of that id, for the secretary of its committee.
///
/// # Errors
/// `permission.denied`; [`Error::NotFound`] for a program of another committee.
fn convened(house: &House, caller: &Caller, program: &str) -> Result<Arc<Program>, Error> {
    house.seat(caller, Desk::Secretary)?;
    let mut own = programs(house, caller, CommandName::Convene).into_iter();
    own.find(|it| it.definition.id == program).ok_or(Error::NotFound)
}

/// A session, held for the rest of the transaction, with its program, for its secretary.
///
/// # Errors
/// As [`convened`].
fn held(house: &House, conn: &mut Conn, caller: &Caller, id: &str) -> Result<(Session, Arc<Program>), Error> {
    let session = committee::hold(conn, &house.keys, id)?;
    let program = convened(house, caller, &session.program)?;
    Ok((session, program))
}

/// What a program says of its committee.
///
/// # Errors
/// [`Error::NotFound`] where it has none.
fn shape(program: &Program) -> Result<&CommitteeShape, Error> {
    program.definition.committee.as_ref().ok_or(Error::NotFound)
}

/// A text of the program in a language.
fn text(program: &Program, key: &str, lang: Lang) -> String {
    program.texts.text(lang, key, &Default::default())
}

/// One line of bounded length.
///
/// # Errors
/// `committee.line` about the field.
fn line(text: &str, field: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let fits =
        !text.is_empty() && text.chars().count() <= LONGEST_LINE && !text.chars().any(char::is_control);
    if fits {
        return Ok(text.to_owned());
    }
    Err(Refusal::new("committee.line").with("most", LONGEST_LINE).at(field))
}
