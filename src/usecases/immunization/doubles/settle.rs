//! What a person says of a pair: one dose, told twice, or two doses.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::domain::immunization::Immunization;
use crate::domain::immunization::double::{Item, merged};
use crate::domain::refusal::Refusal;
use crate::store::immunization_subjects::StoredSubject;
use crate::store::{Conn, StoreError, dose_doubles, immunizations, vouchers};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::give::{corrected, next, noted};
use crate::usecases::immunization::{exchange, record};

use super::listed::opened;

/// The reason of the line that takes the place of two.
const REASON: &str = "同じ接種の記録が二つあったため、一つにまとめた";

/// Which side stands, and which of the items that differ are taken from which side: `one` or `other`.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// The line that stands.
    pub stands: String,
    /// Sides by the codes of items; an item that is not named stays with the line that stands.
    pub items: BTreeMap<String, String>,
}

/// The two are one dose: a new line takes the place of both. The voucher of the line that stands goes with it, else that
/// of the other; the register keeps one row and withdraws the other.
///
/// # Errors
/// `double.choice` without a line that stands; `double.over` when the pair is settled; [`Error::NotFound`].
pub fn merge(
    house: &House,
    caller: &Caller,
    (one, other): (&str, &str),
    choice: &Choice,
) -> Result<String, Error> {
    if !["one", "other"].contains(&choice.stands.as_str()) {
        return Err(Refusal::new("double.choice").at("stands").into());
    }
    noted(house, caller, "", |conn| {
        let (ledger, [first, second]) = opened(house, conn, caller, one, other)?;
        let (stands, gives) = if choice.stands == "one" { (first, second) } else { (second, first) };
        let line = line(house, caller, &ledger.lines(conn)?, (&stands, &gives), &taken(choice))?;
        settled(conn, house, caller, (one, other), "merged")?;
        dose_doubles::over(conn, &gives.id, &caller.actor.id, house.now())?;
        immunizations::absorb(conn, &ledger.stored, &gives.id, &line.id)?;
        corrected(record::correct(house, conn, caller, &ledger.stored, line.clone()))?;
        voucher(conn, &ledger.stored, &gives.id, &line.id)?;
        exchange::withdraw(house, conn, &ledger.stored, &gives)?;
        let subject = ledger.subject().id.clone();
        let detail = json!({ "subject": subject, "line": line.id, "of": [one, other] });
        house.record(conn, caller, "merge_doubles", &subject, "done", detail)?;
        Ok(subject)
    })
}

fn taken(choice: &Choice) -> BTreeSet<Item> {
    let foreign = choice.items.iter().filter(|(_, side)| **side != choice.stands);
    foreign.filter_map(|(item, _)| Item::from_code(item)).collect()
}

fn line(
    house: &House,
    caller: &Caller,
    lines: &[Immunization],
    (stands, gives): (&Immunization, &Immunization),
    taken: &BTreeSet<Item>,
) -> Result<Immunization, Error> {
    let mut line = merged(stands, gives, taken);
    line.id = house.new_id("imm")?;
    line.author.clone_from(&caller.actor.id);
    line.at = house.now();
    line.content.by.clone_from(&caller.actor.name);
    REASON.clone_into(&mut line.content.reason);
    let others: Vec<Immunization> =
        lines.iter().filter(|it| it.id != stands.id && it.id != gives.id).cloned().collect();
    line.nth = next(&others, &line);
    Ok(line)
}

/// A voucher can be used by one line only: where both lines had used one, the second was never used up.
fn voucher(conn: &mut Conn, of: &StoredSubject, before: &str, after: &str) -> Result<(), Error> {
    let all = vouchers::of_subject(conn, &of.subject.id)?;
    match all.iter().any(|it| it.used_by.as_deref() == Some(after)) {
        true => Ok(vouchers::give_back(conn, before)?),
        false => Ok(vouchers::pass_on(conn, before, after)?),
    }
}

/// The two are different doses, and nobody is asked again.
///
/// # Errors
/// `double.over` when the pair is settled; [`Error::NotFound`].
pub fn part(house: &House, caller: &Caller, (one, other): (&str, &str)) -> Result<String, Error> {
    noted(house, caller, "", |conn| {
        let (ledger, _) = opened(house, conn, caller, one, other)?;
        settled(conn, house, caller, (one, other), "apart")?;
        let subject = ledger.subject().id.clone();
        let detail = json!({ "subject": subject, "of": [one, other] });
        house.record(conn, caller, "part_doubles", &subject, "done", detail)?;
        Ok(subject)
    })
}

fn settled(
    conn: &mut Conn,
    house: &House,
    caller: &Caller,
    pair: (&str, &str),
    state: &str,
) -> Result<(), Error> {
    match dose_doubles::settle(conn, pair, state, &caller.actor.id, house.now()) {
        Err(StoreError::Moved) => Err(Error::refused("double.over")),
        other => Ok(other?),
    }
}
