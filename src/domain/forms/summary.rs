//! All answers for reading: the check page, the print view, the dossier.

use serde::Serialize;

use super::answers::{Answer, Answers, FileState, Origin};
use super::check::check_settled;
use super::instance::{self, Instance};
use super::model::{Form, Item, Kind};
use super::path::link_id_of;
use super::settle::{Settled, settle};
use super::shown::shown_all;
use super::{Env, FieldError};

/// One step of the form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SummarySection {
    /// linkId of the step.
    pub step: String,
    /// Title of the step.
    pub title: String,
    /// Its rows in the order of the form.
    pub rows: Vec<SummaryRow>,
}

/// One question, or the heading of a row of a repeating group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SummaryRow {
    /// Instance path.
    pub path: String,
    /// A heading has no value.
    pub heading: bool,
    /// Label of the question or group.
    pub label: String,
    /// Number of the row, counted from 1, on the heading of a row.
    pub row: Option<usize>,
    /// The answer as shown; empty where there is none.
    pub value: String,
    /// The files of an attachment question.
    pub files: Vec<FileView>,
    /// Item number on the official paper form.
    pub paper_number: Option<String>,
    /// Where the answer came from.
    pub origin: Option<Origin>,
    /// It was prefilled and then changed by hand.
    pub changed: bool,
    /// What the applicant says is wrong with a prefilled answer.
    pub dispute: Option<String>,
    /// The applicant can change it.
    pub editable: bool,
    /// What is to be mended, warnings included.
    pub errors: Vec<FieldError>,
}

/// One uploaded file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileView {
    /// Id of the stored file.
    pub id: String,
    /// Name the applicant's device gave it.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// Media type.
    pub mime: String,
    /// Pages, where they can be counted.
    pub pages: Option<u32>,
    /// Whether it may be opened.
    pub state: FileState,
}

impl FileView {
    /// The files among some answers.
    pub(super) fn of(answers: &[&Answer]) -> Vec<FileView> {
        let file = |answer: &&Answer| match answer {
            Answer::Attachment { id, name, size, mime, pages, state } => Some(FileView {
                id: id.clone(),
                name: name.clone(),
                size: *size,
                mime: mime.clone(),
                pages: *pages,
                state: *state,
            }),
            _ => None,
        };
        answers.iter().filter_map(file).collect()
    }
}

/// Every asked, visible question by step, answered or not.
pub fn summary(form: &Form, answers: &Answers, env: &Env<'_>) -> Vec<SummarySection> {
    let settled = settle(form, answers, env);
    let errors = check_settled(form, &settled, env);
    let summing = Summing { form, settled: &settled, errors: &errors, env };
    let asked =
        form.steps().iter().filter(|step| settled.asked.contains(&step.link_id) && !step.rendering.hidden);
    asked.map(|step| summing.section(step)).filter(|section| !section.rows.is_empty()).collect()
}

struct Summing<'s> {
    form: &'s Form,
    settled: &'s Settled,
    errors: &'s [FieldError],
    env: &'s Env<'s>,
}

impl Summing<'_> {
    fn section(&self, step: &Item) -> SummarySection {
        let mut rows = Vec::new();
        let mut prefix = String::new();
        for found in instance::of_step(self.form, &step.link_id, &self.settled.answers).iter().skip(1) {
            if found.hidden || found.item.kind == Kind::Display || !self.settled.asked.contains(&found.path) {
                continue;
            }
            if found.prefix != prefix {
                prefix.clone_from(&found.prefix);
                rows.extend(self.row_heading(&prefix));
            }
            rows.extend(self.row(found));
        }
        SummarySection { step: step.link_id.clone(), title: step.text.get(self.env.lang).to_owned(), rows }
    }

    /// The heading of the row at a prefix such as `member[1]/`.
    fn row_heading(&self, prefix: &str) -> Option<SummaryRow> {
        let path = prefix.strip_suffix('/')?;
        let (group, index) = path.strip_suffix(']')?.rsplit_once('[')?;
        let item = self.form.item(link_id_of(group))?;
        let row = index.parse::<usize>().ok()? + 1;
        Some(SummaryRow { row: Some(row), ..self.blank(item, path) })
    }

    fn row(&self, found: &Instance<'_>) -> Option<SummaryRow> {
        let blank = self.blank(found.item, &found.path);
        match found.item.kind {
            // The rows of a repeating group have headings of their own.
            Kind::Group => (!found.item.repeats).then_some(blank),
            _ => Some(self.question(found, blank)),
        }
    }

    fn blank(&self, item: &Item, path: &str) -> SummaryRow {
        SummaryRow {
            path: path.to_owned(),
            heading: true,
            label: item.text.get(self.env.lang).to_owned(),
            row: None,
            value: String::new(),
            files: Vec::new(),
            paper_number: item.rendering.paper_number.clone(),
            origin: None,
            changed: false,
            dispute: None,
            editable: false,
            errors: self.errors.iter().filter(|error| error.path == path).cloned().collect(),
        }
    }

    fn question(&self, found: &Instance<'_>, blank: SummaryRow) -> SummaryRow {
        let answers = self.settled.answers.at(found.item, &found.path);
        let first = if found.item.repeats { format!("{}[0]", found.path) } else { found.path.clone() };
        let origin = self.settled.answers.origin(&first).cloned();
        SummaryRow {
            heading: false,
            value: shown_all(found.item, &answers, self.env),
            files: FileView::of(&answers),
            changed: matches!(origin, Some(Origin::Changed { .. })),
            origin,
            dispute: self.settled.answers.dispute(&found.path).map(str::to_owned),
            editable: found.is_open(),
            ..blank
        }
    }
}
