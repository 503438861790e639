//! The tasks to determine a cap anew: the list over all cases, those of one case, and how they are closed.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::domain::money::Yen;
use crate::domain::permission::Desk;
use crate::domain::program::definition::Definition;
use crate::domain::program::vocabulary::{CommandName, Reach};
use crate::domain::refusal::Refusal;
use crate::store::cap_tasks::{self, CapTask, Closing, Line};
use crate::store::{Conn, cases};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::clerk::typed::bounded;
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// A task as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Task {
    /// Id.
    pub id: String,
    /// The case whose cap changes.
    pub case: String,
    /// Its reference.
    pub reference: String,
    /// The person; empty on the case's own page.
    pub person: String,
    /// First day of the other cap.
    pub from: NaiveDate,
    /// Last day of the other cap.
    pub to: NaiveDate,
    /// The cap so far.
    pub before: Yen,
    /// The cap by the rule.
    pub after: Yen,
    /// `open`, `done`, `dismissed` or `replaced`.
    pub state: String,
    /// Why it was dismissed.
    pub reason: String,
    /// The case whose decision changes the cap.
    pub cause: String,
    /// Where the office begins to determine it anew; empty where the program has no procedure for it.
    pub begin: String,
}

impl Task {
    fn new(task: CapTask, definition: Option<&Definition>, reference: String, person: String) -> Task {
        let begin = definition.and_then(|definition| begin(definition, &reference)).unwrap_or_default();
        Task {
            id: task.id,
            case: task.case_id,
            reference,
            person,
            from: task.from,
            to: task.to,
            before: task.before,
            after: task.after,
            state: task.state,
            reason: task.reason,
            cause: task.cause,
            begin,
        }
    }
}

fn begin(definition: &Definition, reference: &str) -> Option<String> {
    let kind = definition.partners.as_ref()?.procedure.as_ref()?;
    Some(format!("/staff/paper?kind={}/{}&follows={reference}", definition.id, kind.code()))
}

/// The list.
#[derive(Clone, Debug, Serialize)]
pub struct Listing {
    /// Open tasks, the earliest effect first; at most 200.
    pub tasks: Vec<Task>,
}

/// The open tasks over all cases of the programs in which the caller may close them.
///
/// # Errors
/// `permission.denied`.
pub fn open(house: &House, caller: &Caller) -> Result<Listing, Error> {
    let seated = house.seat(caller, Desk::Register)?;
    let programs = works_in(house, caller, CommandName::SettleCap);
    if programs.is_empty() {
        return Err(Error::refused("permission.denied"));
    }
    house.read_list(caller, "cap_tasks", |conn| {
        let lines = cap_tasks::list_open(conn, &house.keys, &seated, &programs)?;
        let cases = lines.iter().map(|line| line.task.case_id.clone()).collect();
        let definitions = house.programs.definitions();
        let of = |program: &str| definitions.iter().find(|it| it.id == program).copied();
        let task = |it: Line| Task::new(it.task, of(&it.program), it.reference, it.person);
        Ok((Listing { tasks: lines.into_iter().map(task).collect() }, cases))
    })
}

/// The programs in which the caller may do something to every case.
pub(super) fn works_in(house: &House, caller: &Caller, command: CommandName) -> Vec<String> {
    let definitions = house.programs.definitions().into_iter();
    let works_in = definitions.filter(|definition| {
        let mut roles = definition.roles_for(command);
        roles.any(|role| role.reach == Reach::Organisation && caller.actor.is(&role.code))
    });
    works_in.map(|definition| definition.id.clone()).collect()
}

/// The tasks of a case, the newest first.
///
/// # Errors
/// When the database fails.
pub fn of_case(conn: &mut Conn, opened: &Opened) -> Result<Vec<Task>, Error> {
    let found = cap_tasks::of_case(conn, &opened.granted, &opened.stored)?;
    let definition = Some(&opened.program.definition);
    let reference = opened.stored.case.reference.clone().unwrap_or_default();
    Ok(found.into_iter().map(|task| Task::new(task, definition, reference.clone(), String::new())).collect())
}

/// What a clerk does with a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The cap was determined anew.
    Done,
    /// Nothing is to be done, for this reason.
    Dismissed(String),
}

/// Closes an open task of a case.
///
/// # Errors
/// `cap-task.reason` for a dismissal without one; [`Error::NotFound`] when it is no longer open.
pub fn settle(house: &House, caller: &Caller, case: &str, id: &str, how: &Settled) -> Result<(), Error> {
    let reason = match how {
        Settled::Done => None,
        Settled::Dismissed(text) => Some(given(text)?),
    };
    house.database.write(|conn| {
        cases::hold(conn, case)?;
        let opened = house.open(conn, caller, case, CommandName::SettleCap)?;
        let closing = reason.as_deref().map_or(Closing::Done, Closing::Dismissed);
        close(house, conn, caller, &opened, id, closing)
    })
}

fn given(text: &str) -> Result<String, Refusal> {
    let text = bounded(text, "reason")?;
    if text.is_empty() { Err(Refusal::new("cap-task.reason").at("reason")) } else { Ok(text) }
}

/// Closes a task in a transaction that another use case owns, such as that of the decision which determines the
/// cap anew. The caller has asked for the right to do so.
///
/// # Errors
/// [`Error::NotFound`] when it is no longer open.
pub fn close(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    opened: &Opened,
    id: &str,
    closing: Closing<'_>,
) -> Result<(), Error> {
    cap_tasks::close(conn, &opened.stored, id, closing, &caller.actor.id, house.now())?;
    let detail = json!({ "role": opened.granted.role(), "task": id });
    house.record(conn, caller, CommandName::SettleCap.code(), &opened.stored.case.id, "done", detail)
}
