//! The list of runs, and the form of a new one.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::permission::Desk;
use crate::store::Conn;
use crate::store::bulk::{self, BulkRun};
use crate::usecases::access::Caller;
use crate::usecases::clerk::names::Names;
use crate::usecases::clerk::queue::programs;
use crate::usecases::clerk::words;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::Keeping;

use super::order::Action;
use super::shown::{Choice, action_words, state_words, title};

/// Runs of the list.
const RUNS: i64 = 50;

/// A line of the list of runs.
#[derive(Clone, Debug, Serialize)]
pub struct RunLine {
    id: String,
    action: &'static str,
    program: String,
    state: &'static str,
    owner: String,
    at: DateTime<Utc>,
    /// Items that were looked at, that are to be done, and that were.
    looked: i64,
    planned: i64,
    settled: i64,
}

/// The list of runs.
#[derive(Clone, Debug, Serialize)]
pub struct Runs {
    runs: Vec<RunLine>,
    /// What the reader may begin.
    actions: Vec<Choice>,
}

/// Runs of the programs in which the caller works, the newest first.
///
/// # Errors
/// `permission.denied`.
pub fn runs(house: &House, caller: &Caller) -> Result<Runs, Error> {
    house.seat(caller, Desk::Register)?;
    house.database.read(|conn| {
        let mut names = Names::default();
        let runs = bulk::newest(conn, &programs(house, caller), RUNS)?;
        let lines = runs.into_iter().map(|run| line(house, conn, &mut names, run));
        Ok(Runs { runs: lines.collect::<Result<_, Error>>()?, actions: actions(house, caller) })
    })
}

fn line(house: &House, conn: &mut Conn, names: &mut Names, run: BulkRun) -> Result<RunLine, Error> {
    Ok(RunLine {
        action: action_words(&run.action),
        program: title(house, &run.program),
        state: state_words(&run.state),
        owner: names.of(house, conn, &run.owner)?,
        at: run.at.and_utc(),
        looked: run.looked,
        planned: run.planned,
        settled: run.settled,
        id: run.id,
    })
}

fn actions(house: &House, caller: &Caller) -> Vec<Choice> {
    let open = |action: &Action| house.programs.offered().any(|program| action.is_open_to(caller, program));
    let choice = |action: Action| Choice { value: action.code().into(), label: action.words().into() };
    Action::ALL.into_iter().filter(open).map(choice).collect()
}

/// The form of a new run.
#[derive(Clone, Debug, Serialize)]
pub struct NewRun {
    action: &'static str,
    /// Its name.
    pub label: &'static str,
    programs: Vec<Choice>,
    kinds: Vec<Choice>,
    letters: Vec<Choice>,
    /// Vaccines, for letters about doses.
    vaccines: Vec<Choice>,
}

/// The form of a new run of an action.
///
/// # Errors
/// [`Error::NotFound`] for an action that the caller may not begin.
pub fn new_run(house: &House, caller: &Caller, action: &str) -> Result<NewRun, Error> {
    house.seat(caller, Desk::Register)?;
    let action = Action::from_code(action).ok_or(Error::NotFound)?;
    let open = house.programs.offered().filter(|program| action.is_open_to(caller, program));
    let mut form = NewRun {
        action: action.code(),
        label: action.words(),
        programs: Vec::new(),
        kinds: Vec::new(),
        letters: Vec::new(),
        vaccines: Vec::new(),
    };
    for program in open {
        let definition = &program.definition;
        let text = |key: &str| words::text(program, key);
        form.programs.push(Choice { value: definition.id.clone(), label: text(&definition.title) });
        if let Some(keeping) = Keeping::of(house, &definition.id).ok().filter(|_| action == Action::Call) {
            let vaccines = keeping.vaccines(house).into_iter().filter(|it| it.current);
            form.vaccines.extend(vaccines.map(|it| Choice { value: it.key, label: it.name }));
        }
        add(
            &mut form.kinds,
            definition.kinds.iter().map(|it| (it.code.code(), text(&format!("kind.{}", it.code.code())))),
        );
        add(&mut form.letters, definition.letters.iter().map(|it| (it.code.as_str(), text(&it.label))));
    }
    if form.programs.is_empty() { Err(Error::NotFound) } else { Ok(form) }
}

fn add<'a>(choices: &mut Vec<Choice>, more: impl Iterator<Item = (&'a str, String)>) {
    for (value, label) in more {
        if !choices.iter().any(|choice| choice.value == value) {
            choices.push(Choice { value: value.to_owned(), label });
        }
    }
}
