//! The worksheet of a case, for the printer.

use serde::Serialize;

use crate::domain::case::facts::returned;
use crate::domain::case::verdict::Ruling;
use crate::domain::forms::{SummarySection, summary};
use crate::domain::lang::Lang;
use crate::domain::program::definition::ItemGroup;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::fixed_answers;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::slots::labels;

use super::dossier::covers;
use super::draft::{Level, chain};
use super::head::{Head, head};

/// A returned item.
#[derive(Clone, Debug, Serialize)]
pub struct Returned {
    label: String,
    reason: String,
}

/// The worksheet.
#[derive(Clone, Debug, Serialize)]
pub struct Sheet {
    /// The case.
    pub case: Head,
    sections: Vec<SummarySection>,
    returned: Vec<Returned>,
    chain: Vec<Level>,
}

/// The worksheet of a case, with what the reader may see.
///
/// # Errors
/// [`Error::NotFound`].
pub fn sheet(house: &House, caller: &Caller, case: &str) -> Result<Sheet, Error> {
    house.read(caller, case, "print", |conn, opened| {
        let name = &opened.program.definition.forms.application;
        let answers = fixed_answers(conn, opened, name)?.unwrap_or_default();
        let around = Surroundings::of_case(house, conn, opened)?.in_language(Lang::Ja);
        let Some(form) = opened.program.application() else { return Err(Error::NotFound) };
        let mut sections = summary(form, &answers, &around.env());
        sections.retain_mut(|section| {
            let step = section.step.clone();
            section.rows.retain(|row| groups(opened).any(|group| covers(group, &step, row)));
            !section.rows.is_empty()
        });
        let labels = labels(form, &answers, &around.env());
        let back = returned(&opened.stored.case).map(|key| {
            let path = key.split_once(':').map_or(key, |(_, path)| path);
            let label = labels.get(path).cloned().unwrap_or_else(|| path.to_owned());
            Returned { label, reason: reason(opened, key) }
        });
        Ok(Sheet {
            returned: back.collect(),
            chain: chain(&opened.program, &opened.stored.case),
            case: head(house, conn, opened)?,
            sections,
        })
    })
}

fn groups(opened: &Opened) -> impl Iterator<Item = &ItemGroup> {
    opened.program.definition.item_groups.iter().filter(|group| opened.granted.sees(group.class))
}

fn reason(opened: &Opened, key: &str) -> String {
    match opened.stored.case.verdicts.get(key).map(|verdict| &verdict.ruling) {
        Some(Ruling::Returned { reason, note, .. }) => {
            let label =
                opened.program.phrases.returned(reason).map_or(reason.as_str(), |it| it.label.as_str());
            format!("{label}　{note}").trim().to_owned()
        }
        _ => String::new(),
    }
}
