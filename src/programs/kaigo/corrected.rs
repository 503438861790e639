//! The survey as the committee corrected it, read again. For information like every reading of ours: the
//! ministry's software gives the result that counts.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::compile;
use super::model::Model;
use super::paper::{SURVEY, reading, sheet};
use super::sheet::Sheet;
use super::survey::Item;
use crate::domain::proposal::ProposedValue;
use crate::domain::tables::Tables;
use crate::programs::Inputs;
use crate::programs::read::Slots;

/// The repeated question of the committee's form: which item was corrected.
const ITEM: &str = "panel.corrected.item";
/// Its new answer: the names or numbers of the options chosen, with 、 between several.
const NOW: &str = "panel.corrected.now";

/// What was read of the survey as it was signed, and what the same is called once corrected.
const NAMES: [(&str, &str); 3] = [
    ("reading.scores", "corrected.scores"),
    ("reading.minutes", "corrected.minutes"),
    ("reading.levels", "corrected.levels"),
];

/// The reading of the corrected survey, or what of the corrections cannot be read; nothing where nothing was
/// corrected, or no survey is there.
pub fn reread(inputs: &Inputs<'_>, tables: &Tables, on: NaiveDate) -> BTreeMap<String, ProposedValue> {
    let panel = Slots::new("panel", inputs.further.get("panel"));
    let rows = panel.rows(ITEM);
    let (Some(survey), false) = (inputs.further.get(SURVEY), rows.is_empty()) else { return BTreeMap::new() };
    let Ok(model) = compile::model(tables, on) else { return BTreeMap::new() };
    let mut corrected = sheet(&model, Slots::new(SURVEY, Some(survey)));
    let unread: Vec<String> =
        rows.iter().filter_map(|row| correct(&model, &mut corrected, panel, row).err()).collect();
    if !unread.is_empty() {
        let words = unread.join("、");
        return BTreeMap::from([(
            "corrected.unread".to_owned(),
            ProposedValue::new(words.clone(), words, vec![]),
        )]);
    }
    let found = reading(&model, tables, &corrected);
    let named =
        |(before, after): &(&str, &str)| Some(((*after).to_owned(), found.fields.get(*before)?.clone()));
    NAMES.iter().filter_map(named).collect()
}

/// Puts one corrected answer in; the words of one that cannot be read.
fn correct(model: &Model, sheet: &mut Sheet, panel: Slots<'_>, row: &str) -> Result<(), String> {
    let at = |item: &str| format!("{row}/{}", item);
    let named = panel.written(&at(ITEM)).unwrap_or_default();
    let id = panel.code(&at(ITEM)).unwrap_or_else(|| named.split_whitespace().next().unwrap_or_default());
    let now = panel.written(&at(NOW)).unwrap_or_default();
    let found = model.survey.items.iter().enumerate().find(|(_, item)| item.id == id);
    let unread = || format!("{named} {now}");
    let (place, item) = found.ok_or_else(unread)?;
    let options: Option<Vec<usize>> = now.split(['、', ',', '，']).map(|one| option(item, one)).collect();
    let options = options.filter(|all| item.multi || all.len() == 1).ok_or_else(unread)?;
    sheet.answer(place, &options);
    Ok(())
}

/// The option of a name as the official form has it, or of its number.
fn option(item: &Item, words: &str) -> Option<usize> {
    let words = words.trim();
    let by_name = item.options.iter().position(|name| name == words).map(|place| place + 1);
    by_name.or_else(|| words.parse().ok().filter(|number| (1..=item.options.len()).contains(number)))
}
