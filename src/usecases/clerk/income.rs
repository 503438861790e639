//! The tab 世帯・所得: what was declared, what the office found, what follows from both.

use serde::Serialize;

use crate::domain::forms::{SummarySection, summary};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::{Assignee, DataClass};
use crate::store::Conn;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::fixed_answers;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::standing;

use super::dossier::covers;
use super::proposal::{self, Field};
use super::shell::{Shell, Tab, shell};
use super::words;

/// The office's own form.
#[derive(Clone, Debug, Serialize)]
pub struct Office {
    title: String,
    state: &'static str,
    href: String,
    sections: Vec<SummarySection>,
}

/// The tab.
#[derive(Clone, Debug, Serialize)]
pub struct Income {
    /// What stands around it.
    #[serde(flatten)]
    pub shell: Shell,
    declared: Vec<SummarySection>,
    office: Vec<Office>,
    result: Vec<Field>,
}

/// Household and income of a case.
///
/// # Errors
/// [`Error::NotFound`].
pub fn income(house: &House, caller: &Caller, case: &str) -> Result<Income, Error> {
    house.read(caller, case, "income", |conn, opened| {
        let shell = shell(house, conn, opened, Tab::Income)?;
        let around = Surroundings::of_case(house, conn, opened)?.in_language(Lang::Ja);
        let found = proposal::of(house, conn, opened)?;
        let rests_on_office = |value: &crate::domain::proposal::ProposedValue| {
            value.steps.iter().flat_map(|step| &step.inputs).any(|input| input.path.starts_with("office."))
        };
        let result = found.map(|it| proposal::fields(&opened.program, &it, rests_on_office));
        Ok(Income {
            shell,
            declared: declared(conn, opened, &around)?,
            office: office(conn, opened, &around)?,
            result: result.unwrap_or_default(),
        })
    })
}

/// The answers of the application that are about income.
fn declared(conn: &mut Conn, opened: &Opened, around: &Surroundings) -> Result<Vec<SummarySection>, Error> {
    let definition = &opened.program.definition;
    let answers = standing::answers(conn, opened)?;
    let Some(form) = opened.program.application() else { return Ok(Vec::new()) };
    let groups = || definition.item_groups.iter().filter(|group| group.class == DataClass::Income);
    let mut sections = summary(form, &answers, &around.env());
    for section in &mut sections {
        let step = section.step.clone();
        section.rows.retain(|row| groups().any(|group| covers(group, &step, row)));
    }
    sections.retain(|section| !section.rows.is_empty());
    Ok(sections)
}

fn office(conn: &mut Conn, opened: &Opened, around: &Surroundings) -> Result<Vec<Office>, Error> {
    let mut found = Vec::new();
    for shape in opened.program.definition.items_of(Assignee::Clerk) {
        let Some(name) = &shape.form else { continue };
        let (Some(form), Some(item)) =
            (opened.program.forms.get(name), opened.stored.case.work_of(&shape.kind))
        else {
            continue;
        };
        let answers = fixed_answers(conn, opened, name)?;
        found.push(Office {
            title: words::text(&opened.program, &shape.label),
            state: words::work_state(item.state),
            href: format!("/staff/cases/{}/work/{}", opened.stored.case.id, item.id),
            sections: answers.map(|it| summary(form, &it, &around.env())).unwrap_or_default(),
        });
    }
    Ok(found)
}
