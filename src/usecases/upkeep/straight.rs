//! Decisions by rule alone: what was filed under a kind that the program names, and leaves nothing to ask, is
//! granted; everything else stays with the office, with a note that says why.

use crate::domain::case::command::Command;
use crate::domain::case::facts::facts;
use crate::domain::case::straight::{ToClerk, weigh};
use crate::domain::program::answers::codes;
use crate::domain::program::outcome::OutcomeRule;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::messages::{self, Message};
use crate::store::{Conn, filed};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Order, Stage, carry_out};
use crate::usecases::clerk::draft_content::{Numbers, as_proposed, content_beside};
use crate::usecases::clerk::{proposal, words};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::standing;

use super::{PAGE, Step, one};

/// Looks at every case that was filed under a program with such a rule; returns how many were decided.
pub(super) fn run(house: &House) -> Result<usize, Error> {
    let mut decided = 0;
    let named = house.programs.offered().filter(|it| it.definition.straight_through.is_some());
    for program in named.map(|it| it.definition.id.clone()).collect::<Vec<_>>() {
        let mut after = String::new();
        loop {
            let page = house.database.read(|conn| filed::of(conn, &program, &after, PAGE))?;
            let Some(last) = page.last() else { break };
            after.clone_from(last);
            for case in &page {
                decided += usize::from(one(look(house, case), case)? == Step::Ended);
            }
        }
    }
    Ok(decided)
}

fn look(house: &House, case: &str) -> Result<Step, Error> {
    let found = house.database.read(|conn| {
        let opened = house.open(conn, &Caller::system(), case, CommandName::DecideByRule)?;
        weighed(house, conn, &opened)
    })?;
    match found {
        None => Ok(Step::Nothing),
        Some(Ok(())) => decide(house, case).map(|()| Step::Ended),
        Some(Err(reason)) => tell(house, case, &reason).map(|()| Step::Nothing),
    }
}

/// `None` for a kind that the case's own edition of the program does not name.
fn weighed(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Option<Result<(), ToClerk>>, Error> {
    let (definition, case) = (&opened.program.definition, &opened.stored.case);
    let rule = definition.straight_through.as_ref().filter(|it| it.kinds.contains(&case.kind));
    let Some(rule) = rule else { return Ok(None) };
    let today = house.today();
    let mut known = facts(case, &Default::default(), today);
    known.answers = codes(&standing::answers(conn, opened)?);
    let proposed = proposal::of(house, conn, opened)?;
    // Without a share everything goes to a clerk.
    let percent = rule.sample_percent.number(today, &house.settings).unwrap_or(100);
    Ok(Some(weigh(case, rule, &known, proposed.as_ref(), percent)))
}

fn decide(house: &House, case: &str) -> Result<(), Error> {
    let order = Order::new(case, CommandName::DecideByRule);
    carry_out(house, &Caller::system(), &order, decided)?;
    tracing::info!(%case, "decided by rule");
    Ok(())
}

/// Weighed again where it is decided, so that nothing comes between.
fn decided(stage: &mut Stage) -> Result<Command, Error> {
    let (house, opened) = (stage.house, stage.opened);
    if weighed(house, stage.conn, opened)? != Some(Ok(())) {
        return Err(Refusal::new("case.state").into());
    }
    let proposed = proposal::of(house, stage.conn, opened)?.unwrap_or_default();
    let typed = as_proposed(&opened.program, &proposed, granting(opened)?.code);
    let content = content_beside(house, stage.conn, opened, &typed, &proposed, Numbers::Issue)?;
    Ok(Command::DecideByRule { content: Box::new(content), decision: house.new_id("dec")? })
}

/// The outcome that gives what was asked.
fn granting(opened: &Opened) -> Result<&OutcomeRule, Refusal> {
    let mut rules = opened.program.definition.outcomes_of(&opened.stored.case.kind);
    rules.find(|rule| rule.code.grants() && !rule.adverse).ok_or_else(|| Refusal::new("draft.outcome"))
}

/// A note for whoever takes the case up, once.
fn tell(house: &House, case: &str, reason: &ToClerk) -> Result<(), Error> {
    let key = format!("by-rule/{case}");
    let order = Order::new(case, CommandName::AddNote).once(&key);
    carry_out(house, &Caller::system(), &order, |stage| {
        let text = said(stage.opened, reason);
        let (author, at) = (stage.stamp.by.clone(), stage.stamp.at);
        let id = stage.house.new_id("msg")?;
        let message = Message { id, side: "note".to_owned(), author, text, at, read_at: None };
        messages::insert(stage.conn, &stage.opened.stored, &message)?;
        Ok(Command::Say { note: true, message: message.id })
    })?;
    Ok(())
}

fn said(opened: &Opened, reason: &ToClerk) -> String {
    let why = match reason {
        ToClerk::Condition => "制度が定める条件に合わない".to_owned(),
        ToClerk::Missing => "後から出る書類などがある".to_owned(),
        ToClerk::Duplicate => "重複の疑いがある".to_owned(),
        ToClerk::NoProposal => "判定の提案がない".to_owned(),
        ToClerk::Sampled => "抽出による確認に当たった".to_owned(),
        ToClerk::Findings(keys) => {
            let names: Vec<String> = keys.iter().map(|key| words::text(&opened.program, key)).collect();
            format!("確かめることがある\n{}", names.join("\n"))
        }
    };
    format!("規則だけでは決定せず、担当者に回しました。理由：{why}")
}
