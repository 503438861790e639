//! Letters and connectors: whether what they ask for can be given.

use super::slots::Known;
use super::{Parts, Report};
use crate::domain::letter;
use crate::domain::program::definition::{Connector, SHOWN};
use crate::domain::program::texts;
use crate::domain::program::vocabulary::Audience;

/// Slots of a history key.
const HISTORY_SLOTS: [&str; 2] = ["certificate_id", "seq"];

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    slots(parts, report);
    letters(parts, report);
    for (index, connector) in parts.definition.connectors.iter().enumerate() {
        self::connector(parts, &format!("connector[{index}]"), connector, report);
    }
}

fn slots(parts: &Parts<'_>, report: &mut Report<'_>) {
    let known = Known::of(parts);
    report.unique("slot", parts.definition.slots.iter().map(|rule| rule.name.as_str()));
    for (index, rule) in parts.definition.slots.iter().enumerate() {
        let answers = rule.first_of.iter().flatten().chain(rule.only.iter().map(|filter| &filter.item));
        report.known(&format!("slot[{index}]"), "item", answers, &|path| known.answer(path));
    }
}

fn letters(parts: &Parts<'_>, report: &mut Report<'_>) {
    let rules = &parts.definition.letters;
    for (index, rule) in rules.iter().enumerate() {
        let path = format!("letter[{index}].code");
        report.known(&path, "letter", [&rule.code], &|code| parts.letters.contains_key(code));
    }
    let invitation = parts.definition.renewal.as_ref().and_then(|renewal| renewal.letter.as_ref());
    report.known("renewal.letter", "letter", invitation, &|code| parts.letters.contains_key(code));
    let call = parts.definition.coverage.as_ref().and_then(|it| it.call.as_ref());
    report.known("coverage.call", "letter", call, &|code| parts.letters.contains_key(code));
    let known = Known::of(parts);
    let phrases = parts.phrases.for_letters();
    let slot = |path: &str| known.slot(path);
    let list = |list: &str| known.list(list);
    let known = letter::Known { slot: &slot, list: &list, phrases: &phrases };
    for (code, template) in parts.letters {
        let file = format!("letters/{code}.toml");
        let used = rules.iter().any(|rule| &rule.code == code) || [invitation, call].contains(&Some(code));
        report.need(
            used,
            "letter",
            &format!("nothing causes the letter `{code}`"),
            "add it, or remove the file",
        );
        report.problems.extend(letter::check::check(template, &file, &known));
    }
}

fn connector(parts: &Parts<'_>, path: &str, connector: &Connector, report: &mut Report<'_>) {
    let known = Known::of(parts);
    let values = connector.fields.iter().map(|(name, value)| (format!("{path}.fields.{name}"), value));
    let details = connector.details.iter().enumerate();
    let details = details.map(|(index, detail)| (format!("{path}.detail[{index}].value"), &detail.value));
    let number = connector.number.iter().map(|value| (format!("{path}.number"), value));
    for (path, value) in values.chain(details).chain(number).filter(|(_, value)| !value.starts_with('=')) {
        let value = value.strip_prefix(SHOWN).unwrap_or(value);
        let exists = known.slot(value);
        report.need(exists, &path, &format!("there is no slot `{value}`"), "use a slot of the program");
        let field = value.strip_prefix("decision.").and_then(|key| parts.definition.decision.field(key));
        let shown = field.is_none_or(|field| field.shown_on.contains(&Audience::Connector));
        report.need(
            shown,
            &path,
            "the decision's field is not for connectors",
            "add connector to its shown_on",
        );
    }
    let slots = texts::slots(&connector.history_key);
    let whole = slots.iter().all(|slot| HISTORY_SLOTS.contains(slot)) && slots.contains("certificate_id");
    let fix = "use {certificate_id} and {seq}";
    report.need(whole, &format!("{path}.history_key"), "the key does not name the row for good", fix);
    for outcome in &connector.outcomes {
        let exists = parts.definition.knows(*outcome);
        report.need(exists, &format!("{path}.outcomes"), "the program lacks this outcome", "remove it");
    }
}
