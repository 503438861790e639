//! What the rules propose for a case, every number traceable to its table row and article.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::domain::calendar::day_in_japan;
use crate::domain::forms::Answers;
use crate::domain::immunization::Entitled;
use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::Audience;
use crate::domain::program::work::SettingValue;
use crate::domain::proposal::{
    Finding, Proposal, ProposedValue, Severity, StepInput, SuggestedResult, WorkingStep,
};
use crate::programs::{Inputs, Rules};
use crate::store::Conn;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::fixed_answers;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::ledger::paid;
use crate::usecases::slots::{link_id, shown_field};
use crate::usecases::{previous, standing};

use super::shell::{Shell, Tab, shell};
use super::words;
use super::work::{self, ItemView};

/// One line of a working.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What the step does, or the input.
    pub label: String,
    /// What came out.
    pub value: String,
    /// Table row and article.
    pub source: Option<String>,
}

/// A proposed value with its working.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    label: String,
    value: String,
    origin: Option<String>,
    changed_from: Option<String>,
    working: Vec<Line>,
}

impl Field {
    /// A field that only shows a value.
    pub fn plain(label: String, value: String, origin: Option<String>) -> Field {
        Field {
            label,
            value,
            origin: origin.filter(|it| !it.is_empty()),
            changed_from: None,
            working: Vec::new(),
        }
    }

    /// The same field beside an earlier value.
    pub fn instead_of(mut self, earlier: Option<String>) -> Field {
        self.changed_from = earlier.filter(|it| *it != self.value);
        self
    }
}

/// The proposal in words.
#[derive(Clone, Debug, Serialize)]
pub struct Proposed {
    summary: String,
    fields: Vec<Field>,
    rules: String,
    warnings: Vec<String>,
}

/// The tab 判定.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// What stands around it.
    #[serde(flatten)]
    pub shell: Shell,
    proposal: Option<Proposed>,
    missing: Vec<String>,
    work_items: Vec<ItemView>,
}

/// The proposal and the work items of a case.
///
/// # Errors
/// [`Error::NotFound`].
pub fn judgement(house: &House, caller: &Caller, case: &str) -> Result<Judgement, Error> {
    house.read(caller, case, "judgement", |conn, opened| {
        let shell = shell(house, conn, opened, Tab::Judgement)?;
        let found = of(house, conn, opened)?;
        let told = |wanted: fn(Severity) -> bool| -> Vec<String> {
            let findings = found.iter().flat_map(|it| &it.findings).filter(|it| wanted(it.severity));
            findings.map(|finding| finding_words(&opened.program, finding)).collect()
        };
        let missing = told(|severity| severity == Severity::Block);
        let warnings = told(|severity| severity != Severity::Block);
        let proposal = found.as_ref().map(|proposal| proposed(&opened.program, proposal, warnings));
        Ok(Judgement { shell, proposal, missing, work_items: work::views(house, conn, opened)? })
    })
}

/// What the program's rules propose; none where it has no rules or nothing was filed.
///
/// # Errors
/// When answers cannot be read.
pub fn of(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Option<Proposal>, Error> {
    with_inputs(house, conn, opened, |rules, inputs| {
        (rules.propose)(inputs, &opened.program.tables, house.today())
    })
}

/// To which doses a case gives a right as the rules judge it; none where the program keeps no ledger of them.
///
/// # Errors
/// When answers cannot be read.
pub fn entitled(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Option<Entitled>, Error> {
    let found = with_inputs(house, conn, opened, |rules, inputs| {
        let doses = rules.immunization.as_ref()?;
        Some((doses.entitled)(inputs, &opened.program.tables, house.today()))
    })?;
    Ok(found.flatten())
}

/// With what the committee's form begins; none where it concludes by none.
///
/// # Errors
/// When answers cannot be read.
pub fn suggested(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Option<SuggestedResult>, Error> {
    suggested_upon(house, conn, opened, BTreeMap::new())
}

/// The same upon answers to further forms that are not fixed yet, by the form's name.
///
/// # Errors
/// When answers cannot be read.
pub fn suggested_upon(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    typed: BTreeMap<String, Answers>,
) -> Result<Option<SuggestedResult>, Error> {
    let found = with_inputs(house, conn, opened, |rules, inputs| {
        let mut further = inputs.further.clone();
        further.extend(typed);
        let inputs = Inputs { further: &further, ..*inputs };
        rules.suggest_result.map(|suggest| suggest(&inputs, &opened.program.tables, house.today()))
    })?;
    Ok(found.flatten())
}

/// Asks the program's rules about a filed case.
fn with_inputs<T>(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    ask: impl FnOnce(&Rules, &Inputs<'_>) -> T,
) -> Result<Option<T>, Error> {
    let definition = &opened.program.definition;
    let Some(rules) = house.programs.rules(&definition.id) else { return Ok(None) };
    let case = &opened.stored.case;
    if case.revision(&definition.forms.application).is_none() {
        return Ok(None);
    }
    let application = standing::answers(conn, opened)?;
    let mut newest = |form: &Option<String>| match form {
        Some(form) => standing::newest(conn, opened, form),
        None => Ok(None),
    };
    let certificate = newest(&definition.forms.certificate)?;
    let office = newest(&definition.forms.office)?;
    let result = definition.committee.as_ref().and_then(|it| it.result.as_ref()).map(|it| &it.form);
    let mut further = BTreeMap::new();
    for form in &definition.forms.further {
        // What a committee found of an earlier case of the certificate it did not find of this one.
        let found = match result == Some(form) {
            true => fixed_answers(conn, opened, form)?,
            false => standing::newest(conn, opened, form)?,
        };
        further.extend(found.map(|answers| (form.clone(), answers)));
    }
    let inputs = Inputs {
        kind: &case.kind,
        received_on: case.received_at.map_or_else(|| house.today(), day_in_japan),
        application: &application,
        certificate: certificate.as_ref(),
        office: office.as_ref(),
        further: &further,
        before: &previous::fields_before(house, conn, opened)?,
        paid: &paid::of(conn, opened)?,
        settings: &settings(house),
    };
    Ok(Some(ask(rules, &inputs)))
}

/// The authority's own values as text.
pub fn settings(house: &House) -> BTreeMap<String, String> {
    let text = |value: &SettingValue| match value {
        SettingValue::Number(number) => number.to_string(),
        SettingValue::Text(text) => text.clone(),
    };
    house.settings.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

fn proposed(program: &Program, proposal: &Proposal, warnings: Vec<String>) -> Proposed {
    Proposed {
        summary: summary(program, proposal),
        fields: fields(program, proposal, |_| true),
        rules: format!("{}　{}", program.definition.version, program.hash.get(..12).unwrap_or_default()),
        warnings,
    }
}

/// What the applicant would read, in one line.
fn summary(program: &Program, proposal: &Proposal) -> String {
    told(program, |key| proposal.value(key))
}

/// The values that the applicant reads in a decision, in one line.
pub fn told<'a>(program: &Program, value: impl Fn(&str) -> Option<&'a Value>) -> String {
    let shape = program.definition.decision.fields.iter();
    let told = shape.filter(|field| field.shown_on.contains(&Audience::Citizen));
    let known = told.filter_map(|field| Some((field, value(&field.key)?))).filter(|(_, it)| !it.is_null());
    let lines = known.map(|(field, value)| {
        format!("{} {}", words::text(program, &field.label), shown_field(program, &field.key, value))
    });
    lines.collect::<Vec<_>>().join("、")
}

/// The proposed fields that pass, in the order of the decision.
pub fn fields(program: &Program, proposal: &Proposal, wanted: impl Fn(&ProposedValue) -> bool) -> Vec<Field> {
    let shape = program.definition.decision.fields.iter();
    let known = shape.filter_map(|field| Some((field, proposal.fields.get(&field.key)?)));
    known
        .filter(|(_, value)| wanted(value))
        .map(|(field, value)| Field {
            label: words::text(program, &field.label),
            value: shown(program, &field.key, value),
            origin: source(value),
            changed_from: None,
            working: working(program, &value.steps),
        })
        .collect()
}

/// A proposed value in words.
pub fn shown(program: &Program, key: &str, value: &ProposedValue) -> String {
    if value.value.is_null() {
        return "まだ計算できません".to_owned();
    }
    let shown = shown_field(program, key, &value.value);
    if shown.is_empty() { value.shown.clone() } else { shown }
}

/// The article and table row of the last step that names any.
pub fn source(value: &ProposedValue) -> Option<String> {
    value.steps.iter().rev().find_map(step_source)
}

fn step_source(step: &WorkingStep) -> Option<String> {
    let row =
        step.table.as_ref().map(|table| format!("表 {table} {}", step.row.as_deref().unwrap_or_default()));
    let parts: Vec<String> = [step.article.clone(), row].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("　"))
}

/// Every step and its inputs.
pub fn working(program: &Program, steps: &[WorkingStep]) -> Vec<Line> {
    steps.iter().flat_map(|step| step_lines(program, step)).collect()
}

fn step_lines(program: &Program, step: &WorkingStep) -> Vec<Line> {
    let result = Line {
        label: words::text(program, &step.what),
        value: step.result.clone(),
        source: step_source(step),
    };
    let inputs = step.inputs.iter().map(|input| input_line(program, input));
    inputs.chain([result]).collect()
}

fn input_line(program: &Program, input: &StepInput) -> Line {
    let key = format!("input.{}", input.path);
    let label =
        if program.texts.has(&key) { words::text(program, &key) } else { item_label(program, &input.path) };
    Line { label: format!("・{label}"), value: input.value.clone(), source: None }
}

/// The question whose answer went into a step, by its slot path.
fn item_label(program: &Program, path: &str) -> String {
    let (root, item) = path.split_once('.').unwrap_or(("", path));
    let form = program.definition.forms.of_input(root).and_then(|name| program.forms.get(name));
    let found = form.and_then(|form| form.item(link_id(item)));
    found.map_or_else(|| path.to_owned(), |item| item.text.get(Lang::Ja).to_owned())
}

/// A finding in words.
pub fn finding_words(program: &Program, finding: &Finding) -> String {
    program.texts.text(Lang::Ja, &finding.key, &finding.args)
}
