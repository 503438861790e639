//! 決裁 in bulk: the drafts that were shown, each by its hash, never one's own and none that is adverse.

use crate::domain::bulk::signable;
use crate::domain::case::command::Command;
use crate::domain::case::decision::Draft;
use crate::domain::program::outcome::OutcomeRule;
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::store::bulk::BulkItem;
use crate::usecases::access::Opened;
use crate::usecases::carry_out::{Order as Wish, carry_out, rehearse};
use crate::usecases::clerk::words;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::{AtWork, Seen, refusal_of};

/// What would come of a draft.
pub(super) fn look(house: &House, conn: &mut Conn, at_work: &AtWork, case: &str) -> Result<Seen, Error> {
    let opened = house.open(conn, &at_work.caller, case, at_work.order.action.command())?;
    let version = opened.stored.case.version;
    let Some((draft, rule)) = drafted(&opened) else {
        return Ok(Seen::case(case, version, Err(Refusal::new("case.state"))));
    };
    let (digest, decision) = (draft.hash.clone(), String::new());
    let hash = digest.clone();
    let tried = rehearse(house, conn, &opened, |_| Ok(Command::ApproveLevel { hash, decision }));
    let adverse = signable(rule.code, rule.adverse).map_err(|left_out| Refusal::new(left_out.key()));
    let told = (rule.code.code().to_owned(), words::text(&opened.program, &rule.label));
    let would = adverse.and(refusal_of(tried)?).map(|_| told);
    Ok(Seen { digest, ..Seen::case(case, version, would) })
}

fn drafted(opened: &Opened) -> Option<(&Draft, &OutcomeRule)> {
    let draft = opened.stored.case.draft.as_ref().filter(|draft| draft.returned.is_none())?;
    Some((draft, opened.program.definition.outcome(&opened.stored.case.kind, draft.content.outcome)?))
}

/// Signs the draft that was looked at.
pub(super) fn act(house: &House, at_work: &AtWork, item: &BulkItem, key: &str) -> Result<(), Error> {
    let wish = Wish::new(&item.case_id, at_work.order.action.command()).at(item.version).once(key);
    let (hash, decision) = (item.digest.clone(), house.new_id("dec")?);
    carry_out(house, &at_work.caller, &wish, |_| Ok(Command::ApproveLevel { hash, decision })).map(drop)
}
