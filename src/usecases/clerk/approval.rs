//! 決裁: what waits for a signature, the page of a draft, signing and giving back.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::case::command::Command;
use crate::domain::case::decision::{Content, Draft};
use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::{CommandName, DataClass, State};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Done, carry_out};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::slots::{reason_rows, shown_field};

use super::draft::{Level, chain, shown_fields};
use super::draft_content::appeal_text;
use super::head::{Head, head};
use super::may::may;
use super::panel::Condition;
use super::proposal::Field;
use super::typed::bounded;
use super::verdict::Known;
use super::words;

/// A letter to look at.
#[derive(Clone, Debug, Serialize)]
pub struct LetterLink {
    label: String,
    html: String,
    pdf: String,
}

/// What differs from an earlier decision.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// What.
    pub label: String,
    /// Before.
    pub old: Option<String>,
    /// Now.
    pub new: Option<String>,
    /// Who changed it.
    pub who: Option<String>,
}

/// A draft as shown.
#[derive(Clone, Debug, Serialize)]
pub struct Drafted {
    outcome: String,
    fields: Vec<Field>,
    reasons: Vec<String>,
    facts: String,
    appeal: Option<String>,
    digest: String,
    drafter: String,
    drafted_at: DateTime<Utc>,
}

/// The page of a draft.
#[derive(Clone, Debug, Serialize)]
pub struct ApprovalPage {
    /// The case.
    pub case: Head,
    draft: Drafted,
    letters: Vec<LetterLink>,
    chain: Vec<Level>,
    guards: Vec<Condition>,
    can_sign: bool,
    differences: Vec<Difference>,
    /// The program, for its texts.
    #[serde(skip)]
    pub program: Arc<Program>,
}

/// The draft of a case in 決裁.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or the caller must not see decisions.
pub fn page(house: &House, caller: &Caller, case: &str) -> Result<ApprovalPage, Error> {
    house.read(caller, case, "approval", |conn, opened| {
        let case = &opened.stored.case;
        let draft = case.draft.as_ref().filter(|draft| draft.returned.is_none()).ok_or(Error::NotFound)?;
        if !opened.granted.sees(DataClass::Decision) || case.state != State::Approval {
            return Err(Error::NotFound);
        }
        let guards = conditions(opened, draft);
        Ok(ApprovalPage {
            case: head(house, conn, opened)?,
            draft: drafted(house, opened, draft),
            letters: letters(opened, &draft.content),
            chain: chain(&opened.program, case),
            can_sign: guards.iter().all(|guard| guard.met),
            guards,
            differences: differences(opened, &draft.content),
            program: opened.program.clone(),
        })
    })
}

fn drafted(house: &House, opened: &Opened, draft: &Draft) -> Drafted {
    let (program, content) = (&opened.program, &draft.content);
    let rule = program.definition.outcome(&opened.stored.case.kind, content.outcome);
    let rows = reason_rows(program, content, Lang::Ja);
    let told = |row: &std::collections::BTreeMap<String, String>, key: &str| {
        row.get(key).cloned().unwrap_or_default()
    };
    let fact = |row: &std::collections::BTreeMap<String, String>| {
        let [criterion, required, observed, source] =
            ["criterion", "required", "observed", "source"].map(|key| told(row, key));
        format!("{criterion}\n　基準：{required}\n　確認した内容：{observed}\n　読み取ったところ：{source}")
    };
    let appeal =
        rule.filter(|_| !content.appeal.is_empty()).and_then(|rule| appeal_text(house, program, rule));
    let earlier = opened.stored.case.decision().map(|it| &it.draft.content.fields);
    Drafted {
        outcome: rule.map(|rule| words::text(program, &rule.label)).unwrap_or_default(),
        fields: shown_fields(program, &content.fields, &content.origins, earlier),
        reasons: rows.iter().map(|row| told(row, "text")).collect(),
        facts: rows.iter().map(fact).collect::<Vec<_>>().join("\n"),
        appeal,
        digest: draft.hash.clone(),
        drafter: draft.name.clone(),
        drafted_at: draft.at,
    }
}

fn letters(opened: &Opened, content: &Content) -> Vec<LetterLink> {
    let kind = &opened.stored.case.kind;
    let rules = opened.program.definition.letters_on(kind, CommandName::Finalise, Some(content.outcome));
    let link = |rule: &crate::domain::program::definition::LetterRule| {
        let html = format!("/staff/cases/{}/letters/preview/{}", opened.stored.case.id, rule.code);
        let pdf = format!("{html}.pdf");
        LetterLink { label: words::text(&opened.program, &rule.label), html, pdf }
    };
    rules.into_iter().map(link).collect()
}

/// Why the reader can or cannot sign, in words.
fn conditions(opened: &Opened, draft: &Draft) -> Vec<Condition> {
    let actor = opened.granted.actor();
    let condition = |met: bool, yes: &str, no: &str| Condition {
        met,
        text: if met { yes } else { no }.to_owned(),
        href: None,
    };
    let signed = draft.signatures.iter().any(|signature| signature.by == actor.id);
    let next = draft.next_role().is_some_and(|role| actor.is(role)) && may(opened, CommandName::ApproveLevel);
    vec![
        condition(draft.by != actor.id, "起案した人と別の人です", "自分の起案は決裁できません"),
        condition(!signed, "まだ決裁していません", "この起案はもう決裁しました"),
        condition(next, "いまの段の決裁者です", "いまの段の決裁者ではありません"),
    ]
}

fn differences(opened: &Opened, content: &Content) -> Vec<Difference> {
    let Some(earlier) = opened.stored.case.decision().map(|it| &it.draft.content) else { return Vec::new() };
    let program = &opened.program;
    let shown = |fields: &std::collections::BTreeMap<String, serde_json::Value>, key: &str| {
        fields.get(key).map(|value| shown_field(program, key, value)).filter(|it| !it.is_empty())
    };
    let fields = program.definition.decision.fields.iter();
    let differs = fields.filter(|field| earlier.fields.get(&field.key) != content.fields.get(&field.key));
    differs
        .map(|field| Difference {
            label: words::text(program, &field.label),
            old: shown(&earlier.fields, &field.key),
            new: shown(&content.fields, &field.key),
            who: None,
        })
        .collect()
}

/// Signs the next level of the draft whose hash was shown.
///
/// # Errors
/// `approval.changed`, `approval.four-eyes`, `approval.level`, or as [`carry_out`].
pub fn approve(house: &House, caller: &Caller, known: &Known, hash: &str) -> Result<Done, Error> {
    let (hash, decision) = (hash.to_owned(), house.new_id("dec")?);
    carry_out(house, caller, &known.order(CommandName::ApproveLevel), |_| {
        Ok(Command::ApproveLevel { hash, decision })
    })
}

/// Gives the draft back.
///
/// # Errors
/// `approval.remark`, or as [`carry_out`].
pub fn give_back(house: &House, caller: &Caller, known: &Known, remark: &str) -> Result<Done, Error> {
    let remark = bounded(remark, "remark")?;
    carry_out(house, caller, &known.order(CommandName::ReturnDraft), |_| Ok(Command::ReturnDraft { remark }))
}
