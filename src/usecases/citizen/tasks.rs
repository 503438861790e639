//! The task list of a draft.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::calendar::day_in_japan;
use crate::domain::forms::{StepStatus, enabled_steps, step_statuses};
use crate::domain::lang::Lang;
use crate::domain::periods::period_end;
use crate::store::Conn;
use crate::store::answers::{self, DRAFT};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::sheet::{Head, Sheet, head, text};

/// One step to fill in.
#[derive(Clone, Debug, Serialize)]
pub struct Task {
    /// linkId of the step.
    pub step: String,
    /// Title.
    pub label: String,
    /// How far it has come.
    pub status: StepStatus,
}

/// Steps that belong together.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// Heading.
    pub title: String,
    /// The steps that are asked.
    pub tasks: Vec<Task>,
}

/// The task list.
#[derive(Clone, Debug, Serialize)]
pub struct Tasks {
    /// Title line.
    pub head: Head,
    /// Sections in order.
    pub sections: Vec<Section>,
    /// The day on which the draft is deleted when nobody goes on with it.
    pub expires_on: NaiveDate,
}

/// The task list of a draft.
///
/// # Errors
/// [`Error::NotFound`].
pub fn page(house: &House, caller: &Caller, lang: Lang, case_id: &str) -> Result<Tasks, Error> {
    house.read(caller, case_id, "own", |conn, opened| {
        let sheet = Sheet::open(house, conn, opened, lang)?;
        let env = sheet.around.env();
        let statuses = step_statuses(sheet.form, &sheet.answers, &env);
        let status = |step: &str| statuses.iter().find(|(id, _)| id == step).map(|(_, status)| *status);
        let tasks: Vec<Task> = enabled_steps(sheet.form, &sheet.answers, &env)
            .into_iter()
            .map(|step| Task {
                step: step.link_id.clone(),
                label: step.text.get(lang).to_owned(),
                status: status(&step.link_id).unwrap_or(StepStatus::NotStarted),
            })
            .collect();
        Ok(Tasks {
            head: head(opened, lang),
            sections: sections(opened, tasks, lang),
            expires_on: expires_on(house, conn, opened)?,
        })
    })
}

/// The steps under the headings of the program's item groups; what no group names comes last.
fn sections(opened: &Opened, mut tasks: Vec<Task>, lang: Lang) -> Vec<Section> {
    let mut found = Vec::new();
    for group in &opened.program.definition.item_groups {
        let (own, rest) = tasks.into_iter().partition(|task: &Task| group.items.contains(&task.step));
        tasks = rest;
        found.push(Section { title: text(&opened.program, lang, &group.label), tasks: own });
    }
    found.push(Section { title: text(&opened.program, lang, &opened.program.definition.title), tasks });
    found.retain(|section| !section.tasks.is_empty());
    found
}

/// The day on which a draft is deleted when nobody goes on with it.
pub(super) fn expires_on(house: &House, conn: &mut Conn, opened: &Opened) -> Result<NaiveDate, Error> {
    let saved = saved_at(conn, opened)?;
    let day = day_in_japan(saved);
    let days =
        opened.program.definition.retention.draft_days.number(house.today(), &house.settings).unwrap_or(0);
    Ok(period_end(day, days))
}

/// When the working answers were last saved.
pub(super) fn saved_at(conn: &mut Conn, opened: &Opened) -> Result<chrono::DateTime<chrono::Utc>, Error> {
    let name = &opened.program.definition.forms.application;
    let saved = answers::find(conn, &opened.granted, &opened.stored, name, DRAFT)?;
    Ok(saved.map_or(opened.stored.case.started_at, |it| it.at))
}
