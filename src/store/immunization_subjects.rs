//! Persons of the ledger of vaccinations, and the sign-ins that may see and act for them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::domain::immunization::record::Person;
use crate::domain::immunization::{Sex, Subject};

use super::conn::{Conn, on};
use super::dose_forecasts;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{immunization_guardians, immunization_presented, immunization_subjects, users};
use super::seal::DataKey;
use super::users::Institution;

/// Most persons for whom one sign-in acts that are read.
const MOST: i64 = 100;

/// A person and the key under which their lines are sealed.
#[derive(Clone, Debug)]
pub struct StoredSubject {
    /// The person.
    pub subject: Subject,
    /// The key.
    pub key: DataKey,
}

/// The keyed hashes by which a person is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Of who they are: name in kana and birth date.
    pub person: String,
    /// Of the number that they have in the town's systems, if it is known.
    pub resident: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = immunization_subjects)]
struct Row {
    id: String,
    program: String,
    birth: NaiveDate,
    sex: Option<String>,
    district: String,
    data_key: String,
    body: String,
    moved_out_on: Option<NaiveDate>,
    died_on: Option<NaiveDate>,
    moved_in_on: Option<NaiveDate>,
}

fn place(id: &str) -> String {
    format!("immunization_subjects.body.{id}")
}

fn open(keys: &Keyring, row: Row) -> Result<StoredSubject, StoreError> {
    let key = keys.subject_key(&row.id, &row.data_key)?;
    let person: Person = serde_json::from_slice(&key.open(&place(&row.id), &row.body)?)?;
    let subject = Subject {
        id: row.id,
        program: row.program,
        birth: row.birth,
        sex: row.sex.as_deref().and_then(Sex::from_code),
        district: row.district,
        person,
        moved_out_on: row.moved_out_on,
        died_on: row.died_on,
        moved_in_on: row.moved_in_on,
    };
    Ok(StoredSubject { subject, key })
}

/// Enters a person, with a key of their own.
///
/// # Errors
/// [`StoreError::Duplicate`] when the person, or another with the number, is there.
pub fn insert(
    conn: &mut Conn,
    keys: &Keyring,
    subject: &Subject,
    found: &Found,
    at: DateTime<Utc>,
) -> Result<StoredSubject, StoreError> {
    let (key, wrapped) = keys.new_subject_key(&subject.id)?;
    let body = key.seal(&place(&subject.id), &serde_json::to_vec(&subject.person)?)?;
    diesel::insert_into(immunization_subjects::table)
        .values((
            immunization_subjects::id.eq(&subject.id),
            immunization_subjects::program.eq(&subject.program),
            immunization_subjects::person.eq(&found.person),
            immunization_subjects::resident.eq(&found.resident),
            immunization_subjects::birth.eq(subject.birth),
            immunization_subjects::sex.eq(subject.sex.map(Sex::code)),
            immunization_subjects::district.eq(&subject.district),
            immunization_subjects::data_key.eq(wrapped),
            immunization_subjects::body.eq(body),
            immunization_subjects::moved_out_on.eq(subject.moved_out_on),
            immunization_subjects::died_on.eq(subject.died_on),
            immunization_subjects::moved_in_on.eq(subject.moved_in_on),
            immunization_subjects::created_at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(StoredSubject { subject: subject.clone(), key })
}

/// Stores what is now known of a person: everything but the program and the id.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Duplicate`] when another person has the same name and birth.
pub fn update(conn: &mut Conn, stored: &StoredSubject, found: &Found) -> Result<(), StoreError> {
    let subject = &stored.subject;
    let body = stored.key.seal(&place(&subject.id), &serde_json::to_vec(&subject.person)?)?;
    let changed = diesel::update(immunization_subjects::table.find(&subject.id))
        .set((
            immunization_subjects::person.eq(&found.person),
            immunization_subjects::resident.eq(&found.resident),
            immunization_subjects::birth.eq(subject.birth),
            immunization_subjects::sex.eq(subject.sex.map(Sex::code)),
            immunization_subjects::district.eq(&subject.district),
            immunization_subjects::body.eq(body),
            immunization_subjects::moved_out_on.eq(subject.moved_out_on),
            immunization_subjects::died_on.eq(subject.died_on),
            immunization_subjects::moved_in_on.eq(subject.moved_in_on),
        ))
        .execute(conn)?;
    if changed == 0 { Err(StoreError::NotFound) } else { dose_forecasts::outdate(conn, &[&subject.id]) }
}

/// The person of an id.
///
/// # Errors
/// [`StoreError::NotFound`], or when it cannot be opened.
pub fn find(conn: &mut Conn, keys: &Keyring, id: &str) -> Result<StoredSubject, StoreError> {
    open(keys, immunization_subjects::table.find(id).select(Row::as_select()).first(conn)?)
}

/// Persons by their ids, in no order.
///
/// # Errors
/// When the database fails or a person cannot be opened.
pub fn many(conn: &mut Conn, keys: &Keyring, ids: &[String]) -> Result<Vec<StoredSubject>, StoreError> {
    let wanted = immunization_subjects::table.filter(immunization_subjects::id.eq_any(ids.to_vec()));
    let rows: Vec<Row> = wanted.select(Row::as_select()).load(conn)?;
    rows.into_iter().map(|row| open(keys, row)).collect()
}

/// The person with this hash of who they are or of their number in the town's systems; the number goes first,
/// since names change.
///
/// # Errors
/// When the database fails or the person cannot be opened.
pub fn by_hash(
    conn: &mut Conn,
    keys: &Keyring,
    program: &str,
    found: &Found,
) -> Result<Option<StoredSubject>, StoreError> {
    let of = |program: &str| {
        immunization_subjects::table.filter(immunization_subjects::program.eq(program.to_owned()))
    };
    let mut row: Option<Row> = None;
    if let Some(number) = &found.resident {
        let same = of(program).filter(immunization_subjects::resident.eq(number));
        row = same.select(Row::as_select()).first(conn).optional()?;
    }
    if row.is_none() {
        let same = of(program).filter(immunization_subjects::person.eq(&found.person));
        row = same.select(Row::as_select()).first(conn).optional()?;
    }
    row.map(|row| open(keys, row)).transpose()
}

/// The persons of a program with one of these hashes, each with its own: by numbers and by who they are, at once.
///
/// # Errors
/// When the database fails or a person cannot be opened.
pub fn by_hashes(
    conn: &mut Conn,
    keys: &Keyring,
    program: &str,
    founds: &[Found],
) -> Result<Vec<(Found, StoredSubject)>, StoreError> {
    let numbers: Vec<Option<String>> = founds.iter().map(|it| it.resident.clone()).collect();
    let persons: Vec<&String> = founds.iter().map(|it| &it.person).collect();
    let own = (immunization_subjects::person, immunization_subjects::resident);
    let rows: Vec<((String, Option<String>), Row)> = immunization_subjects::table
        .filter(immunization_subjects::program.eq(program))
        .filter(
            immunization_subjects::person
                .eq_any(persons)
                .nullable()
                .or(immunization_subjects::resident.eq_any(numbers)),
        )
        .select((own, Row::as_select()))
        .load(conn)?;
    let opened = |((person, resident), row)| Ok((Found { person, resident }, open(keys, row)?));
    rows.into_iter().map(opened).collect()
}

/// Enters persons at once, each with a key of their own.
///
/// # Errors
/// [`StoreError::Duplicate`] when one of them is there.
pub fn insert_all(
    conn: &mut Conn,
    keys: &Keyring,
    subjects: &[(Subject, Found)],
    at: DateTime<Utc>,
) -> Result<Vec<StoredSubject>, StoreError> {
    let (mut rows, mut stored) = (Vec::with_capacity(subjects.len()), Vec::with_capacity(subjects.len()));
    for (subject, found) in subjects {
        let (key, wrapped) = keys.new_subject_key(&subject.id)?;
        rows.push((
            immunization_subjects::id.eq(subject.id.clone()),
            immunization_subjects::program.eq(subject.program.clone()),
            immunization_subjects::person.eq(found.person.clone()),
            immunization_subjects::resident.eq(found.resident.clone()),
            immunization_subjects::birth.eq(subject.birth),
            immunization_subjects::sex.eq(subject.sex.map(Sex::code)),
            immunization_subjects::district.eq(subject.district.clone()),
            immunization_subjects::data_key.eq(wrapped),
            immunization_subjects::body
                .eq(key.seal(&place(&subject.id), &serde_json::to_vec(&subject.person)?)?),
            immunization_subjects::moved_out_on.eq(subject.moved_out_on),
            immunization_subjects::died_on.eq(subject.died_on),
            immunization_subjects::moved_in_on.eq(subject.moved_in_on),
            immunization_subjects::created_at.eq(at.naive_utc()),
        ));
        stored.push(StoredSubject { subject: subject.clone(), key });
    }
    on!(conn, c => diesel::insert_into(immunization_subjects::table).values(&rows).execute(c))?;
    Ok(stored)
}

/// Persons of a program born in a time, oldest first; at most `limit` after the given birth and id.
///
/// # Errors
/// When the database fails or a person cannot be opened.
pub fn born_between(
    conn: &mut Conn,
    keys: &Keyring,
    program: &str,
    born: (NaiveDate, NaiveDate),
    after: Option<(NaiveDate, String)>,
    limit: i64,
) -> Result<Vec<StoredSubject>, StoreError> {
    let (from, seen) = after.unwrap_or((born.0, String::new()));
    let next = immunization_subjects::birth
        .gt(from)
        .or(immunization_subjects::birth.eq(from).and(immunization_subjects::id.gt(seen)));
    let rows: Vec<Row> = immunization_subjects::table
        .filter(immunization_subjects::program.eq(program))
        .filter(immunization_subjects::birth.between(born.0, born.1))
        .filter(next)
        .order((immunization_subjects::birth, immunization_subjects::id))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| open(keys, row)).collect()
}

/// Lets a sign-in see and act for a person; once more where that had ended.
///
/// # Errors
/// When the database fails.
pub fn add_guardian(
    conn: &mut Conn,
    subject: &str,
    citizen: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let none: Option<NaiveDateTime> = None;
    let row = (
        immunization_guardians::subject.eq(subject),
        immunization_guardians::citizen.eq(citizen),
        immunization_guardians::since.eq(at.naive_utc()),
    );
    on!(conn, c => diesel::insert_into(immunization_guardians::table)
        .values(row)
        .on_conflict((immunization_guardians::subject, immunization_guardians::citizen))
        .do_update()
        .set(immunization_guardians::ended_at.eq(none))
        .execute(c))?;
    Ok(())
}

/// Ends that a sign-in acts for a person.
///
/// # Errors
/// [`StoreError::NotFound`] when it did not.
pub fn end_guardian(
    conn: &mut Conn,
    subject: &str,
    citizen: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let living = immunization_guardians::table
        .find((subject, citizen))
        .filter(immunization_guardians::ended_at.is_null());
    let ended = immunization_guardians::ended_at.eq(at.naive_utc());
    let changed = diesel::update(living).set(ended).execute(conn)?;
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Whether a sign-in acts for a person.
///
/// # Errors
/// When the database fails.
pub fn is_guardian(conn: &mut Conn, subject: &str, citizen: &str) -> Result<bool, StoreError> {
    let found: Option<String> = immunization_guardians::table
        .find((subject, citizen))
        .filter(immunization_guardians::ended_at.is_null())
        .select(immunization_guardians::subject)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// The persons for whom a sign-in acts, the youngest first.
///
/// # Errors
/// When the database fails or a person cannot be opened.
pub fn of_guardian(conn: &mut Conn, keys: &Keyring, citizen: &str) -> Result<Vec<StoredSubject>, StoreError> {
    let rows: Vec<Row> = immunization_subjects::table
        .inner_join(immunization_guardians::table)
        .filter(immunization_guardians::citizen.eq(citizen))
        .filter(immunization_guardians::ended_at.is_null())
        .order((immunization_subjects::birth.desc(), immunization_subjects::id))
        .limit(MOST)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| open(keys, row)).collect()
}

/// Notes that a person showed themself to somebody at an institution.
///
/// # Errors
/// When the database fails.
pub fn present(conn: &mut Conn, subject: &str, user: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let at = immunization_presented::at.eq(at.naive_utc());
    let row = (immunization_presented::subject.eq(subject), immunization_presented::user_id.eq(user), at);
    on!(conn, c => diesel::insert_into(immunization_presented::table)
        .values(row)
        .on_conflict((immunization_presented::subject, immunization_presented::user_id))
        .do_update()
        .set(at)
        .execute(c))?;
    Ok(())
}

/// Whether a person showed themself to somebody since a moment.
///
/// # Errors
/// When the database fails.
pub fn is_presented(
    conn: &mut Conn,
    subject: &str,
    user: &str,
    since: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let at: Option<NaiveDateTime> = immunization_presented::table
        .find((subject, user))
        .select(immunization_presented::at)
        .first(conn)
        .optional()?;
    Ok(at.is_some_and(|at| at >= since.naive_utc()))
}

/// Whether a person showed themself to anybody at an institution since a moment.
///
/// # Errors
/// When the database fails.
pub fn is_presented_at(
    conn: &mut Conn,
    subject: &str,
    institution: &str,
    since: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let there: Vec<Option<String>> = immunization_presented::table
        .inner_join(users::table)
        .filter(immunization_presented::subject.eq(subject))
        .filter(immunization_presented::at.ge(since.naive_utc()))
        .select(users::institution)
        .load(conn)?;
    let code = |text: &String| serde_json::from_str::<Institution>(text).ok().map(|it| it.code);
    Ok(there.iter().flatten().filter_map(code).any(|it| it == institution))
}
