//! Whether the parts of one item go together.

use super::Loader;
use crate::domain::forms::model::{InputHint, Item, Kind, Limit, MAX_OCCURS};
use crate::domain::forms::typed::MAX_LENGTH;

impl Loader<'_> {
    /// Refuses combinations that cannot work.
    pub(super) fn coherent(&mut self, path: &str, item: &Item) {
        for (wrong, message, fix) in
            shape(item).into_iter().chain(answers(item)).chain(values(item)).chain(limits(item))
        {
            if wrong {
                self.refuse(path, message, fix);
            }
        }
    }
}

type Rule = (bool, &'static str, &'static str);

fn shape(item: &Item) -> Vec<Rule> {
    let question = item.kind.is_question();
    let only_displays = item.items.iter().all(|below| below.kind == Kind::Display);
    vec![
        (item.text.ja.is_empty() && !item.rendering.hidden, "\"text\" is missing", "give the label"),
        (
            question && !only_displays,
            "a question has questions below it",
            "put them beside it and use enableWhen",
        ),
        (item.kind == Kind::Display && !item.items.is_empty(), "a display has items below it", "use a group"),
        (item.kind == Kind::Group && item.items.is_empty(), "the group is empty", "give it an item"),
        (
            item.kind == Kind::Display && (item.required || item.repeats),
            "a display cannot be required or repeat",
            "remove required and repeats",
        ),
        (
            !item.conditions.is_empty() && item.enabled_by.is_some(),
            "enableWhen together with enableWhenExpression",
            "keep one of them",
        ),
    ]
}

fn answers(item: &Item) -> Vec<Rule> {
    let has_choices = !item.choices.is_empty() || item.catalogue.is_some();
    let looks_up = item.rendering.lookup.is_some();
    let one_only = matches!(item.kind, Kind::Boolean | Kind::Date | Kind::DateTime | Kind::Time);
    let filled =
        item.calculated.is_some() || item.start.expression.is_some() || !item.start.initial.is_empty();
    vec![
        (
            item.kind.is_choice() && !has_choices && !looks_up,
            "a choice without choices",
            "give answerOption or answerValueSet",
        ),
        (
            has_choices && !item.kind.is_choice(),
            "choices on an item that is no choice",
            "use choice or open-choice",
        ),
        (one_only && item.repeats, "this type cannot repeat", "put it into a repeating group"),
        (item.secret && item.kind != Kind::String, "only a string can be secret", "use the type string"),
        (item.secret && item.repeats, "a secret item cannot repeat", "put it into a repeating group"),
        (
            item.required && item.read_only && !filled,
            "required, but nobody can fill it in",
            "calculate it, or remove required or readOnly",
        ),
        (
            item.rendering.input == Some(InputHint::MyNumber) && !item.secret,
            "a 個人番号 must be secret",
            "add the extension secret",
        ),
        (
            matches!(item.rendering.input, Some(InputHint::EraDate | InputHint::YearMonth))
                && item.kind != Kind::Date,
            "the input hints era-date and year-month are for dates",
            "use the type date",
        ),
    ]
}

fn values(item: &Item) -> Vec<Rule> {
    let has_initial = !item.start.initial.is_empty() || item.choices.iter().any(|choice| choice.initial);
    let computed = item.calculated.is_some() || item.start.expression.is_some();
    let kinds = value_kinds(item.kind);
    vec![
        (has_initial && computed, "an initial value together with an expression", "keep one of them"),
        (
            item.start.initial.iter().any(|(kind, _)| !kinds.contains(&kind.as_str())),
            "the initial value has another type than the item",
            "use the item's own value[x]",
        ),
        (
            item.start.initial.len() > 1 && !item.repeats,
            "several initial values",
            "keep one, or let the item repeat",
        ),
        (
            item.start.rows.is_some() && !item.is_rows(),
            "itemPopulationContext outside a repeating group",
            "remove it",
        ),
        (
            item.calculated.is_some() && !item.kind.is_question(),
            "only a question can be calculated",
            "use a question",
        ),
        (item.calculated.is_some() && item.repeats, "a calculated item cannot repeat", "remove repeats"),
        (
            item.kind == Kind::Attachment && (computed || has_initial),
            "an attachment cannot be filled in",
            "remove the value",
        ),
    ]
}

/// The `value[x]` types an item's answer may have.
pub(super) fn value_kinds(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Group | Kind::Display => &[],
        Kind::Boolean => &["Boolean"],
        Kind::Decimal => &["Decimal", "Integer"],
        Kind::Integer => &["Integer"],
        Kind::Date => &["Date"],
        Kind::DateTime => &["DateTime"],
        Kind::Time => &["Time"],
        Kind::String | Kind::Text => &["String"],
        Kind::Url => &["Uri"],
        Kind::Choice => &["Coding"],
        Kind::OpenChoice => &["Coding", "String"],
        Kind::Attachment => &["Attachment"],
    }
}

fn limits(item: &Item) -> Vec<Rule> {
    let limits = &item.limits;
    let counted = limits.max_occurs.is_some() || limits.min_occurs.is_some_and(|least| least > 1);
    let number = matches!(item.kind, Kind::Integer | Kind::Decimal);
    let fits = |limit: &Limit| match limit {
        Limit::Number(_) => number,
        Limit::Date(_) => item.kind == Kind::Date,
    };
    vec![
        (counted && !item.repeats, "a count on an item that does not repeat", "set repeats to true"),
        (
            limits.max_occurs.is_some_and(|most| most == 0 || most > MAX_OCCURS),
            "maxOccurs is out of range",
            "use 1 to 100",
        ),
        (
            limits.min_occurs > Some(limits.max_occurs.unwrap_or(MAX_OCCURS)),
            "minOccurs is larger than maxOccurs",
            "correct the counts",
        ),
        (
            limits.max_length.is_some_and(|most| most > MAX_LENGTH),
            "maxLength is too large",
            "use at most 10000",
        ),
        (
            limits.max_length.is_some_and(|most| limits.min_length > Some(most)),
            "minLength is larger than maxLength",
            "correct the lengths",
        ),
        (
            limits.min.iter().chain(&limits.max).any(|limit| !fits(limit)),
            "a limit of another type than the item",
            "use the item's own value[x]",
        ),
        (contradicts(limits.min, limits.max), "minValue is larger than maxValue", "correct the limits"),
        (
            item.kind != Kind::Attachment && (!limits.mime.is_empty() || limits.max_size.is_some()),
            "file limits on an item that is no attachment",
            "remove mimeType and maxSize",
        ),
    ]
}

fn contradicts(min: Option<Limit>, max: Option<Limit>) -> bool {
    match (min, max) {
        (Some(Limit::Number(min)), Some(Limit::Number(max))) => {
            min.compare(max).is_some_and(|order| order.is_gt())
        }
        (Some(Limit::Date(min)), Some(Limit::Date(max))) => min > max,
        _ => false,
    }
}
