//! 起案: the page on which a decision is drafted, and the drafting.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::domain::calendar::{DateStyle, show};
use crate::domain::case::Case;
use crate::domain::case::command::Command;
use crate::domain::case::facts::{facts, returned, unseen};
use crate::domain::program::Program;
use crate::domain::program::outcome::{DecisionField, OutcomeRule};
use crate::domain::program::phrases::RefusalPhrase;
use crate::domain::program::vocabulary::{CaseKind, CommandName, FieldSource, FieldType, Outcome};
use crate::domain::proposal::{Finding, Proposal};
use crate::store::Conn;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Done, carry_out, items};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::slots::shown_field;

use super::dossier::Choice;
use super::draft_content::{Numbers, Typed, TypedReason, appeal_text, boxed, content, held, office_value};
use super::head::{Head, head};
use super::may::may;
use super::panel::{Condition, conditions};
use super::proposal::{self, Line};
use super::verdict::Known;
use super::words;

/// An outcome to choose.
#[derive(Clone, Debug, Serialize)]
pub struct OutcomeChoice {
    value: &'static str,
    label: String,
    checked: bool,
}

/// A field of the decision.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    name: String,
    label: String,
    value: String,
    proposed: Option<String>,
    origin: String,
    working: Vec<Line>,
    input: bool,
    options: Vec<Choice>,
    why: String,
}

/// A reason that can be given.
#[derive(Clone, Debug, Serialize)]
pub struct ReasonChoice {
    value: String,
    label: String,
    law: String,
    outcomes: String,
    checked: bool,
    criterion: String,
    required: String,
    observed: String,
    source: String,
}

/// One level of 決裁.
#[derive(Clone, Debug, Serialize)]
pub struct Level {
    role: String,
    name: Option<String>,
    at: Option<chrono::DateTime<chrono::Utc>>,
    state: &'static str,
}

/// The drafting page.
#[derive(Clone, Debug, Serialize)]
pub struct DraftPage {
    /// The case.
    pub case: Head,
    outcomes: Vec<OutcomeChoice>,
    fields: Vec<Field>,
    reasons: Vec<ReasonChoice>,
    appeal: Option<String>,
    letters: Vec<Choice>,
    guards: Vec<Condition>,
    chain: Vec<Level>,
    warnings: Vec<String>,
    returned: Option<String>,
    /// The program, for its texts.
    #[serde(skip)]
    pub program: Arc<Program>,
}

/// The drafting page: as typed, else as an approver returned it, else as the rules propose.
///
/// # Errors
/// [`Error::NotFound`] when the caller must not draft.
pub fn page(house: &House, caller: &Caller, case: &str, typed: Option<&Typed>) -> Result<DraftPage, Error> {
    house.read(caller, case, "draft", |conn, opened| {
        if !may(opened, CommandName::DraftDecision) {
            return Err(Error::NotFound);
        }
        let proposed = proposal::of(house, conn, opened)?.unwrap_or_default();
        let start = typed.cloned().unwrap_or_else(|| beginning(opened, &proposed));
        build(house, conn, opened, &proposed, &start)
    })
}

fn build(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    proposed: &Proposal,
    typed: &Typed,
) -> Result<DraftPage, Error> {
    let program = &opened.program;
    let kind = &opened.stored.case.kind;
    let chosen = Outcome::from_code(&typed.outcome).and_then(|code| program.definition.outcome(kind, code));
    let warnings = proposed.findings.iter().map(|it| proposal::finding_words(program, it)).collect();
    let back = opened.stored.case.draft.as_ref().and_then(|draft| draft.returned.clone());
    let shape = program.definition.decision.fields.iter().filter(|field| field.belongs_to(kind));
    Ok(DraftPage {
        case: head(house, conn, opened)?,
        outcomes: program.definition.outcomes_of(kind).map(|rule| outcome(program, rule, typed)).collect(),
        fields: shape.map(|field| self::field(house, opened, field, proposed, typed)).collect(),
        reasons: program
            .phrases
            .refusals
            .iter()
            .map(|phrase| reason(program, phrase, proposed, typed))
            .collect(),
        appeal: chosen
            .or(program.definition.outcomes_of(kind).next())
            .and_then(|rule| appeal_text(house, program, rule)),
        letters: letters(program, kind, chosen),
        guards: guards(house, conn, opened)?,
        chain: chosen.map(|rule| levels(program, &rule.approvers)).unwrap_or_default(),
        warnings,
        returned: back,
        program: program.clone(),
    })
}

/// What stands on the page before anything is typed.
fn beginning(opened: &Opened, proposed: &Proposal) -> Typed {
    let case = &opened.stored.case;
    let returned = case.draft.as_ref().filter(|draft| draft.returned.is_some()).map(|draft| &draft.content);
    let mut typed = Typed::default();
    for field in &opened.program.definition.decision.fields {
        let earlier = returned.and_then(|content| content.fields.get(&field.key));
        let value = earlier.or_else(|| proposed.value(&field.key)).unwrap_or(&Value::Null);
        typed.fields.insert(field.key.clone(), boxed(value));
        let origin = returned.and_then(|content| content.origins.get(&field.key));
        let why = origin.and_then(|origin| origin.strip_prefix("担当者の判断："));
        typed.whys.insert(field.key.clone(), why.unwrap_or_default().to_owned());
    }
    if let Some(content) = returned {
        typed.outcome = content.outcome.code().to_owned();
        typed.reasons = content.reasons.iter().map(|it| (it.code.clone(), typed_reason(it))).collect();
    } else if let Some((outcome, code, reason)) = from_committee(opened, proposed) {
        typed.outcome = outcome.code().to_owned();
        typed.reasons.insert(code, reason);
    }
    typed
}

/// The outcome and the reason that follow from a committee's finding that a condition is not met.
fn from_committee(opened: &Opened, proposed: &Proposal) -> Option<(Outcome, String, TypedReason)> {
    let program = &opened.program;
    let found = opened.stored.case.committee.as_ref().filter(|found| !found.met)?;
    let phrase = program.phrases.refusal(found.criterion.as_deref()?)?;
    let gives = |rule: &&OutcomeRule| rule.require.is_some() && rule.reasons.contains(&phrase.code);
    let rule = program.definition.outcomes.iter().find(gives)?;
    let mut told = told(program, phrase, proposed);
    if told.observed.is_empty() {
        told.observed.clone_from(&found.opinion);
    }
    let name = program.definition.committee.as_ref().map(|shape| words::text(program, &shape.label))?;
    let session = format!("{name}（{}）の意見", show(found.held_on, DateStyle::WarekiFirst));
    told.source =
        [told.source, session].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join("、");
    Some((rule.code, phrase.code.clone(), told))
}

fn typed_reason(reason: &crate::domain::case::decision::Reason) -> TypedReason {
    TypedReason {
        criterion: reason.criterion.clone(),
        required: reason.required.clone(),
        observed: reason.observed.clone(),
        source: reason.source.clone(),
    }
}

fn outcome(program: &Program, rule: &OutcomeRule, typed: &Typed) -> OutcomeChoice {
    let value = rule.code.code();
    OutcomeChoice { value, label: words::text(program, &rule.label), checked: value == typed.outcome }
}

fn field(house: &House, opened: &Opened, field: &DecisionField, proposed: &Proposal, typed: &Typed) -> Field {
    let program = &opened.program;
    let found = proposed.fields.get(&field.key);
    let input = matches!(field.from, FieldSource::Rules | FieldSource::Clerk);
    let typed_value = typed.fields.get(&field.key).cloned().unwrap_or_default();
    let (value, origin) = match field.from {
        FieldSource::Office => (boxed(&office_value(house, &field.key)), "実施機関の設定".to_owned()),
        FieldSource::System => {
            let number = held(opened, &field.key).map(|it| boxed(&it));
            (number.unwrap_or_else(|| "起案のときに付きます".to_owned()), "自動で付く番号".to_owned())
        }
        FieldSource::Rules => (typed_value, found.and_then(proposal::source).unwrap_or_default()),
        FieldSource::Clerk => (typed_value, "担当者が入力".to_owned()),
    };
    Field {
        name: field.key.clone(),
        label: words::text(program, &field.label),
        value,
        proposed: found.map(|value| proposal::shown(program, &field.key, value)),
        origin,
        working: found.map(|value| proposal::working(program, &value.steps)).unwrap_or_default(),
        input,
        options: options(program, field),
        why: typed.whys.get(&field.key).cloned().unwrap_or_default(),
    }
}

fn options(program: &Program, field: &DecisionField) -> Vec<Choice> {
    let codes: Vec<Value> = match field.kind {
        FieldType::Enum => field.options.iter().map(|code| Value::from(code.as_str())).collect(),
        FieldType::Bool => vec![Value::from(true), Value::from(false)],
        _ => Vec::new(),
    };
    let choice =
        |value: &Value| Choice { value: boxed(value), label: shown_field(program, &field.key, value) };
    codes.iter().map(choice).collect()
}

/// A reason with its facts: as typed, else as the finding that says the same tells them.
fn reason(program: &Program, phrase: &RefusalPhrase, proposed: &Proposal, typed: &Typed) -> ReasonChoice {
    let given = typed.reasons.get(&phrase.code);
    let reason = given.cloned().unwrap_or_else(|| told(program, phrase, proposed));
    let TypedReason { criterion, required, observed, source } = reason;
    let rules = program.definition.outcomes.iter().filter(|rule| rule.reasons.contains(&phrase.code));
    let outcomes: Vec<String> = rules.map(|rule| words::text(program, &rule.label)).collect();
    ReasonChoice {
        value: phrase.code.clone(),
        label: phrase.label.clone(),
        law: phrase.legal_basis.clone(),
        outcomes: outcomes.join("・"),
        checked: given.is_some(),
        criterion,
        required,
        observed,
        source,
    }
}

/// The facts of a reason as the finding that says the same tells them.
fn told(program: &Program, phrase: &RefusalPhrase, proposed: &Proposal) -> TypedReason {
    let finding = proposed.findings.iter().find(|it| says(it, &phrase.code));
    let fact = |name: &str| finding.and_then(|it| it.args.get(name)).cloned().unwrap_or_default();
    let field = finding.and_then(|it| it.field.as_deref());
    TypedReason {
        criterion: Some(fact("criterion"))
            .filter(|it| !it.is_empty())
            .unwrap_or_else(|| phrase.label.clone()),
        required: fact("required"),
        observed: fact("observed"),
        source: field.map(|path| place(program, path)).unwrap_or_default(),
    }
}

/// A finding and a reason of the same name say the same.
fn says(finding: &Finding, code: &str) -> bool {
    finding.key.strip_prefix("finding.").is_some_and(|name| name.replace('-', "_") == code)
}

/// An item by its slot path, in words.
fn place(program: &Program, path: &str) -> String {
    let (root, item) = path.split_once('.').unwrap_or(("", path));
    let forms = &program.definition.forms;
    let form = forms.of_input(root).and_then(|name| program.forms.get(name));
    let Some(form) = form else { return path.to_owned() };
    let ja = crate::domain::lang::Lang::Ja;
    let label = form.item(crate::usecases::slots::link_id(item)).map_or(item, |item| item.text.get(ja));
    format!("{}「{label}」", form.title(ja))
}

/// The letters that the decision would cause.
fn letters(program: &Program, kind: &CaseKind, chosen: Option<&OutcomeRule>) -> Vec<Choice> {
    let rules = program.definition.letters_on(kind, CommandName::Finalise, chosen.map(|rule| rule.code));
    rules
        .into_iter()
        .map(|rule| Choice { value: rule.code.clone(), label: words::text(program, &rule.label) })
        .collect()
}

/// What must hold before a draft, and what each outcome asks besides.
fn guards(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<Condition>, Error> {
    let items = items(house, conn, opened)?;
    let case = &opened.stored.case;
    let mut found = conditions(opened, unseen(case, &items).count(), returned(case).count());
    let known = facts(case, &items, house.today());
    for rule in opened.program.definition.outcomes_of(&case.kind) {
        let Some(guard) = &rule.require else { continue };
        let met = guard.holds(&known);
        let label = words::text(&opened.program, &rule.label);
        let unmet = rule.refusal.as_deref().map(|key| words::text(&opened.program, key));
        let text = match (met, unmet) {
            (false, Some(refusal)) => format!("{label}にするとき：{refusal}"),
            _ => format!("{label}にするときの条件を満たしています"),
        };
        let href = (!met).then(|| format!("/staff/cases/{}/act/refer", case.id));
        found.push(Condition { met, text, href });
    }
    Ok(found)
}

fn levels(program: &Program, roles: &[String]) -> Vec<Level> {
    let level = |(at, role): (usize, &String)| Level {
        role: role_words(program, role),
        name: None,
        at: None,
        state: if at == 0 { "waiting" } else { "next" },
    };
    roles.iter().enumerate().map(level).collect()
}

fn role_words(program: &Program, role: &str) -> String {
    program.definition.role(role).map_or_else(|| role.to_owned(), |it| words::text(program, &it.label))
}

/// The levels of the draft in 決裁, or of the newest decision.
pub fn chain(program: &Program, case: &Case) -> Vec<Level> {
    let draft = case.draft.as_ref().or_else(|| case.decision().map(|it| &it.draft));
    let Some(draft) = draft else { return Vec::new() };
    let mut levels = levels(program, &draft.levels);
    for (level, signature) in levels.iter_mut().zip(&draft.signatures) {
        level.name = Some(signature.name.clone());
        level.at = Some(signature.at);
        level.state = "signed";
    }
    if let Some(next) = levels.get_mut(draft.signatures.len()) {
        next.state = "waiting";
    }
    levels
}

/// Drafts the decision and sends it into 決裁.
///
/// # Errors
/// What was typed wrong, `draft.…`, or as [`carry_out`].
pub fn submit(house: &House, caller: &Caller, known: &Known, typed: &Typed) -> Result<Done, Error> {
    carry_out(house, caller, &known.order(CommandName::DraftDecision), |stage| {
        let content = content(stage.house, stage.conn, stage.opened, typed, Numbers::Issue)?;
        Ok(Command::DraftDecision { content: Box::new(content) })
    })
}

/// Fields as shown on a page that only shows them.
pub fn shown_fields(
    program: &Program,
    fields: &BTreeMap<String, Value>,
    origins: &BTreeMap<String, String>,
    earlier: Option<&BTreeMap<String, Value>>,
) -> Vec<proposal::Field> {
    let shape = program.definition.decision.fields.iter();
    let known = shape.filter_map(|field| Some((field, fields.get(&field.key).filter(|it| !it.is_null())?)));
    known
        .map(|(field, value)| {
            let label = words::text(program, &field.label);
            let before =
                earlier.and_then(|it| it.get(&field.key)).map(|it| shown_field(program, &field.key, it));
            proposal::Field::plain(
                label,
                shown_field(program, &field.key, value),
                origins.get(&field.key).cloned(),
            )
            .instead_of(before)
        })
        .collect()
}
