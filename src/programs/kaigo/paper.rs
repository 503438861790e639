//! The survey as it was signed: our own reading of the primary judgement and the warnings, both for
//! information. Prompts to look again, never corrections.

use chrono::NaiveDate;

use super::compile;
use super::explain::Judged;
use super::model::{Model, Warning};
use super::sheet::Sheet;
use super::survey::Item;
use super::tenths::Span;
use crate::domain::proposal::{Finding, Proposal, ProposedValue, Severity, Worked, WorkingStep};
use crate::domain::tables::Tables;
use crate::programs::read::Slots;
use crate::programs::{Paper, Prompt};

/// The form of the survey (認定調査票).
pub const SURVEY: &str = "survey";
/// The two independence scales with the scale's number in the table `scales`.
const SCALES: [(&str, &str); 2] = [("scale_7_1", "7-1"), ("scale_7_2", "7-2")];
const TREATMENTS: &str = "special_medical";

/// What the answers so far give: group scores, minutes and the levels they may mean. Nothing while the
/// survey is not complete, and nothing for another form.
pub fn assess(paper: &Paper<'_>, tables: &Tables, on: NaiveDate) -> Proposal {
    let found = surveyed(paper, tables, on);
    found.map(|(model, sheet)| reading(&model, tables, &sheet)).unwrap_or_default()
}

/// What a survey gives; nothing while it is not complete.
pub(super) fn reading(model: &Model, tables: &Tables, sheet: &Sheet) -> Proposal {
    let mut proposal = Proposal::default();
    if !is_complete(model, sheet) {
        return proposal;
    }
    let found = model.judge(sheet);
    let told = Judged { model, tables, sheet, found: &found }.told();
    let Worked { steps, findings, .. } = told;
    let of = |what: &str| steps.iter().filter(|step| step.what == what).cloned().collect::<Vec<_>>();
    let scores = model.survey.groups.iter().zip(&found.scores);
    let scores: Vec<String> = scores.map(|(name, score)| format!("{name} {score}点")).collect();
    put(&mut proposal, "reading.scores", scores.join("、"), of("working.score"));
    let ways = ["working.tree", "working.treatments", "working.minutes"].into_iter().flat_map(of).collect();
    put(&mut proposal, "reading.minutes", format!("{}分", found.total), ways);
    put(&mut proposal, "reading.levels", levels(model, found.total), of("working.level"));
    proposal.findings = findings.into_iter().filter(|finding| finding.key != "finding.warning").collect();
    proposal
}

fn put(proposal: &mut Proposal, key: &str, shown: String, steps: Vec<WorkingStep>) {
    proposal.put(key, ProposedValue::new(shown.clone(), shown, steps));
}

fn levels(model: &Model, minutes: Span) -> String {
    let names: Vec<&str> = model.levels(minutes).iter().map(|level| level.name.as_str()).collect();
    names.join("・")
}

/// The warnings (警告コード) of the answers so far: rare combinations, to be checked while the surveyor is still
/// there.
pub fn review(paper: &Paper<'_>, tables: &Tables, on: NaiveDate) -> Vec<Finding> {
    let Some((model, sheet)) = surveyed(paper, tables, on) else { return Vec::new() };
    model.warnings(&sheet).map(|warning| told(&model, warning)).collect()
}

/// Every warning there is, with the answers that raise it.
pub fn prompts(form: &str, tables: &Tables, on: NaiveDate) -> Vec<Prompt> {
    let Some(model) = (form == SURVEY).then(|| compile::model(tables, on).ok()).flatten() else {
        return Vec::new();
    };
    let prompt = |warning: &Warning| {
        let all = answered(&model, warning).map(|(item, option)| (item.id.clone(), option.to_string()));
        Prompt { all: all.collect(), finding: told(&model, warning) }
    };
    model.warnings.iter().map(prompt).collect()
}

fn told(model: &Model, warning: &Warning) -> Finding {
    let names = answered(model, warning).map(|(item, _)| format!("{} {}", item.id, item.name));
    let names: Vec<String> = names.collect();
    let finding = Finding::new(Severity::Ask, "finding.warning").with("code", &warning.code);
    let finding = finding.with("answers", names.join("、"));
    match answered(model, warning).next() {
        Some((item, _)) => finding.at(&format!("certificate.{}", item.id)),
        None => finding,
    }
}

/// The questions of a warning with their option, counted from 1.
fn answered<'m>(model: &'m Model, warning: &'m Warning) -> impl Iterator<Item = (&'m Item, u32)> {
    let item = |place: u8| model.survey.items.get(usize::from(place));
    warning.all.iter().filter_map(move |(place, bit)| Some((item(*place)?, bit.trailing_zeros() + 1)))
}

/// The model of the day and the answers of a survey; none for another form, or without tables for the day.
fn surveyed(paper: &Paper<'_>, tables: &Tables, on: NaiveDate) -> Option<(Model, Sheet)> {
    if paper.form != SURVEY {
        return None;
    }
    let model = compile::model(tables, on).ok()?;
    let sheet = sheet(&model, Slots::new(SURVEY, Some(paper.answers)));
    Some((model, sheet))
}

/// The answers of a survey, packed.
pub(super) fn sheet(model: &Model, survey: Slots<'_>) -> Sheet {
    let mut sheet = Sheet::default();
    let numbers = |id: &str| survey.codes(id).into_iter().filter_map(|code| code.parse::<usize>().ok());
    for (place, item) in model.survey.items.iter().enumerate() {
        numbers(&item.id).for_each(|option| sheet.choose(place, option));
    }
    for number in numbers(TREATMENTS).filter(|number| (1..=model.treatments.len()).contains(number)) {
        sheet.treatments |= 1 << (number - 1);
    }
    for (told, (item, scale)) in sheet.addition.iter_mut().zip(SCALES) {
        let chosen = survey.code(item);
        let grade = model.grades.iter().find(|it| it.scale == scale && Some(it.grade.as_str()) == chosen);
        *told = grade.map(|grade| grade.addition);
    }
    sheet
}

fn is_complete(model: &Model, sheet: &Sheet) -> bool {
    let mut places = 0..model.survey.items.len();
    places.all(|place| sheet.chosen(place).next().is_some())
}
