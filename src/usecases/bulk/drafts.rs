//! 起案 in bulk: only what the rules plainly propose.

use crate::domain::bulk::plain;
use crate::domain::case::command::Command;
use crate::domain::program::outcome::OutcomeRule;
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::store::bulk::BulkItem;
use crate::usecases::access::Opened;
use crate::usecases::carry_out::{Order as Wish, Stage, carry_out, rehearse};
use crate::usecases::clerk::draft_content::{Numbers, as_proposed, content_beside};
use crate::usecases::clerk::{proposal, words};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::previous;

use super::order::Order;
use super::{AtWork, Seen, refusal_of};

/// What would come of a case.
pub(super) fn look(house: &House, conn: &mut Conn, at_work: &AtWork, case: &str) -> Result<Seen, Error> {
    let order = &at_work.order;
    let opened = house.open(conn, &at_work.caller, case, order.action.command())?;
    let tried = rehearse(house, conn, &opened, |stage| drafted(stage, order, Numbers::Promise));
    let told = granting(&opened).map(|rule| told(&opened, rule));
    let would = refusal_of(tried)?.and(told);
    Ok(Seen::case(case, opened.stored.case.version, would))
}

fn told(opened: &Opened, rule: &OutcomeRule) -> (String, String) {
    (rule.code.code().to_owned(), words::text(&opened.program, &rule.label))
}

/// Drafts a case at the version that was looked at.
pub(super) fn act(house: &House, at_work: &AtWork, item: &BulkItem, key: &str) -> Result<(), Error> {
    let order = &at_work.order;
    let wish = Wish::new(&item.case_id, order.action.command()).at(item.version).once(key);
    carry_out(house, &at_work.caller, &wish, |stage| drafted(stage, order, Numbers::Issue)).map(drop)
}

fn drafted(stage: &mut Stage, order: &Order, numbers: Numbers) -> Result<Command, Error> {
    let (house, opened) = (stage.house, stage.opened);
    let proposed = proposal::of(house, stage.conn, opened)?;
    let before = previous::fields_before(house, stage.conn, opened)?;
    let shape = &opened.program.definition.decision;
    let earlier = (!before.is_empty()).then_some(&before);
    plain(order.criteria, proposed.as_ref(), earlier, &shape.fields, [&shape.starts, &shape.ends])
        .map_err(|left_out| Refusal::new(left_out.key()))?;
    let proposed = proposed.unwrap_or_default();
    let outcome = granting(opened)?.code;
    let typed = as_proposed(&opened.program, &proposed, outcome);
    let content = content_beside(house, stage.conn, opened, &typed, &proposed, numbers)?;
    Ok(Command::DraftDecision { content: Box::new(content) })
}

/// The outcome that gives what was asked.
fn granting(opened: &Opened) -> Result<&OutcomeRule, Refusal> {
    let mut rules = opened.program.definition.outcomes_of(&opened.stored.case.kind);
    rules.find(|rule| rule.code.grants() && !rule.adverse).ok_or_else(|| Refusal::new("draft.outcome"))
}
