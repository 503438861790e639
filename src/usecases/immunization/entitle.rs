//! What a granted decision does in the ledger, in the decision's own transaction: it issues vouchers, and enters the
//! doses of which the application told.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::domain::case::Origin;
use crate::domain::case::decision::{Content, Decision};
use crate::domain::immunization::record::Person;
use crate::domain::immunization::{
    Circumstances, Entitled, Entitlement, Sex, Voucher, VoucherState, voucher,
};
use crate::store::immunization_subjects::StoredSubject;
use crate::store::{Conn, decisions, immunization_subjects, vouchers};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::clerk::proposal;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::{slots, standing};

use super::guardians::shield;
use super::subjects::{self, Told};
use super::{brought, exchange};

/// The series of the numbers of vouchers.
const SERIES: &str = "voucher";

/// Issues what a case was just granted, and enters what it told. A voucher for the same dose that was not used ends
/// by it.
///
/// # Errors
/// When answers cannot be read or the database fails; then the decision fails with it.
pub fn decided(house: &House, conn: &mut Conn, opened: &Opened) -> Result<(), Error> {
    let decision = opened.stored.case.decision().filter(|it| it.draft.content.outcome.grants());
    let Some(decision) = decision else { return Ok(()) };
    let Some(entitled) = proposal::entitled(house, conn, opened)? else { return Ok(()) };
    let doses: Vec<&Entitlement> =
        entitled.doses.iter().filter(|dose| is_named(opened, &decision.draft.content, dose)).collect();
    let brought = brought::named(opened, &decision.draft.content, &entitled);
    let any = !doses.is_empty() || !brought.is_empty();
    let Some(told) = told(conn, opened, &entitled.circumstances)?.filter(|_| any) else { return Ok(()) };
    let stored = subjects::enter(house, conn, &opened.stored.case.program, &told)?;
    guard(house, conn, opened, decision, &entitled, &stored)?;
    for dose in doses {
        issue(house, conn, opened, &decision.draft.content, &stored, dose)?;
    }
    exchange::person(house, conn, &stored)?;
    brought::enter(house, conn, opened, &stored, &brought)
}

/// Whether the decision names a dose, as the rules proposed it or as a clerk left it.
fn is_named(opened: &Opened, content: &Content, dose: &Entitlement) -> bool {
    let listed = &opened.program.definition.decision.listed;
    let texts = listed.iter().filter_map(|key| content.fields.get(key)).filter_map(Value::as_str);
    texts.into_iter().any(|text| text.split('／').any(|line| line.starts_with(&format!("{}：", dose.label))))
}

/// The applicant sees the ledger from now on, if they are the person or a guardian and somebody at the office
/// has looked at that. What was decided by rule alone was looked at by nobody.
fn guard(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    decision: &Decision,
    entitled: &Entitled,
    stored: &StoredSubject,
) -> Result<(), Error> {
    let case = &opened.stored.case;
    let seen = !decision.draft.signatures.is_empty() && case.origin == Origin::Online;
    if !entitled.guardian || !seen || case.agency.is_some() {
        return Ok(());
    }
    // Of a guarded person nobody learns anything by applying for them; the office lets the right one join.
    let known = immunization_subjects::is_guardian(conn, &stored.subject.id, &case.applicant)?;
    if !known && shield::is_shielded(house, conn, &stored.subject.id)? {
        let detail = json!({ "subject": stored.subject.id });
        return house.record(conn, &Caller::system(), "hold_guardian", &case.id, "done", detail);
    }
    immunization_subjects::add_guardian(conn, &stored.subject.id, &case.applicant, house.now())?;
    if case.protected { shield::protection(house, conn, case, &[]) } else { Ok(()) }
}

fn issue(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    content: &Content,
    stored: &StoredSubject,
    dose: &Entitlement,
) -> Result<(), Error> {
    let Some((from, to)) = days(house, content, dose) else { return Ok(()) };
    let subject = &stored.subject.id;
    let ended = vouchers::cancel(conn, subject, Some((&dose.vaccine, &dose.dose)), "reissued", house.now())?;
    let voucher = Voucher {
        id: house.new_id("vou")?,
        number: voucher::number(decisions::next_number(conn, SERIES)?),
        subject: subject.clone(),
        case: Some(opened.stored.case.id.clone()),
        vaccine: dose.vaccine.clone(),
        product: dose.product.clone(),
        dose: dose.dose.clone(),
        valid_from: from,
        valid_to: to,
        state: VoucherState::Issued,
        used_by: None,
        reason: String::new(),
    };
    vouchers::insert(conn, &voucher, house.now())?;
    let detail = json!({ "subject": subject, "voucher": voucher.number, "ended": ended });
    house.record(conn, &Caller::system(), "issue_voucher", &opened.stored.case.id, "done", detail)
}

/// The days of a dose, within those of the decision; `None` where none is left.
fn days(house: &House, content: &Content, dose: &Entitlement) -> Option<(NaiveDate, Option<NaiveDate>)> {
    let begins = content.effective_from.unwrap_or_else(|| house.today());
    let from = dose.from.map_or(begins, |from| from.max(begins));
    let to = [dose.to, content.valid_to].into_iter().flatten().min();
    to.is_none_or(|to| from <= to).then_some((from, to))
}

/// The person as the application tells of them; `None` without a birth date.
fn told(conn: &mut Conn, opened: &Opened, holds: &Circumstances) -> Result<Option<Told>, Error> {
    let answers = standing::answers(conn, opened)?;
    let subject = &opened.program.definition.subject;
    let (name, kana, birth) = slots::person(&opened.program, &answers);
    let Ok(birth) = birth.parse() else { return Ok(None) };
    let text = |path: &Option<String>| {
        path.as_ref().and_then(|path| slots::text(&answers, path)).unwrap_or_default()
    };
    let address: String = subject.address.iter().filter_map(|path| slots::text(&answers, path)).collect();
    let person = Person {
        name,
        kana,
        postcode: text(&subject.postcode),
        address,
        phone: text(&subject.phone),
        due: holds.due,
        special_ended: holds.special_ended,
        conditions: holds.conditions.clone(),
        diseases: holds.diseases.clone(),
        ..Person::default()
    };
    Ok(Some(Told { birth, sex: Sex::from_code(&text(&subject.sex)), district: String::new(), person }))
}
