//! One step, ready for a template.

use serde::Serialize;

use super::answers::{Answers, Origin};
use super::instance::Instance;
use super::model::{Form, Item, Kind};
use super::settle::{Settled, settle};
use super::summary::FileView;
use super::{Env, FieldError, view_field};

/// A page of the form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepView {
    /// linkId of the step.
    pub step: String,
    /// Title of the step.
    pub title: String,
    /// Whether the step is asked.
    pub asked: bool,
    /// BCP 47 tag of the labels' language.
    pub lang: String,
    /// The steps before and after this one that are asked.
    pub previous: Option<String>,
    /// As `previous`.
    pub next: Option<String>,
    /// The fields in order; groups and rows come as pairs of start and end.
    pub fields: Vec<FieldView>,
    /// What is to be mended on this page, in the order of the fields.
    pub errors: Vec<FieldError>,
}

/// What a template draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Widget {
    /// A heading and what belongs to it.
    GroupStart,
    /// The end of a group.
    GroupEnd,
    /// One row of a repeating group.
    RowStart,
    /// The end of a row.
    RowEnd,
    /// Text to read.
    Display,
    /// One line; several boxes where `values` has several.
    Text,
    /// Several lines.
    Textarea,
    /// A number.
    Number,
    /// Boxes for era, year, month and day.
    Date,
    /// Yes and no as radio buttons.
    Boolean,
    /// One box to tick for yes.
    Tick,
    /// One of several as radio buttons.
    Radio,
    /// Any of several as boxes to tick.
    Checkbox,
    /// One of several as a list.
    Select,
    /// A choice searched by typing.
    Catalogue,
    /// Files.
    Attachment,
    /// An answer that is only shown.
    Output,
}

/// One field, heading or row mark of a page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldView {
    /// What is drawn.
    pub widget: Widget,
    /// Instance path: HTML name, id of the first input, anchor of errors.
    pub path: String,
    /// linkId without rows.
    pub link_id: String,
    /// Label.
    pub label: String,
    /// The label as Markdown, where the form has one.
    pub markdown: Option<String>,
    /// How to type it.
    pub hint: Option<String>,
    /// Why it is asked.
    pub why: Option<String>,
    /// Must be answered.
    pub required: bool,
    /// May be missing at filing.
    pub soft_required: bool,
    /// Text in the one box, or the answer as shown for output.
    pub value: String,
    /// Texts of several boxes, at least one.
    pub values: Vec<String>,
    /// The boxes of a date.
    pub date: Option<DateView>,
    /// What can be chosen.
    pub options: Vec<OptionView>,
    /// The choices stand in a row.
    pub horizontal: bool,
    /// Name of the catalogue for searching while typing.
    pub catalogue: Option<String>,
    /// Uploaded files.
    pub files: Vec<FileView>,
    /// Accepted media types.
    pub accept: Vec<String>,
    /// Largest file in bytes.
    pub max_size: Option<u64>,
    /// Most characters as a reader counts them.
    pub max_length: Option<usize>,
    /// HTML `inputmode`.
    pub inputmode: Option<&'static str>,
    /// HTML `autocomplete`, only for data about the applicant (WCAG 2.2, 1.3.5).
    pub autocomplete: Option<&'static str>,
    /// Unit after the box.
    pub unit: Option<String>,
    /// Prefix of the address fields a postcode fills.
    pub lookup: Option<String>,
    /// Path of the name this is the reading of.
    pub furigana_of: Option<String>,
    /// The kept value of a secret, masked; the box stays empty.
    pub masked: Option<String>,
    /// Name of the hidden input that says "these boxes were shown".
    pub shown_marker: Option<String>,
    /// Number on the official paper form.
    pub paper_number: Option<String>,
    /// `instructions`, `security` or `help` of a display.
    pub category: Option<String>,
    /// Where the answer came from.
    pub origin: Option<Origin>,
    /// Shown as text with a box to say what is wrong.
    pub disputable: bool,
    /// What the applicant said is wrong.
    pub dispute: Option<String>,
    /// Number of the row, counted from 1, on row marks.
    pub row: Option<usize>,
    /// Value for a button named `add`.
    pub add: Option<String>,
    /// Value for a button named `remove`.
    pub remove: Option<String>,
    /// What is to be mended here.
    pub errors: Vec<FieldError>,
}

/// The boxes of a date question, named `<path>.era`, `<path>.year` and so on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DateView {
    /// Eras to choose from, 西暦 first; empty where only the western calendar is offered.
    pub eras: Vec<OptionView>,
    /// Text in the box of the year.
    pub year: String,
    /// Text in the box of the month.
    pub month: String,
    /// Text in the box of the day.
    pub day: String,
    /// Whether there is a box for the day.
    pub with_day: bool,
}

/// One thing that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OptionView {
    /// Value to post.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Chosen now.
    pub checked: bool,
    /// Cannot stand beside others.
    pub exclusive: bool,
}

/// The steps that are asked and visible, in order.
pub fn enabled_steps<'f>(form: &'f Form, answers: &Answers, env: &Env<'_>) -> Vec<&'f Item> {
    let settled = settle(form, answers, env);
    visible_steps(form, &settled)
}

fn visible_steps<'f>(form: &'f Form, settled: &Settled) -> Vec<&'f Item> {
    let visible = |step: &&Item| !step.rendering.hidden && settled.asked.contains(&step.link_id);
    form.steps().iter().filter(visible).collect()
}

/// One step with the errors that concern it; an unknown step has no fields.
pub fn step_view(
    form: &Form,
    step: &str,
    answers: &Answers,
    errors: &[FieldError],
    env: &Env<'_>,
) -> StepView {
    let settled = settle(form, answers, env);
    let steps = visible_steps(form, &settled);
    let position = steps.iter().position(|item| item.link_id == step);
    let at = |index: Option<usize>| index.and_then(|index| steps.get(index)).map(|item| item.link_id.clone());
    let mut page = Page { settled: &settled, errors, env, fields: Vec::new() };
    let title = form.steps().iter().find(|item| item.link_id == step);
    if let Some(item) = title {
        page.level(&item.items, "");
    }
    let fields = page.fields;
    StepView {
        step: step.to_owned(),
        title: title.map(|item| item.text.get(env.lang)).unwrap_or_default().to_owned(),
        asked: position.is_some(),
        lang: env.lang.html().to_owned(),
        previous: at(position.and_then(|index| index.checked_sub(1))),
        next: at(position.map(|index| index + 1)),
        errors: fields.iter().flat_map(|field| field.errors.iter().cloned()).collect(),
        fields,
    }
}

struct Page<'p> {
    settled: &'p Settled,
    errors: &'p [FieldError],
    env: &'p Env<'p>,
    fields: Vec<FieldView>,
}

impl Page<'_> {
    fn level(&mut self, items: &[Item], prefix: &str) {
        for item in items {
            let path = format!("{prefix}{}", item.link_id);
            if item.rendering.hidden || !self.settled.asked.contains(&path) {
                continue;
            }
            if item.kind == Kind::Group {
                self.group(item, path, prefix);
            } else {
                let found = Instance { item, prefix: prefix.to_owned(), path, hidden: false };
                self.fields.push(view_field::question(&found, &self.settled.answers, self.errors, self.env));
            }
        }
    }

    fn group(&mut self, item: &Item, path: String, prefix: &str) {
        let rows = self.settled.answers.rows(item, &path);
        let mut start = self.mark(Widget::GroupStart, item, &path);
        let most = item.limits.max_occurs.unwrap_or(super::model::MAX_OCCURS);
        start.add = (item.repeats && !item.read_only && rows < most).then(|| path.clone());
        let end = FieldView { widget: Widget::GroupEnd, errors: Vec::new(), ..start.clone() };
        self.fields.push(start);
        if item.repeats {
            (0..rows).for_each(|row| self.row(item, &path, row, rows));
        } else {
            self.level(&item.items, prefix);
        }
        self.fields.push(end);
    }

    fn row(&mut self, item: &Item, path: &str, row: usize, rows: usize) {
        let at = format!("{path}[{row}]");
        let least = item.limits.min_occurs.unwrap_or(usize::from(item.required));
        let mut start = self.mark(Widget::RowStart, item, &at);
        start.row = Some(row + 1);
        start.remove = (!item.read_only && rows > least).then(|| at.clone());
        let end = FieldView { widget: Widget::RowEnd, errors: Vec::new(), ..start.clone() };
        self.fields.push(start);
        self.level(&item.items, &format!("{at}/"));
        self.fields.push(end);
    }

    fn mark(&self, widget: Widget, item: &Item, path: &str) -> FieldView {
        view_field::blank(widget, item, path, self.errors, self.env)
    }
}
