//! Taking a request by the code that stands on the patient's sheet.

use serde_json::json;

use crate::domain::case::command::Command;
use crate::domain::case::work::{WorkItem, WorkState};
use crate::domain::permission::Desk;
use crate::domain::program::vocabulary::CommandName;
use crate::store::users::Designation;
use crate::store::work;

use super::signer;
use crate::usecases::access::Caller;
use crate::usecases::carry_out::{Order, Stage, carry_out};
use crate::usecases::effects::code_token;
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// What the record of access calls it.
const ACTION: &str = "claim_item";

/// Gives the caller the work item of a code, and tells of which case it is. Whose code it is not
/// learns nothing, not even why.
///
/// # Errors
/// `code.unknown` for every reason that lies in the code, the case or the designation.
pub fn claim(house: &House, caller: &Caller, code: &str) -> Result<String, Error> {
    house.seat(caller, Desk::Physician)?;
    let outcome = find(house, code).and_then(|(case_id, kind)| take(house, caller, &case_id, &kind));
    match outcome {
        Err(Error::NotFound | Error::Refused(_)) => {
            let detail = json!({ "keys": ["code.unknown"] });
            house.database.write(|conn| house.record(conn, caller, ACTION, "", "refused", detail))?;
            Err(Error::refused("code.unknown"))
        }
        other => other,
    }
}

fn find(house: &House, code: &str) -> Result<(String, String), Error> {
    Ok(house.database.read(|conn| work::by_code(conn, &code_token(house, code)))?)
}

/// The installation assigns the item: a physician has no right on a case that is not theirs yet.
fn take(house: &House, caller: &Caller, case_id: &str, kind: &str) -> Result<String, Error> {
    if house.database.read(|conn| work::is_assigned(conn, case_id, &caller.actor.id))? {
        return Ok(case_id.to_owned());
    }
    let system = Caller { source: caller.source.clone(), ..Caller::system() };
    let mut order = Order::new(case_id, CommandName::StartItem);
    order.on_behalf_of = &caller.actor.id;
    carry_out(house, &system, &order, |stage| {
        let (_, designation) = signer::account(stage.house, stage.conn, &caller.actor.id)?;
        let item = claimable(stage, &designation, kind)?;
        let detail = json!({ "item": item.id, "designation": designation.kind });
        stage.house.record(stage.conn, caller, ACTION, case_id, "done", detail)?;
        let (kind, assignee) = (kind.to_owned(), caller.actor.id.clone());
        Ok(Command::StartItem { kind, assignee, name: designation.institution })
    })?;
    Ok(case_id.to_owned())
}

/// The item, if nobody has it yet and the designation allows its form.
fn claimable<'a>(stage: &Stage<'a>, designation: &Designation, kind: &str) -> Result<&'a WorkItem, Error> {
    let opened = stage.opened;
    let definition = &opened.program.definition;
    let shape = definition.work_item(kind).filter(|shape| shape.assignee.signs());
    let form = shape.and_then(|shape| shape.form.as_ref()).ok_or(Error::NotFound)?;
    if !signer::entitled(definition, form, &opened.stored.case, designation, stage.stamp.today) {
        return Err(Error::refused("signer.not-entitled"));
    }
    let item = opened.stored.case.work_of(kind);
    item.filter(|item| item.state == WorkState::Planned).ok_or(Error::NotFound)
}
