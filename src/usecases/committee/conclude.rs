//! What a session concludes: who is there, the result of each case, and the confirmation that makes it known
//! to the cases, one after the other.

use std::collections::BTreeSet;

use serde_json::json;

use crate::domain::case::command::Command;
use crate::domain::committee::opinion::Concluded;
use crate::domain::committee::{Appointment, Quorum, Sitting, Ties, exclusion};
use crate::domain::program::Program;
use crate::domain::program::vocabulary::{CommandName, Conclusion};
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::store::agenda::{self, Item};
use crate::store::committee::{self, Session};
use crate::usecases::access::Caller;
use crate::usecases::carry_out::{Order, Stage, carry_out};
use crate::usecases::clerk::typed::bounded;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::agenda::unfinished;
use super::{convened, shape};

/// What is typed for the result of a case.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Typed {
    /// Code of the conclusion.
    pub conclusion: String,
    /// Code of the refusal reason that names the condition not met.
    pub criterion: String,
    /// The opinion, or the question.
    pub opinion: String,
}

/// The members of a session's panel whose term runs on its day, and those of them who are there.
pub struct Roll {
    /// In the order of the register.
    pub members: Vec<Appointment>,
    /// Accounts of those who are there.
    pub present: BTreeSet<String>,
    /// The panel that sits; empty for the committee as a whole.
    pub panel: String,
}

impl Roll {
    /// How many sit for a case with these ties.
    pub fn sitting(&self, session: &Session, ties: &Ties) -> Sitting {
        let sits = |it: &&Appointment| self.present.contains(&it.user) && exclusion(it, ties).is_none();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Sitting {
            session: session.id.clone(),
            held_on: session.held_on,
            members: count(self.members.len()),
            present: count(self.members.iter().filter(sits).count()),
        }
    }
}

/// Who belongs to a session, and who is there.
///
/// # Errors
/// When the database fails.
pub fn roll(conn: &mut Conn, session: &Session) -> Result<Roll, Error> {
    let all = committee::appointments(conn, &session.program)?;
    let sits = |it: &Appointment| session.panel.is_empty() || it.panel == session.panel;
    let members = all.into_iter().filter(|it| it.runs_on(session.held_on) && sits(it)).collect();
    Ok(Roll {
        members,
        present: committee::present(conn, &session.id)?.into_iter().collect(),
        panel: session.panel.clone(),
    })
}

/// The quorum of a program's committee on the day of a session.
///
/// # Errors
/// [`Error::NotFound`] where there is no committee, or no quorum holds on that day.
pub fn quorum(house: &House, program: &Program, session: &Session) -> Result<Quorum, Error> {
    let percent = shape(program)?.quorum_percent.number(session.held_on, &house.settings);
    Ok(Quorum { more_than_percent: percent.ok_or(Error::NotFound)? })
}

/// Writes down who is there. Once a result is confirmed, that stands.
///
/// # Errors
/// `committee.confirmed`, `committee.closed`, `committee.member` for somebody who is none.
pub fn attend(house: &House, caller: &Caller, id: &str, users: &[String]) -> Result<(), Error> {
    house.database.write(|conn| {
        let session = unfinished(house, conn, caller, id)?;
        let items = agenda::items(conn, &house.keys, &[id.to_owned()])?;
        if items.iter().any(|item| item.state == "confirmed") {
            return Err(Refusal::new("committee.confirmed").into());
        }
        let members = roll(conn, &session)?.members;
        let users: BTreeSet<&String> = users.iter().collect();
        if !users.iter().all(|user| members.iter().any(|it| it.user == **user)) {
            return Err(Refusal::new("committee.member").into());
        }
        let users: Vec<String> = users.into_iter().cloned().collect();
        committee::set_present(conn, id, &users)?;
        house.record(conn, caller, "attend_session", "", "done", json!({ "session": id, "present": users }))
    })
}

/// Writes down what is concluded on a case. It can be changed until it is confirmed.
///
/// # Errors
/// What was typed wrong; `committee.not-open`, `committee.quorum`, `committee.confirmed`.
pub fn conclude(house: &House, caller: &Caller, id: &str, case: &str, typed: &Typed) -> Result<(), Error> {
    house.database.write(|conn| {
        let session = unfinished(house, conn, caller, id)?;
        let program = convened(house, caller, &session.program)?;
        let concluded = read(typed)?;
        let shape = shape(&program)?;
        let asks = concluded.conclusion == Conclusion::MoreInformation;
        if shape.result.is_some() && !asks {
            return Err(Refusal::new("committee.conclusion").at("conclusion").into());
        }
        concluded.check(shape)?;
        let item = agenda::item(conn, &house.keys, id, case)?;
        may_conclude(house, conn, &program, &session, &item)?;
        let opened = house.open(conn, caller, case, CommandName::RecordCommitteeResult)?;
        agenda::conclude(conn, &opened.stored, id, &concluded)?;
        let detail = json!({ "session": id, "conclusion": concluded.conclusion });
        house.record(conn, caller, "write_result", case, "done", detail)
    })
}

fn read(typed: &Typed) -> Result<Concluded, Refusal> {
    let conclusion = Conclusion::from_code(&typed.conclusion);
    let conclusion = conclusion.ok_or_else(|| Refusal::new("committee.conclusion").at("conclusion"))?;
    let named = conclusion == Conclusion::NotMet && !typed.criterion.is_empty();
    Ok(Concluded {
        conclusion,
        criterion: named.then(|| typed.criterion.clone()),
        opinion: bounded(&typed.opinion, "opinion")?,
        answers: None,
    })
}

/// Whether a result of a case can be written down now.
///
/// # Errors
/// `committee.confirmed`, `committee.not-open`, `committee.quorum`.
pub(super) fn may_conclude(
    house: &House,
    conn: &mut Conn,
    program: &Program,
    session: &Session,
    item: &Item,
) -> Result<(), Error> {
    if item.state != "open" {
        return Err(Refusal::new("committee.confirmed").into());
    }
    if session.state != "open" {
        return Err(Refusal::new("committee.not-open").into());
    }
    let sitting = roll(conn, session)?.sitting(session, &item.ties);
    if quorum(house, program, session)?.holds(sitting.present, sitting.members) {
        return Ok(());
    }
    let refusal = Refusal::new("committee.quorum");
    Err(refusal.with("present", sitting.present).with("members", sitting.members).into())
}

/// Confirms every result that was written down: each becomes an event of its case, in a transaction of its
/// own. What was confirmed before stays as it is, so a confirmation that broke off is simply given again.
///
/// # Errors
/// The refusal of the first case that takes no result; those before it are confirmed.
pub fn confirm(house: &House, caller: &Caller, id: &str) -> Result<usize, Error> {
    let items = house.database.read(|conn| {
        let session = committee::session(conn, &house.keys, id)?;
        convened(house, caller, &session.program)?;
        Ok::<_, Error>(agenda::items(conn, &house.keys, &[id.to_owned()])?)
    })?;
    let mut confirmed = 0;
    for item in items.into_iter().filter(|item| item.state == "open") {
        let Some(concluded) = item.conclusion else { continue };
        confirm_one(house, caller, id, &item.case, &concluded)?;
        confirmed += 1;
    }
    Ok(confirmed)
}

fn confirm_one(
    house: &House,
    caller: &Caller,
    id: &str,
    case: &str,
    concluded: &Concluded,
) -> Result<(), Error> {
    let asks = concluded.conclusion == Conclusion::MoreInformation;
    let command = if asks { CommandName::AskByCommittee } else { CommandName::RecordCommitteeResult };
    let key = format!("{id}:{case}");
    carry_out(house, caller, &Order::new(case, command).once(&key), |stage| settle(stage, caller, id))?;
    Ok(())
}

/// The command that the conclusion is, as it stands now; with it the case is done with on the agenda.
fn settle(stage: &mut Stage, caller: &Caller, id: &str) -> Result<Command, Error> {
    let (house, case) = (stage.house, stage.case().id.clone());
    let session = unfinished(house, stage.conn, caller, id)?;
    let item = agenda::item(stage.conn, &house.keys, id, &case)?;
    let sitting = roll(stage.conn, &session)?.sitting(&session, &item.ties);
    let concluded = item.conclusion.ok_or_else(|| Refusal::new("committee.conclusion"))?;
    agenda::set_state(stage.conn, id, &case, "confirmed")?;
    let form = stage.opened.program.definition.committee.as_ref().and_then(|it| it.result.as_ref());
    let result = match (form.map(|it| it.form.clone()), concluded.answers) {
        (Some(form), Some(answers)) => Some(stage.fix_answers(&form, answers)?),
        _ => None,
    };
    Ok(match concluded.conclusion {
        Conclusion::MoreInformation => Command::AskByCommittee { sitting, question: concluded.opinion },
        conclusion => Command::RecordCommitteeResult {
            sitting,
            met: conclusion == Conclusion::Met,
            criterion: concluded.criterion,
            opinion: concluded.opinion,
            result,
        },
    })
}
