//! 償還払い: what is paid back of payments above the share.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::{day, ledger::ROUNDINGS};
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::nanbyo::refund::{Claim, Month, Refund, refund};
use crate::programs::nanbyo::refund_claim::Payment;
use crate::programs::{Paid, Posted, Stretch};

/// The question.
pub const QUESTION: Question = Question {
    name: "refund",
    about: "償還払い: what is paid back, month by month, of payments beyond the share under the cap",
    example: r#"{"on":"2026-11-10","reason":"before-arrival","rounding":"ten-yen","grants":[{"from":"2026-08-10","to":"2027-07-31","cap":10000,"percent":20,"tier":"general-1","basis":"general"}],"ledger":[{"on":"2026-10-20","institution":"C病院","kind":"outpatient","total":40000,"collected":8000}],"payments":[{"on":"2026-09-03","institution":"A病院","kind":"outpatient","total":60000,"paid":18000,"insurance_share":3},{"on":"2026-10-08","institution":"A病院","kind":"outpatient","total":20000,"paid":6000,"insurance_share":3}]}"#,
    answer: Answering::Direct(answer),
};

const KEYS: [&str; 6] = ["on", "reason", "rounding", "grants", "ledger", "payments"];
const GRANT: [&str; 6] = ["from", "to", "cap", "percent", "tier", "basis"];
const LINE: [&str; 5] = ["on", "institution", "kind", "total", "collected"];
const PAYMENT: [&str; 7] = ["on", "institution", "kind", "total", "paid", "insurance_share", "reimbursed"];
/// Grants, lines and payments that are taken at most.
const MOST: [usize; 3] = [50, 1_000, 1_000];

fn answer(value: &Value, tables: &Tables, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(value, &KEYS)?;
    let payments = rows(&fields, "payments", &PAYMENT, MOST[2], payment)?;
    let mut stretches = rows(&fields, "grants", &GRANT, MOST[0], stretch)?;
    stretches.sort_by_key(|stretch| stretch.from);
    let lines = rows(&fields, "ledger", &LINE, MOST[1], posted)?;
    let rounding = fields.choice("rounding", &ROUNDINGS)?.unwrap_or_default();
    let received_on = day(&fields, "on", on)?;
    let claim = Claim { reason: fields.text("reason")?, received_on, payments: &payments };
    let worked = refund(&claim, &Paid { stretches, lines, rounding }, tables)?;
    Ok(super::shown(worked, result))
}

fn rows<T>(
    fields: &Fields,
    key: &str,
    known: &[&str],
    most: usize,
    read: fn(&Fields) -> Result<T, AskError>,
) -> Result<Vec<T>, AskError> {
    fields.list(key, known, most)?.iter().map(read).collect()
}

fn payment(fields: &Fields) -> Result<Payment, AskError> {
    Ok(Payment {
        path: fields.place().to_owned(),
        on: fields.need("on", Fields::day)?,
        institution: fields.need("institution", Fields::text)?.to_owned(),
        kind: fields.need("kind", Fields::text)?.to_owned(),
        total: fields.need("total", Fields::yen)?,
        paid: fields.need("paid", Fields::yen)?,
        insurance_share: fields.integer("insurance_share", 1..=3)?,
        reimbursed: fields.yen("reimbursed")?.unwrap_or_default(),
    })
}

fn posted(fields: &Fields) -> Result<Posted, AskError> {
    Ok(Posted {
        on: fields.need("on", Fields::day)?,
        institution: fields.need("institution", Fields::text)?.to_owned(),
        kind: fields.need("kind", Fields::text)?.to_owned(),
        total: fields.need("total", Fields::yen)?,
        collected: fields.need("collected", Fields::yen)?,
    })
}

fn stretch(fields: &Fields) -> Result<Stretch, AskError> {
    let (from, to) = (fields.need("from", Fields::day)?, fields.need("to", Fields::day)?);
    if to < from {
        return Err(fields.invalid("to", "not before from"));
    }
    let percent = fields.need("percent", |fields, key| fields.integer(key, 0..=100))?;
    let mut held = Map::new();
    held.insert("cap".to_owned(), json!(fields.need("cap", Fields::yen)?));
    held.insert("share_percent".to_owned(), json!(percent));
    for (key, field) in [("tier", "tier"), ("basis", "cap_basis")] {
        held.extend(fields.text(key)?.map(|text| (field.to_owned(), json!(text))));
    }
    Ok(Stretch { from, to, fields: held.into_iter().collect() })
}

fn result(refund: &Refund) -> Value {
    let months: Vec<Value> = refund.months.iter().map(month).collect();
    json!({ "total": refund.total(), "months_paid_back": refund.paid_back(), "months": months })
}

fn month(month: &Month) -> Value {
    json!({
        "month": month.first,
        "cap": month.cap,
        "percent": month.percent,
        "paid": month.paid,
        "collected": month.collected,
        "due": month.due,
        "refund": month.refund,
    })
}
