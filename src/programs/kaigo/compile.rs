//! From the dated tables to a [`Model`], with every fault found on the way.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::addition::Steps;
use super::faults::Reading;
use super::model::{Grade, Level, MEDICAL, Model, TREES, Treatment, Warning};
use super::sheet::{KIND, OPTIONS, bit};
use super::survey::{GROUPS, Item, JOINTS, Joint, Kind, LIMBS, Scored, Survey};
use super::tenths::{Span, Tenths};
use super::tree;
use crate::domain::problem::Problem;
use crate::domain::tables::{Row, Tables};

/// The most special medical treatments: a bit each.
const TREATMENTS: usize = 16;

/// Puts the judgement together as it holds on a day.
///
/// # Errors
/// Every fault of the tables on that day.
pub fn model(tables: &Tables, day: NaiveDate) -> Result<Model, Vec<Problem>> {
    let mut reading = Reading::new(tables, day);
    let survey = survey(&mut reading);
    let model = Model {
        trees: trees(&survey, &mut reading),
        treatments: treatments(&mut reading),
        levels: levels(&mut reading),
        warnings: warnings(&survey, &mut reading),
        grades: grades(&mut reading),
        survey,
    };
    if reading.problems.is_empty() { Ok(model) } else { Err(reading.problems) }
}

fn survey(reading: &mut Reading<'_>) -> Survey {
    let groups = reading.rows("groups");
    let mut survey =
        Survey { groups: groups.iter().map(|(_, row)| text(row, "name")).collect(), ..Survey::default() };
    items(&mut survey, reading);
    options(&mut survey, reading);
    kinds(&mut survey, reading);
    limbs(&mut survey, reading);
    joints(&mut survey, reading);
    survey
}

fn items(survey: &mut Survey, reading: &mut Reading<'_>) {
    for (_, row) in reading.rows("items") {
        let group = row.integer("group").ok().and_then(|group| usize::try_from(group - 1).ok());
        let group = group.filter(|group| *group < survey.groups.len().min(GROUPS));
        if group.is_none() || survey.items.len() >= usize::from(KIND) {
            reading.fault(row, "group", "there are five groups and at most 63 questions", "keep to them");
        }
        let multi = text(row, "select") == "multi";
        let (id, name, group) = (row.key().to_owned(), text(row, "name"), group.unwrap_or_default());
        survey.items.push(Item { id, name, group, multi, options: Vec::new() });
    }
    survey.limbs_at = survey.place(LIMBS).unwrap_or_default();
    survey.joints_at = survey.place(JOINTS).unwrap_or_default();
}

fn options(survey: &mut Survey, reading: &mut Reading<'_>) {
    for (_, row) in reading.rows("options") {
        let (item, number) = (text(row, "item"), row.integer("no").unwrap_or_default());
        let Some(place) = survey.place(&item) else { continue };
        let Some(known) = survey.items.get_mut(place) else { continue };
        if usize::try_from(number).ok() != Some(known.options.len() + 1) || known.options.len() >= OPTIONS {
            reading.fault(row, "no", "options are counted from 1 to 8 in their order", "number them so");
        }
        known.options.push(text(row, "name"));
        let (multi, group, option) = (known.multi, known.group, known.options.len() - 1);
        if !multi {
            points(survey, place, group, option, reading.tenths(row, "points"));
        }
    }
}

/// Notes the points of an option; the first of a question begins its list.
fn points(survey: &mut Survey, place: usize, group: usize, option: usize, points: Tenths) {
    let (place, group) = (u8::try_from(place).unwrap_or(KIND), u8::try_from(group).unwrap_or_default());
    if survey.scored.last().is_none_or(|scored| scored.place != place) {
        survey.scored.push(Scored { place, group, points: [0; OPTIONS] });
    }
    let slot = survey.scored.last_mut().and_then(|scored| scored.points.get_mut(option));
    if let Some(slot) = slot {
        *slot = u16::try_from(points.0).unwrap_or(u16::MAX);
    }
}

fn kinds(survey: &mut Survey, reading: &mut Reading<'_>) {
    let group = survey.items.get(survey.limbs_at).map_or(0, |item| item.group);
    for (place, (_, row)) in reading.rows("paralysis").into_iter().enumerate() {
        if place >= OPTIONS {
            reading.fault(row, "type", "there are at most 8 kinds", "join some");
        }
        survey.kinds.push(Kind { id: row.key().to_owned(), name: text(row, "name") });
        let found = reading.tenths(row, "points");
        points(survey, usize::from(KIND), group, place, found);
    }
}

fn limbs(survey: &mut Survey, reading: &mut Reading<'_>) {
    let mut seen = 0_u32;
    let rows = reading.rows("limbs");
    for (_, row) in &rows {
        let limbs = row.key().split_whitespace().filter_map(|limb| limb.parse::<usize>().ok());
        let bits: usize = limbs.filter(|limb| (2..=5).contains(limb)).map(|limb| 1 << (limb - 2)).sum();
        if let (Some(slot), Some(kind)) = (survey.by_limbs.get_mut(bits), kind(&survey.kinds, row)) {
            *slot = kind;
            seen |= 1 << bits;
        }
    }
    if let Some((_, row)) = rows.first().filter(|_| seen != 0xFFFF) {
        reading.fault(row, "limbs", "some combination of the options 2 to 5 is missing", "write all sixteen");
    }
    survey.limb_loss = reading.rows("limb_loss").iter().map(|(_, row)| kind(&survey.kinds, row)).collect();
}

/// The bit of the kind that a row names.
fn kind(kinds: &[Kind], row: &Row) -> Option<u8> {
    let named = row.text("type").ok()?;
    bit(kinds.iter().position(|kind| kind.id == named)? + 1)
}

fn joints(survey: &mut Survey, reading: &mut Reading<'_>) {
    for (_, row) in reading.rows("joints") {
        let option =
            row.integer("option").ok().and_then(|option| usize::try_from(option).ok()).unwrap_or_default();
        let Some(bit) = bit(option) else {
            reading.fault(row, "option", "there is no such option", "write the option of item 1-2");
            continue;
        };
        let points = [reading.tenths(row, "absent"), reading.tenths(row, "present")];
        survey.joints.push(Joint { id: row.key().to_owned(), name: text(row, "name"), option, bit, points });
    }
}

fn trees(survey: &Survey, reading: &mut Reading<'_>) -> Vec<tree::Tree> {
    let rows = reading.rows("trees");
    let sound = rows.len() <= TREES && rows.iter().any(|(_, row)| row.key() == MEDICAL);
    if let Some((_, row)) = rows.first().filter(|_| !sound) {
        reading.fault(row, "tree", "there are at most eight trees, one of them medical", "keep to them");
    }
    let mut trees = Vec::new();
    for (_, row) in rows {
        let range = Span { low: reading.tenths(row, "low"), high: reading.tenths(row, "high") };
        trees.push(tree::read(row.key(), &text(row, "name"), range, survey, reading));
    }
    trees
}

fn treatments(reading: &mut Reading<'_>) -> Vec<Treatment> {
    let mut found = Vec::new();
    for (_, row) in reading.rows("treatments") {
        let number = row.integer("treatment").unwrap_or_default();
        if found.len() >= TREATMENTS || usize::try_from(number).ok() != Some(found.len() + 1) {
            reading.fault(row, "treatment", "treatments are counted from 1 to at most 16", "number them so");
        }
        found.push(Treatment { number, name: text(row, "name"), minutes: reading.tenths(row, "minutes") });
    }
    found
}

fn levels(reading: &mut Reading<'_>) -> Vec<Level> {
    let steps = steps(reading);
    let (mut found, mut end) = (Vec::new(), Some(Tenths(0)));
    for (place, row) in reading.rows("levels") {
        let (from, below) = (reading.optional(row, "min").unwrap_or_default(), reading.optional(row, "max"));
        if end != Some(from) || below.is_some_and(|below| below <= from) {
            reading.fault(row, "min", "a level begins where the one before ends", "close the gap");
        }
        end = below;
        let (id, name) = (row.key().to_owned(), text(row, "name"));
        found.push(Level { steps: steps.get(&id).copied(), id, name, from, row: place });
    }
    found
}

fn steps(reading: &mut Reading<'_>) -> BTreeMap<String, Steps> {
    let rows = reading.rows("dementia_steps");
    let mut steps = BTreeMap::new();
    for (_, row) in rows {
        let found = Steps { one: reading.tenths(row, "one"), two: reading.tenths(row, "two") };
        steps.insert(row.key().to_owned(), found);
    }
    steps
}

fn warnings(survey: &Survey, reading: &mut Reading<'_>) -> Vec<Warning> {
    let mut found: Vec<Warning> = Vec::new();
    for (_, row) in reading.rows("warnings") {
        let code = text(row, "code");
        if found.last().is_none_or(|warning| warning.code != code) {
            found.push(Warning { code, all: Vec::new() });
        }
        match (answer(survey, row), found.last_mut()) {
            (Some(answer), Some(warning)) => warning.all.push(answer),
            _ => reading.fault(row, "option", "the question has no such option", "correct it"),
        }
    }
    found
}

/// The place and the bit of the option that a row names.
fn answer(survey: &Survey, row: &Row) -> Option<(u8, u8)> {
    let place = survey.place(row.text("item").ok()?)?;
    let option = usize::try_from(row.integer("option").ok()?).ok()?;
    survey.items.get(place).filter(|item| option <= item.options.len())?;
    Some((u8::try_from(place).ok()?, bit(option)?))
}

fn grades(reading: &mut Reading<'_>) -> Vec<Grade> {
    let rows = reading.rows("scales");
    let addition = |row: &Row| row.boolean("addition").unwrap_or_default();
    let grade =
        |row: &Row| Grade { scale: text(row, "scale"), grade: text(row, "grade"), addition: addition(row) };
    rows.iter().map(|(_, row)| grade(row)).collect()
}

/// A text that the table's own checks have proved to be there.
fn text(row: &Row, column: &str) -> String {
    row.text(column).unwrap_or_default().to_owned()
}
