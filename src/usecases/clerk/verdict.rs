//! A clerk rules on items: accept, return with a coded reason, do without, or take the ruling back.

use crate::domain::case::command::Command;
use crate::domain::case::facts::{Items, unseen};
use crate::domain::case::verdict::{Ruling, item_key};
use crate::domain::forms::summary;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::usecases::access::Caller;
use crate::usecases::carry_out::{Done, Order, Stage, carry_out, fixed_answers, items};
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;

use super::dossier::covers;

/// Characters of a note to the applicant.
pub const LONGEST_NOTE: usize = 2000;

/// What is ruled on.
#[derive(Clone, Debug)]
pub enum About {
    /// One item, by its path.
    Item(String),
    /// Every unseen item of a group.
    Group(String),
}

/// The ruling as it was typed.
#[derive(Clone, Debug)]
pub enum Typed {
    /// In order.
    Accept,
    /// Back to the applicant.
    Return {
        /// Code of the phrase.
        reason: String,
        /// The clerk's words.
        note: String,
    },
    /// Not needed.
    Waive {
        /// Code of the phrase.
        reason: String,
    },
    /// The ruling is taken back.
    Reset,
}

/// Which case, on which knowledge of it.
#[derive(Clone, Debug)]
pub struct Known {
    /// The case.
    pub case: String,
    /// The version that was shown.
    pub version: i64,
    /// The key of the page.
    pub request: String,
}

impl Known {
    /// The order of a command.
    pub fn order(&self, command: CommandName) -> Order<'_> {
        Order::new(&self.case, command).at(self.version).once(&self.request)
    }
}

/// Rules on items.
///
/// # Errors
/// `verdict.reason`, `verdict.note-long`, `verdict.nothing`, or as [`carry_out`].
pub fn rule(
    house: &House,
    caller: &Caller,
    known: &Known,
    about: &About,
    typed: &Typed,
) -> Result<Done, Error> {
    carry_out(house, caller, &known.order(CommandName::SetVerdict), |stage| {
        let ruling = ruling(&stage.opened.program, typed)?;
        Ok(Command::SetVerdict { items: named(stage, about)?, ruling })
    })
}

fn ruling(program: &Program, typed: &Typed) -> Result<Option<Ruling>, Refusal> {
    match typed {
        Typed::Accept => Ok(Some(Ruling::Accepted)),
        Typed::Reset => Ok(None),
        Typed::Waive { reason } => match program.phrases.waived(reason) {
            Some(phrase) => Ok(Some(Ruling::Waived { reason: phrase.code.clone() })),
            None => Err(Refusal::new("verdict.reason").at("waiver")),
        },
        Typed::Return { reason, note } => {
            let phrase = program
                .phrases
                .returned(reason)
                .ok_or_else(|| Refusal::new("verdict.reason").at("reason"))?;
            if note.chars().count() > LONGEST_NOTE {
                return Err(Refusal::new("clerk.note-long").with("most", LONGEST_NOTE).at("note"));
            }
            let note = note.trim().to_owned();
            Ok(Some(Ruling::Returned { reason: phrase.code.clone(), effect: phrase.effect, note }))
        }
    }
}

/// The items meant, each with the digest of what stands there now: the version has been compared.
fn named(stage: &mut Stage, about: &About) -> Result<Vec<(String, String)>, Error> {
    let name = stage.opened.program.definition.forms.application.clone();
    let known = items(stage.house, stage.conn, stage.opened)?;
    match about {
        About::Item(path) => {
            let answers = fixed_answers(stage.conn, stage.opened, &name)?.unwrap_or_default();
            Ok(vec![(item_key(&name, path), answers.digest(path))])
        }
        About::Group(code) => unseen_of(stage, &name, code, &known),
    }
}

fn unseen_of(
    stage: &mut Stage,
    form: &str,
    code: &str,
    known: &Items,
) -> Result<Vec<(String, String)>, Error> {
    let program = &stage.opened.program;
    let group = program.definition.item_groups.iter().find(|group| group.code == code);
    let (Some(group), Some(questions)) = (group, program.application()) else { return Ok(Vec::new()) };
    let answers = fixed_answers(stage.conn, stage.opened, form)?.unwrap_or_default();
    let around = Surroundings::of_case(stage.house, stage.conn, stage.opened)?;
    let open: Vec<&str> = unseen(stage.case(), known).collect();
    let mut found = Vec::new();
    for section in summary(questions, &answers, &around.env()) {
        let rows = section.rows.iter().filter(|row| covers(group, &section.step, row));
        let keys = rows.map(|row| item_key(form, &row.path)).filter(|key| open.contains(&key.as_str()));
        found.extend(keys.filter_map(|key| Some((key.clone(), known.get(&key)?.clone()))));
    }
    Ok(found)
}
