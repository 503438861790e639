//! Makes the packet of a case: the certificate, what the rules read in it and what changed, without who the
//! person or the signer is.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::calendar::day_in_japan;
use crate::domain::committee::Ties;
use crate::domain::committee::packet::{Gate, Line, Packet, Section, Since};
use crate::domain::forms::{Answers, SummarySection, summary};
use crate::domain::lang::Lang;
use crate::domain::periods::age_on;
use crate::domain::program::committee::CommitteeShape;
use crate::domain::program::definition::{Definition, EvidenceValue};
use crate::domain::proposal::ProposedValue;
use crate::programs::Paper;
use crate::store::{Conn, users};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::fixed_answers;
use crate::usecases::clerk::proposal::{self, finding_words, shown, working};
use crate::usecases::clerk::words;
use crate::usecases::earlier;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::slots::{link_id, person, text};

use super::shape;

/// The packet of a case, and to whom the case is tied.
///
/// # Errors
/// When something cannot be read.
pub fn build(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    opened: &Opened,
) -> Result<(Packet, Ties), Error> {
    let definition = &opened.program.definition;
    let application = fixed_answers(conn, opened, &definition.forms.application)?.unwrap_or_default();
    let around = Surroundings::of_case(house, conn, opened)?.in_language(Lang::Ja);
    let mut packet = about_person(house, opened, &application, &around);
    let mut known = identity(opened, &application);
    for name in papers(definition) {
        let Some(answers) = fixed_answers(conn, opened, name)? else { continue };
        known.extend(withheld_values(opened, name, &answers, &around)?);
        paper(house, conn, caller, opened, (name, &answers, &around), &mut packet)?;
    }
    if let Some(suggested) = proposal::suggested(house, conn, opened)? {
        packet.gate.extend(gates(opened, &suggested.grounds));
        (packet.suggested, packet.simple) = (suggested.answers, suggested.simple);
    }
    Ok((packet.without(&known), ties(house, conn, opened)?))
}

/// The forms of which members read.
fn papers(definition: &Definition) -> Vec<&str> {
    let told = definition.committee.iter().flat_map(|shape| &shape.papers).map(String::as_str);
    let told: Vec<&str> = told.collect();
    if told.is_empty() { definition.forms.certificate.as_deref().into_iter().collect() } else { told }
}

fn about_person(house: &House, opened: &Opened, application: &Answers, around: &Surroundings) -> Packet {
    let program = &opened.program;
    let case = &opened.stored.case;
    let received = case.received_at.map_or_else(|| house.today(), day_in_japan);
    let (_, _, birth) = person(program, application);
    let form = program.forms.get(&program.definition.forms.application);
    let sections = form.map(|form| summary(form, application, &around.env())).unwrap_or_default();
    Packet {
        age: birth.parse().ok().and_then(|birth| age_on(birth, received)),
        sex: program
            .definition
            .subject
            .sex
            .as_ref()
            .map(|item| value_of(&sections, item))
            .unwrap_or_default(),
        kind: words::text(program, &format!("kind.{}", case.kind.code())),
        referral: case.referral.clone().unwrap_or_default(),
        ..Packet::default()
    }
}

/// The answer to an item as shown.
fn value_of(sections: &[SummarySection], item: &str) -> String {
    let mut rows = sections.iter().flat_map(|section| &section.rows);
    rows.find(|row| !row.heading && link_id(&row.path) == item)
        .map(|row| row.value.clone())
        .unwrap_or_default()
}

/// Everything in the application that tells who the person is, as it may be typed elsewhere.
fn identity(opened: &Opened, application: &Answers) -> Vec<String> {
    let subject = &opened.program.definition.subject;
    let (name, kana, _) = person(&opened.program, application);
    let items = subject.name.iter().chain(&subject.kana).chain(&subject.address).chain(&subject.phone);
    let items = items.chain(&subject.email).chain(&subject.postcode);
    let items = items.chain(subject.insured_identifier.iter().flatten());
    let mut known: Vec<String> = items.filter_map(|item| text(application, item)).collect();
    known.extend([name.replace('\u{3000}', ""), name.replace('\u{3000}', " "), kana, name]);
    known.extend(opened.stored.case.reference.clone());
    known.sort_by_key(|text| std::cmp::Reverse(text.len()));
    known
}

/// Answers of withheld steps of a form: names that may stand in its other texts as well.
fn withheld_values(
    opened: &Opened,
    name: &str,
    answers: &Answers,
    around: &Surroundings,
) -> Result<Vec<String>, Error> {
    let shape = shape(&opened.program)?;
    let Some(form) = opened.program.forms.get(name) else { return Ok(Vec::new()) };
    let sections = summary(form, answers, &around.env());
    let hidden = sections.iter().filter(|section| shape.withheld.contains(&section.step));
    let rows = hidden.flat_map(|section| &section.rows);
    let texts =
        rows.filter(|row| matches!(answers.get(&row.path), Some(crate::domain::forms::Answer::Text(_))));
    Ok(texts.map(|row| row.value.clone()).collect())
}

fn paper(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    opened: &Opened,
    (name, answers, around): (&str, &Answers, &Surroundings),
    packet: &mut Packet,
) -> Result<(), Error> {
    let Some(form) = opened.program.forms.get(name) else { return Ok(()) };
    let shape = shape(&opened.program)?;
    let sections = summary(form, answers, &around.env());
    if packet.entry.is_empty() {
        packet.entry = entry(opened, &sections);
    }
    let several = shape.papers.len() > 1;
    let titled = |section: Section| match several {
        true => Section { title: format!("{}　{}", form.title(Lang::Ja), section.title), ..section },
        false => section,
    };
    packet.sections.extend(sections.iter().filter_map(|section| reduced(shape, section)).map(titled));
    let before = earlier::certificate(house, conn, caller, opened, (name, answers))?;
    let since = before.map(|before| {
        let since = before.since(form, answers, &around.env());
        let open = |path: &str| !is_withheld(shape, &sections, path);
        let changes = since.changes.into_iter().filter(|change| open(&change.path));
        Since {
            signed_on: since.signed_on.to_string(),
            changes: changes.map(|it| (it.label, it.before, it.after)).collect(),
        }
    });
    packet.since = packet.since.take().or(since);
    let (unmet, gate) = judged(house, opened, (name, answers)).unwrap_or_default();
    packet.unmet.extend(unmet);
    packet.gate.extend(gate);
    Ok(())
}

fn entry(opened: &Opened, sections: &[SummarySection]) -> String {
    let mut rules = opened.program.definition.evidence.iter();
    let rule = rules.find(|rule| rule.from == EvidenceValue::DiseaseNumber);
    rule.map(|rule| value_of(sections, &rule.item)).unwrap_or_default()
}

fn is_withheld(shape: &CommitteeShape, sections: &[SummarySection], path: &str) -> bool {
    let holds = |section: &&SummarySection| section.rows.iter().any(|row| row.path == path);
    let step = sections.iter().find(holds).map_or("", |section| section.step.as_str());
    [step, link_id(path)].into_iter().any(|id| shape.withheld.iter().any(|it| it == id))
}

fn reduced(shape: &CommitteeShape, section: &SummarySection) -> Option<Section> {
    let hidden = |id: &str| shape.withheld.iter().any(|it| it == id);
    if hidden(&section.step) {
        return None;
    }
    let told = section.rows.iter().filter(|row| !row.value.is_empty() && !hidden(link_id(&row.path)));
    let rows: Vec<_> = told.map(|row| (row.label.clone(), row.value.clone())).collect();
    (!rows.is_empty()).then(|| Section { title: section.title.clone(), rows })
}

/// What the rules found unmet or unclear in the certificate of a case.
///
/// # Errors
/// When the answers cannot be read.
pub fn unmet(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for name in papers(&opened.program.definition) {
        let answers = fixed_answers(conn, opened, name)?;
        let judged = answers.and_then(|answers| judged(house, opened, (name, &answers)));
        found.extend(judged.map(|(unmet, _)| unmet).unwrap_or_default());
    }
    Ok(found)
}

/// What the rules found unmet or unclear in a form, and what they read in it.
fn judged(
    house: &House,
    opened: &Opened,
    (form, answers): (&str, &Answers),
) -> Option<(Vec<String>, Vec<Gate>)> {
    let (program, case) = (&opened.program, &opened.stored.case);
    let rules = house.programs.rules(&program.definition.id)?;
    let received = case.received_at.map_or_else(|| house.today(), day_in_japan);
    let paper = Paper { form, answers, kind: &case.kind };
    let assessed = (rules.assess_paper)(&paper, &program.tables, received);
    let review = (rules.review_paper)(&paper, &program.tables, received);
    let findings = assessed.findings.iter().chain(&review);
    let unmet = distinct(findings.map(|finding| finding_words(program, finding)));
    Some((unmet, gates(opened, &assessed.fields)))
}

/// Assessment and review often find the same.
fn distinct(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    lines.filter(|line| seen.insert(line.clone())).collect()
}

/// What the rules read out of a case with the form of the result as it stands.
///
/// # Errors
/// When answers cannot be read.
pub(super) fn read_again(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    (form, answers): (&str, &Answers),
) -> Result<Vec<Gate>, Error> {
    let typed = BTreeMap::from([(form.to_owned(), answers.clone())]);
    let found = proposal::suggested_upon(house, conn, opened, typed)?;
    Ok(found.map(|it| gates(opened, &it.grounds)).unwrap_or_default())
}

fn gates(opened: &Opened, fields: &BTreeMap<String, ProposedValue>) -> Vec<Gate> {
    let program = &opened.program;
    let line = |it: proposal::Line| Line { label: it.label, value: it.value, source: it.source };
    let gate = |(key, value): (&String, &ProposedValue)| {
        let label = program.definition.decision.field(key).map_or(key.as_str(), |field| field.label.as_str());
        Gate {
            label: words::text(program, label),
            value: shown(program, key, value),
            working: working(program, &value.steps).into_iter().map(line).collect(),
        }
    };
    fields.iter().map(gate).collect()
}

/// The physicians whom the case's work items named, and where they work.
fn ties(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Ties, Error> {
    let definition = &opened.program.definition;
    let signs = |kind: &str| definition.work_item(kind).is_some_and(|it| it.assignee.signs());
    let mut ties = Ties::default();
    for item in opened.stored.case.work.iter().filter(|item| signs(&item.kind)) {
        ties.people.insert(item.assignee.clone());
        ties.institutions.insert(item.assignee_name.clone());
        let user = users::find(conn, &house.keys, &item.assignee).ok();
        if let Some(held) = user.and_then(|user| user.designation) {
            ties.institutions.extend([held.institution_code, held.institution]);
        }
    }
    Ok(ties)
}
