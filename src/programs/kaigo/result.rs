//! With what the committee's form begins: the primary judgement unchanged, with the usual months, and whether
//! the six conditions of the simplified procedure hold.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::corrected;
use super::earlier::Earlier;
use super::simplified::{self, Renewal};
use super::tenths::Tenths;
use super::validity;
use crate::domain::forms::{Answer, Answers, Coding};
use crate::domain::proposal::{ProposedValue, SuggestedResult};
use crate::domain::tables::{TableError, Tables};
use crate::programs::Inputs;
use crate::programs::read::Slots;

/// What the form begins with; nothing while there is no primary judgement.
pub fn suggest(inputs: &Inputs<'_>, tables: &Tables, today: NaiveDate) -> SuggestedResult {
    let office = Slots::new("office", inputs.office);
    let Some(level) = office.choice("judged.level") else { return SuggestedResult::default() };
    filled(inputs, office, level, tables, today).unwrap_or_default()
}

fn filled(
    inputs: &Inputs<'_>,
    office: Slots<'_>,
    level: &Coding,
    tables: &Tables,
    today: NaiveDate,
) -> Result<SuggestedResult, TableError> {
    let months = validity::range(Earlier::of(inputs).validity_case(&level.code), today, tables)?.standard;
    let mut answers = Answers::new();
    for item in ["panel.primary", "panel.level"] {
        answers.set(item, Answer::Choice(level.clone()));
    }
    answers.set("panel.months", Answer::Integer(months));
    let (simple, mut grounds) = simplified_by(inputs, office, &level.code, tables, today)?;
    grounds.extend(corrected::reread(inputs, tables, today));
    Ok(SuggestedResult { answers, simple, grounds })
}

/// 審査会の簡素化: only a renewal can be; what is not known does not hold.
fn simplified_by(
    inputs: &Inputs<'_>,
    office: Slots<'_>,
    level: &str,
    tables: &Tables,
    today: NaiveDate,
) -> Result<(bool, BTreeMap<String, ProposedValue>), TableError> {
    let minutes = office.decimal("judged.minutes").and_then(Tenths::read);
    let (Some(minutes), "renewal") = (minutes, inputs.kind.code()) else { return Ok(Default::default()) };
    let application = Slots::new("answers", Some(inputs.application));
    let earlier = Earlier::of(inputs);
    let renewal = Renewal {
        first_insured: application.code("insured.category") == Some("first"),
        renewal: true,
        level,
        previous_level: earlier.decided_level().unwrap_or_default(),
        previous_months: earlier.months(),
        stable: office.code("judged.stability").and_then(|code| match code {
            "stable" => Some(true),
            "unstable" => Some(false),
            _ => None,
        }),
        minutes,
    };
    let worked = simplified::conditions(&renewal, today, tables)?;
    let simple = simplified::all(&worked.value) == Some(true);
    let shown = if simple { "すべて満たす" } else { "満たさないものがある" };
    let value = ProposedValue::new(simple, shown, worked.steps);
    Ok((simple, BTreeMap::from([("reading.simplified".to_owned(), value)])))
}
