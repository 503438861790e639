//! Vouchers: issued, and then used, expired or cancelled, once. Each way out of `issued` is a conditional update,
//! so of two at the same moment one finds nothing left to change.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::domain::immunization::{Voucher, VoucherState};

use super::conn::Conn;
use super::error::StoreError;
use super::schema::vouchers;

/// Vouchers of one person that are read at most.
const MOST: i64 = 500;

#[derive(Queryable, Selectable)]
#[diesel(table_name = vouchers)]
struct Row {
    id: String,
    number: String,
    subject: String,
    case_id: Option<String>,
    vaccine: String,
    product: Option<String>,
    dose: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    state: String,
    used_by: Option<String>,
    reason: String,
}

fn read(row: Row) -> Result<Voucher, StoreError> {
    let state = VoucherState::from_code(&row.state);
    Ok(Voucher {
        state: state.ok_or_else(|| StoreError::Damaged("vouchers.state".to_owned()))?,
        id: row.id,
        number: row.number,
        subject: row.subject,
        case: row.case_id,
        vaccine: row.vaccine,
        product: row.product,
        dose: row.dose,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        used_by: row.used_by,
        reason: row.reason,
    })
}

/// Issues a voucher.
///
/// # Errors
/// [`StoreError::Duplicate`] when the person has one for the dose that can be used.
pub fn insert(conn: &mut Conn, voucher: &Voucher, at: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::insert_into(vouchers::table)
        .values((
            vouchers::id.eq(&voucher.id),
            vouchers::number.eq(&voucher.number),
            vouchers::subject.eq(&voucher.subject),
            vouchers::case_id.eq(&voucher.case),
            vouchers::vaccine.eq(&voucher.vaccine),
            vouchers::product.eq(&voucher.product),
            vouchers::dose.eq(&voucher.dose),
            vouchers::valid_from.eq(voucher.valid_from),
            vouchers::valid_to.eq(voucher.valid_to),
            vouchers::state.eq(VoucherState::Issued.code()),
            vouchers::issued_at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// The voucher of a number.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn by_number(conn: &mut Conn, number: &str) -> Result<Voucher, StoreError> {
    read(vouchers::table.filter(vouchers::number.eq(number)).select(Row::as_select()).first(conn)?)
}

/// The vouchers of a person, the newest first.
///
/// # Errors
/// When the database fails.
pub fn of_subject(conn: &mut Conn, subject: &str) -> Result<Vec<Voucher>, StoreError> {
    of_subjects(conn, &[subject])
}

/// The vouchers of some persons, the newest first.
///
/// # Errors
/// When the database fails.
pub fn of_subjects(conn: &mut Conn, subjects: &[&str]) -> Result<Vec<Voucher>, StoreError> {
    let most = MOST.saturating_mul(i64::try_from(subjects.len()).unwrap_or(i64::MAX));
    let rows: Vec<Row> = vouchers::table
        .filter(vouchers::subject.eq_any(subjects.to_vec()))
        .order(vouchers::id.desc())
        .limit(most)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

/// The vouchers that the decisions of a case issued, in the order of their numbers.
///
/// # Errors
/// When the database fails.
pub fn of_case(conn: &mut Conn, case: &str) -> Result<Vec<Voucher>, StoreError> {
    let rows: Vec<Row> = vouchers::table
        .filter(vouchers::case_id.eq(case))
        .order(vouchers::number)
        .limit(MOST)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

/// Uses a voucher for the dose of a line, which has to be there.
///
/// # Errors
/// [`StoreError::Moved`] when it is no longer issued, or `on` is none of its days.
pub fn use_up(
    conn: &mut Conn,
    id: &str,
    line: &str,
    on: NaiveDate,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let open = vouchers::table
        .find(id)
        .filter(vouchers::state.eq(VoucherState::Issued.code()))
        .filter(vouchers::valid_from.le(on))
        .filter(vouchers::valid_to.is_null().or(vouchers::valid_to.ge(on)));
    let used = (
        vouchers::state.eq(VoucherState::Used.code()),
        vouchers::used_by.eq(line),
        vouchers::ended_at.eq(at.naive_utc()),
    );
    let changed = diesel::update(open).set(used).execute(conn)?;
    if changed == 0 { Err(StoreError::Moved) } else { Ok(()) }
}

/// Lets the voucher of a line go with the line that took its place.
///
/// # Errors
/// When the database fails.
pub fn pass_on(conn: &mut Conn, before: &str, after: &str) -> Result<(), StoreError> {
    let used = vouchers::table.filter(vouchers::used_by.eq(before));
    diesel::update(used).set(vouchers::used_by.eq(after)).execute(conn)?;
    Ok(())
}

/// Makes the voucher of a line usable again, because the dose was never given; where another was issued for the
/// same dose meanwhile, that one stays the only one and this one is cancelled.
///
/// # Errors
/// When the database fails.
pub fn give_back(conn: &mut Conn, line: &str) -> Result<(), StoreError> {
    let used = vouchers::table.filter(vouchers::used_by.eq(line));
    let found: Option<(String, String, String)> =
        used.select((vouchers::subject, vouchers::vaccine, vouchers::dose)).first(conn).optional()?;
    let Some((subject, vaccine, dose)) = found else { return Ok(()) };
    let same = vouchers::table.filter(vouchers::subject.eq(subject)).filter(vouchers::vaccine.eq(vaccine));
    let living = same.filter(vouchers::dose.eq(dose)).filter(vouchers::state.eq(VoucherState::Issued.code()));
    let replaced = diesel::select(diesel::dsl::exists(living)).get_result(conn)?;
    let none: (Option<String>, Option<chrono::NaiveDateTime>) = (None, None);
    let row = vouchers::table.filter(vouchers::used_by.eq(line));
    if replaced {
        let cancelled = (vouchers::state.eq(VoucherState::Cancelled.code()), vouchers::used_by.eq(none.0));
        diesel::update(row).set(cancelled).execute(conn)?;
    } else {
        let open = (
            vouchers::state.eq(VoucherState::Issued.code()),
            vouchers::used_by.eq(none.0),
            vouchers::ended_at.eq(none.1),
        );
        diesel::update(row).set(open).execute(conn)?;
    }
    Ok(())
}

/// Cancels what a person has left of a dose, or of every dose; gives the numbers.
///
/// # Errors
/// When the database fails.
pub fn cancel(
    conn: &mut Conn,
    subject: &str,
    dose: Option<(&str, &str)>,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<Vec<String>, StoreError> {
    let all = of_subject(conn, subject)?;
    let open = all.iter().filter(|it| it.state == VoucherState::Issued);
    let wanted =
        open.filter(|it| dose.is_none_or(|(vaccine, dose)| it.vaccine == vaccine && it.dose == dose));
    let ids: Vec<&str> = wanted.clone().map(|it| it.id.as_str()).collect();
    let ended = (
        vouchers::state.eq(VoucherState::Cancelled.code()),
        vouchers::reason.eq(reason),
        vouchers::ended_at.eq(at.naive_utc()),
    );
    let open = vouchers::table
        .filter(vouchers::id.eq_any(ids))
        .filter(vouchers::state.eq(VoucherState::Issued.code()));
    diesel::update(open).set(ended).execute(conn)?;
    Ok(wanted.map(|it| it.number.clone()).collect())
}

/// Cancels what some persons have left, at once.
///
/// # Errors
/// When the database fails.
pub fn cancel_all(
    conn: &mut Conn,
    subjects: &[&str],
    reason: &str,
    at: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let open = vouchers::table
        .filter(vouchers::subject.eq_any(subjects.to_vec()))
        .filter(vouchers::state.eq(VoucherState::Issued.code()));
    let ended = (
        vouchers::state.eq(VoucherState::Cancelled.code()),
        vouchers::reason.eq(reason),
        vouchers::ended_at.eq(at.naive_utc()),
    );
    Ok(diesel::update(open).set(ended).execute(conn)?)
}

/// Cancels one voucher of a person.
///
/// # Errors
/// [`StoreError::Moved`] when the person has none of this number that can be used.
pub fn cancel_one(
    conn: &mut Conn,
    subject: &str,
    number: &str,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let open = vouchers::table
        .filter(vouchers::subject.eq(subject))
        .filter(vouchers::number.eq(number))
        .filter(vouchers::state.eq(VoucherState::Issued.code()));
    let ended = (
        vouchers::state.eq(VoucherState::Cancelled.code()),
        vouchers::reason.eq(reason),
        vouchers::ended_at.eq(at.naive_utc()),
    );
    let changed = diesel::update(open).set(ended).execute(conn)?;
    if changed == 0 { Err(StoreError::Moved) } else { Ok(()) }
}

/// Ends every voucher whose last day is over, and gives how many there were.
///
/// # Errors
/// When the database fails.
pub fn expire(conn: &mut Conn, today: NaiveDate, at: DateTime<Utc>) -> Result<usize, StoreError> {
    let over = vouchers::table
        .filter(vouchers::state.eq(VoucherState::Issued.code()))
        .filter(vouchers::valid_to.lt(today));
    let ended = (vouchers::state.eq(VoucherState::Expired.code()), vouchers::ended_at.eq(at.naive_utc()));
    Ok(diesel::update(over).set(ended).execute(conn)?)
}
