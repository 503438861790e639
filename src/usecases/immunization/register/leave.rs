//! What the office changes of a person: they move out or die and their vouchers with them, one voucher is cancelled, the
//! number by which the national register knows them is entered.

use chrono::NaiveDate;
use serde_json::json;

use crate::domain::calendar::EnteredDate;
use crate::domain::numbers::MyNumber;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::{StoreError, immunization_numbers, vouchers};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{self, Ledger};
use crate::usecases::immunization::{exchange, subjects};

/// Why the office cancels a voucher, as stored and as shown.
pub const REASONS: [(&str, &str); 4] = [
    ("lost", "紛失の届出があった"),
    ("mistaken", "誤って交付した"),
    ("returned", "返された"),
    ("declined", "本人か保護者が希望しない"),
];

/// How a person leaves the town, as stored with their vouchers and as shown.
pub const LEAVINGS: [(&str, &str); 2] = [("moved_out", "転出"), ("died", "死亡")];

/// Enters that a person moved out or died; what they have left of vouchers ends.
///
/// # Errors
/// `register.choice` for no way to leave; `register.left` for what is no day of their life up to today.
pub fn leave(house: &House, caller: &Caller, subject: &str, how: &str, typed: &str) -> Result<(), Error> {
    let known = LEAVINGS.iter().find(|(key, _)| *key == how);
    let (how, _) = known.ok_or_else(|| Refusal::new("register.choice").at("how"))?;
    house.database.write(|conn| {
        let mut ledger = access::open(house, conn, caller, subject, CommandName::KeepImmunizations)?;
        let on = day(house, &ledger, typed)?;
        let left = &mut ledger.stored.subject;
        match *how {
            "died" => left.died_on = Some(on),
            _ => left.moved_out_on = Some(on),
        }
        let ended = vouchers::cancel(conn, subject, None, how, house.now())?;
        subjects::save(house, conn, &ledger.stored)?;
        let detail = json!({ "subject": subject, "how": how, "on": on, "ended": ended });
        house.record(conn, caller, "move_out_subject", subject, "done", detail)
    })
}

fn day(house: &House, ledger: &Ledger, typed: &str) -> Result<NaiveDate, Error> {
    let day = EnteredDate::parse(typed).ok().and_then(|entered| entered.date.day());
    let lived = day.filter(|day| *day >= ledger.subject().birth && *day <= house.today());
    lived.ok_or_else(|| Refusal::new("register.left").at("left").into())
}

/// Enters that a person lives in the town again, or that they never left or died. Vouchers that ended stay ended.
///
/// # Errors
/// [`Error::NotFound`].
pub fn come_back(house: &House, caller: &Caller, subject: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        let mut ledger = access::open(house, conn, caller, subject, CommandName::KeepImmunizations)?;
        (ledger.stored.subject.moved_out_on, ledger.stored.subject.died_on) = (None, None);
        subjects::save(house, conn, &ledger.stored)?;
        house.record(conn, caller, "move_in_subject", subject, "done", json!({ "subject": subject }))
    })
}

/// Keeps the 個人番号 of a person, by which the national register knows them. It is never shown again.
///
/// # Errors
/// `register.my-number` for what is none.
pub fn number(house: &House, caller: &Caller, subject: &str, typed: &str) -> Result<(), Error> {
    let number = MyNumber::parse(typed).map_err(|_| Refusal::new("register.my-number").at("my-number"))?;
    house.database.write(|conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::KeepImmunizations)?;
        immunization_numbers::keep(conn, &ledger.stored, number.expose(), house.now())?;
        exchange::everything(house, conn, &ledger.stored)?;
        house.record(conn, caller, "keep_subject_number", subject, "done", json!({ "subject": subject }))
    })
}

/// Cancels a voucher.
///
/// # Errors
/// `register.choice` without a reason; `register.voucher` when it was used or has ended.
pub fn cancel(
    house: &House,
    caller: &Caller,
    subject: &str,
    number: &str,
    reason: &str,
) -> Result<(), Error> {
    if !REASONS.iter().any(|(key, _)| *key == reason) {
        return Err(Refusal::new("register.choice").at(&format!("why-{number}")).into());
    }
    house.database.write(|conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::KeepImmunizations)?;
        match vouchers::cancel_one(conn, subject, number, reason, house.now()) {
            Err(StoreError::Moved) => return Err(Error::refused("register.voucher")),
            other => other?,
        }
        exchange::person(house, conn, &ledger.stored)?;
        let detail = json!({ "subject": subject, "voucher": number, "reason": reason });
        house.record(conn, caller, "cancel_voucher", subject, "done", detail)
    })
}
