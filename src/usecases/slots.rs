//! The values that letters and registers take from a case, by slot path.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::calendar::day_in_japan;
use crate::domain::calendar::{DateStyle, show, show_in};
use crate::domain::case::decision::{Content, Decision};
use crate::domain::case::verdict::{Ruling, item_key};
use crate::domain::case::work::WorkState;
use crate::domain::forms::{Answer, Answers, Env, Form, SummarySection, summary};
use crate::domain::lang::Lang;
use crate::domain::letter::Slots;
use crate::domain::letter::compose::Row;
use crate::domain::money::Yen;
use crate::domain::program::Program;
use crate::domain::program::subject::{ShownAnswer, ShownAnswers, fill};
use crate::domain::program::vocabulary::{Audience, FieldType};
use crate::store::Conn;
use crate::store::documents;

use super::access::Opened;
use super::carry_out::fixed_answers;
use super::citizen::procedures::offered_after;
use super::error::Error;
use super::form_env::Surroundings;
use super::house::House;
use super::ledger::card;
use super::standing;

/// Collects everything that a letter about a case may say.
pub fn of_case(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    decision: Option<&Decision>,
) -> Result<Slots, Error> {
    let mut slots = Slots::default();
    let around = Surroundings::of_case(house, conn, opened)?.in_language(Lang::Ja);
    let shown = all_answers(house, conn, opened, &around.env(), &mut slots)?;
    slots.values.extend(fill(&opened.program.definition.slots, &shown));
    for (path, answers) in &shown {
        if let Some(first) = answers.first() {
            slots.values.insert(path.clone(), first.shown.clone());
        }
    }
    for (key, value) in &house.office {
        slots.values.insert(format!("office.{key}"), value.clone());
    }
    case_slots(house, opened, &mut slots);
    correction_slots(opened, &around.env(), conn, &mut slots)?;
    attachment_rows(conn, opened, &mut slots)?;
    if let Some(decision) = decision {
        decision_slots(opened, decision, &mut slots);
        let card = card::code(conn, opened, decision)?;
        slots.values.extend(card.map(|text| ("case.card".to_owned(), text)));
    }
    Ok(slots)
}

fn all_answers(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    env: &Env,
    slots: &mut Slots,
) -> Result<ShownAnswers, Error> {
    let forms = &opened.program.definition.forms;
    let mut shown = ShownAnswers::new();
    if let Some(form) = opened.program.application() {
        if opened.effect().attaches() {
            add_standing(house, conn, opened, form, &mut shown)?;
        }
        if let Some(answers) = fixed_answers(conn, opened, &forms.application)? {
            let sections = summary(form, &answers, env);
            slots.lists.insert("summary.rows".to_owned(), summary_rows(&sections));
            add_shown(&mut shown, "answers", sections, &answers);
        }
    }
    for (root, name) in forms.by_slot().filter(|(_, name)| *name != forms.application) {
        let Some(form) = opened.program.forms.get(name) else { continue };
        let Some(answers) = standing::newest(conn, opened, name)? else { continue };
        add_shown(&mut shown, root, summary(form, &answers, env), &answers);
    }
    Ok(shown)
}

/// What held before a case that belongs to a certificate, asked as the case that opened it asked.
fn add_standing(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    form: &Form,
    shown: &mut ShownAnswers,
) -> Result<(), Error> {
    let root = opened.member(opened.root()).unwrap_or(opened);
    let around = Surroundings::of_case(house, conn, root)?.in_language(Lang::Ja);
    let answers = standing::answers(conn, opened)?;
    add_shown(shown, "answers", summary(form, &answers, &around.env()), &answers);
    Ok(())
}

fn add_shown(shown: &mut ShownAnswers, root: &str, sections: Vec<SummarySection>, answers: &Answers) {
    for section in sections {
        for row in section.rows.into_iter().filter(|row| !row.heading && !row.value.is_empty()) {
            let code = answers.get(&row.path).and_then(code);
            let place = shown.entry(format!("{root}.{}", link_id(&row.path))).or_default();
            if place.iter().all(|known| known.path != row.path) {
                place.push(ShownAnswer { code, shown: row.value, path: row.path });
            }
        }
    }
}

fn code(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Choice(coding) => Some(coding.code.clone()),
        Answer::Boolean(value) => Some(value.to_string()),
        _ => None,
    }
}

fn summary_rows(sections: &[SummarySection]) -> Vec<Row> {
    let rows = sections.iter().flat_map(|section| section.rows.iter().map(move |row| (section, row)));
    let answered = rows.filter(|(_, row)| !row.heading && !row.value.is_empty());
    answered
        .map(|(section, row)| {
            BTreeMap::from([
                ("section".to_owned(), section.title.clone()),
                ("label".to_owned(), row.label.clone()),
                ("value".to_owned(), row.value.clone()),
            ])
        })
        .collect()
}

fn case_slots(house: &House, opened: &Opened, slots: &mut Slots) {
    let case = &opened.stored.case;
    let texts = &opened.program.texts;
    let definition = &opened.program.definition;
    let mut put = |key: &str, value: String| {
        slots.values.insert(key.to_owned(), value);
    };
    let reference = case.reference.clone().unwrap_or_default();
    put("case.qr", format!("{}/r/{reference}", house.public_url));
    put("case.reference", reference);
    put("case.kind", texts.text(Lang::Ja, &format!("kind.{}", case.kind.code()), &BTreeMap::new()));
    put("case.program", texts.text(Lang::Ja, &definition.title, &BTreeMap::new()));
    put("case.protected", case.protected.to_string());
    for consent in &definition.consents {
        put(&format!("consent.{}", consent.key), case.consents_to(&consent.key).to_string());
    }
    if let Some(at) = case.received_at {
        put("case.received_on", show(day_in_japan(at), DateStyle::WarekiFirst));
    }
    let receiver = case.route.as_ref().map(|route| &route.receiver.name);
    put("case.receiver", receiver.or_else(|| house.office.get("name")).cloned().unwrap_or_default());
    put("letter.issued_on", show(house.today(), DateStyle::WarekiFirst));
    for item in case.work.iter().filter(|item| item.state != WorkState::Cancelled) {
        if let Some(at) = item.received_at {
            put(&format!("work.{}.received_on", item.kind), show(day_in_japan(at), DateStyle::WarekiFirst));
        }
    }
    if let Some(extension) = &case.extension {
        put("extension.until", show(extension.until, DateStyle::WarekiFirst));
        put("extension.told_on", show(extension.told_on, DateStyle::WarekiFirst));
        put("extension.reason", extension.reason.clone());
    }
    if let Some(result) = &case.committee {
        put("committee.held_on", show(result.held_on, DateStyle::WarekiFirst));
    }
}

fn correction_slots(opened: &Opened, env: &Env, conn: &mut Conn, slots: &mut Slots) -> Result<(), Error> {
    let case = &opened.stored.case;
    let Some(round) = case.corrections.last() else { return Ok(()) };
    slots.values.insert("correction.due_on".to_owned(), show(round.due_on, DateStyle::WarekiFirst));
    let asked = show(day_in_japan(round.requested_at), DateStyle::WarekiFirst);
    slots.values.insert("correction.requested_on".to_owned(), asked);
    slots.values.insert("correction.round".to_owned(), case.corrections.len().to_string());
    let name = &opened.program.definition.forms.application;
    let answers = fixed_answers(conn, opened, name)?.unwrap_or_default();
    let labels = opened.program.forms.get(name).map(|form| labels(form, &answers, env)).unwrap_or_default();
    let rows = round.items.iter().map(|path| correction_row(opened, path, &labels, Lang::Ja)).collect();
    slots.lists.insert("correction.items".to_owned(), rows);
    Ok(())
}

/// The label of every item by its path.
pub fn labels(form: &Form, answers: &Answers, env: &Env) -> BTreeMap<String, String> {
    let sections = summary(form, answers, env);
    sections.into_iter().flat_map(|it| it.rows).map(|row| (row.path, row.label)).collect()
}

/// One returned item: what it is, why it came back, what the clerk added.
pub fn correction_row(opened: &Opened, path: &str, labels: &BTreeMap<String, String>, lang: Lang) -> Row {
    let case = &opened.stored.case;
    let key = item_key(&opened.program.definition.forms.application, path);
    let (reason, note) = match case.verdicts.get(&key).map(|verdict| &verdict.ruling) {
        Some(Ruling::Returned { reason, note, .. }) => {
            let phrase = opened.program.phrases.returned(reason);
            (phrase.map(|it| it.text.of(lang).to_owned()).unwrap_or_default(), note.clone())
        }
        _ => Default::default(),
    };
    BTreeMap::from([
        ("path".to_owned(), path.to_owned()),
        ("label".to_owned(), labels.get(path).cloned().unwrap_or_else(|| path.to_owned())),
        ("reason".to_owned(), reason),
        ("note".to_owned(), note),
    ])
}

fn attachment_rows(conn: &mut Conn, opened: &Opened, slots: &mut Slots) -> Result<(), Error> {
    let files = documents::of_case(conn, &opened.granted, &opened.stored)?;
    let form = opened.program.application();
    let label = |path: &str| {
        let link_id = link_id(path);
        form.and_then(|form| form.item(link_id))
            .map_or(link_id.to_owned(), |item| item.text.get(Lang::Ja).to_owned())
    };
    let rows: Vec<Row> = files
        .iter()
        .map(|file| {
            BTreeMap::from([
                ("label".to_owned(), label(&file.path)),
                ("file".to_owned(), file.name.clone()),
                ("received_on".to_owned(), show(day_in_japan(file.at), DateStyle::WarekiFirst)),
            ])
        })
        .collect();
    if !rows.is_empty() {
        slots.lists.insert("attachments.rows".to_owned(), rows);
    }
    Ok(())
}

/// The linkId at the end of an instance path.
pub fn link_id(path: &str) -> &str {
    let last = path.rsplit('/').next().unwrap_or(path);
    last.split('[').next().unwrap_or(last)
}

fn decision_slots(opened: &Opened, decision: &Decision, slots: &mut Slots) {
    let (program, kind) = (&opened.program, &opened.stored.case.kind);
    let content = &decision.draft.content;
    for (key, value) in &content.fields {
        slots.values.insert(format!("decision.{key}"), shown_field(program, key, value));
    }
    let outcome =
        program.definition.outcome(kind, content.outcome).map(|rule| rule.label.as_str()).unwrap_or_default();
    let outcome = program.texts.text(Lang::Ja, outcome, &BTreeMap::new());
    slots.values.insert("decision.outcome".to_owned(), outcome);
    let decided = show(day_in_japan(decision.at), DateStyle::WarekiFirst);
    slots.values.insert("decision.decided_on".to_owned(), decided);
    let offers = offered_after(opened, content, Lang::Ja).into_iter().map(|offer| offer.label);
    slots.values.insert("decision.offer".to_owned(), offers.collect::<Vec<_>>().join("、"));
    slots.values.extend(certified_on(opened).map(|day| ("certified.decided_on".to_owned(), day)));
    let reasons = reason_rows(program, content, Lang::Ja);
    if !reasons.is_empty() {
        slots.lists.insert("decision.reasons".to_owned(), reasons);
    }
    let steps: Vec<Row> = program
        .definition
        .decision
        .fields
        .iter()
        .filter(|field| field.shown_on.contains(&Audience::Letter))
        .filter(|field| !content.origins.get(&field.key).is_none_or(String::is_empty))
        .map(|field| {
            let value = content.fields.get(&field.key).unwrap_or(&Value::Null);
            BTreeMap::from([
                ("label".to_owned(), program.texts.text(Lang::Ja, &field.label, &BTreeMap::new())),
                ("value".to_owned(), shown_field(program, &field.key, value)),
                ("source".to_owned(), content.origins.get(&field.key).cloned().unwrap_or_default()),
            ])
        })
        .collect();
    if !steps.is_empty() {
        slots.lists.insert("decision.steps".to_owned(), steps);
    }
    let parts = part_rows(program, content);
    if !parts.is_empty() {
        slots.lists.insert("decision.parts".to_owned(), parts);
    }
}

/// The parts of the fields that have some.
fn part_rows(program: &Program, content: &Content) -> Vec<Row> {
    let fields = program.definition.decision.fields.iter().filter(|field| field.kind == FieldType::Parts);
    let texts = fields.filter_map(|field| content.fields.get(&field.key)?.as_str());
    let parts = texts.flat_map(|text| text.split('／')).filter(|part| !part.is_empty());
    let row = |part: &str| {
        let (label, value) = part.split_once('：').unwrap_or(("", part));
        let pair = |key: &str, text: &str| (key.to_owned(), text.to_owned());
        BTreeMap::from([pair("label", label), pair("value", value)])
    };
    parts.map(row).collect()
}

/// The day of the newest decision on what the certificate says, before this case.
fn certified_on(opened: &Opened) -> Option<String> {
    let decision = opened.certified_but_for(&opened.stored.case.id)?;
    Some(show(day_in_japan(decision.at), DateStyle::WarekiFirst))
}

/// The reasons of a decision in words.
pub fn reason_rows(program: &Program, content: &Content, lang: Lang) -> Vec<Row> {
    let row = |reason: &crate::domain::case::decision::Reason| {
        let args = BTreeMap::from([
            ("required".to_owned(), reason.required.clone()),
            ("observed".to_owned(), reason.observed.clone()),
        ]);
        let phrase = program.phrases.refusal(&reason.code);
        BTreeMap::from([
            ("text".to_owned(), phrase.map(|it| it.text.fill(lang, &args)).unwrap_or_default()),
            ("criterion".to_owned(), reason.criterion.clone()),
            ("required".to_owned(), reason.required.clone()),
            ("observed".to_owned(), reason.observed.clone()),
            ("source".to_owned(), reason.source.clone()),
            ("legal_basis".to_owned(), phrase.map(|it| it.legal_basis.clone()).unwrap_or_default()),
        ])
    };
    content.reasons.iter().map(row).collect()
}

/// A field of a decision in words.
pub fn shown_field(program: &Program, key: &str, value: &Value) -> String {
    shown_field_in(program, key, value, Lang::Ja)
}

/// A field of a decision in words of a language.
pub fn shown_field_in(program: &Program, key: &str, value: &Value, lang: Lang) -> String {
    let Some(field) = program.definition.decision.field(key) else { return plain(value) };
    let text = |key: &str| program.texts.text(lang, key, &BTreeMap::new());
    match (field.kind, value) {
        (_, Value::Null) => String::new(),
        (FieldType::Enum, Value::String(code)) => text(&format!("{}.{code}", field.label)),
        (FieldType::Yen, Value::Number(number)) => Yen(number.as_i64().unwrap_or_default()).to_string(),
        (FieldType::Date, Value::String(day)) => {
            day.parse::<chrono::NaiveDate>().map_or_else(|_| day.clone(), |day| show_in(day, lang))
        }
        (FieldType::Bool, Value::Bool(value)) => text(if *value { "value.yes" } else { "value.no" }),
        _ => plain(value),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The person's name and kana as the program's forms hold them, and the birth date.
pub fn person(program: &Program, answers: &Answers) -> (String, String, String) {
    let subject = &program.definition.subject;
    let joined =
        |ids: &[String]| ids.iter().filter_map(|id| text(answers, id)).collect::<Vec<_>>().join("　");
    (joined(&subject.name), joined(&subject.kana), text(answers, &subject.birth).unwrap_or_default())
}

/// The text of a plain answer: a text, a date as ISO, a code.
pub fn text(answers: &Answers, path: &str) -> Option<String> {
    match answers.get(path)? {
        Answer::Text(text) => Some(text.clone()),
        Answer::Date(date) => Some(date.date.to_string()),
        Answer::Choice(coding) => Some(coding.code.clone()),
        Answer::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}
