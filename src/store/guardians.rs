//! Who acts for a person of the ledger of vaccinations, how another guardian joins, and of whom nobody may learn.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::{guardian_invitations, guardian_shields, guardian_tries, immunization_guardians};

/// Most guardians or invitations of one person that are read.
const MOST: i64 = 50;

/// A code by which somebody joins. The code itself is known to nobody but whoever was shown it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = guardian_invitations)]
pub struct Invitation {
    /// Id, `inv_…`.
    pub id: String,
    /// The person.
    pub subject: String,
    /// Keyed hash of the code.
    pub code: String,
    /// Whoever made it: a sign-in or somebody at the office.
    pub author: String,
    /// Whether the office made it, having seen papers.
    pub by_office: bool,
    /// How often a wrong birth date was given with it.
    pub failures: i64,
    /// The sign-in that joined by it.
    pub used_by: Option<String>,
    /// When it was made.
    pub at: NaiveDateTime,
    /// Until when it works.
    pub ends_at: NaiveDateTime,
    /// When it was used or taken back.
    pub ended_at: Option<NaiveDateTime>,
}

/// A sign-in that acts for a person, or did.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Guardian {
    /// The sign-in.
    pub citizen: String,
    /// Since when.
    pub since: NaiveDateTime,
    /// Since when no more.
    pub ended_at: Option<NaiveDateTime>,
}

/// Everybody who acts for a person or did, the oldest first.
///
/// # Errors
/// When the database fails.
pub fn of_subject(conn: &mut Conn, subject: &str) -> Result<Vec<Guardian>, StoreError> {
    Ok(immunization_guardians::table
        .filter(immunization_guardians::subject.eq(subject))
        .order((immunization_guardians::since, immunization_guardians::citizen))
        .limit(MOST)
        .select((
            immunization_guardians::citizen,
            immunization_guardians::since,
            immunization_guardians::ended_at,
        ))
        .load(conn)?)
}

/// The persons for whom a sign-in acts, by id.
///
/// # Errors
/// When the database fails.
pub fn subjects_of(conn: &mut Conn, citizen: &str) -> Result<Vec<String>, StoreError> {
    Ok(immunization_guardians::table
        .filter(immunization_guardians::citizen.eq(citizen))
        .filter(immunization_guardians::ended_at.is_null())
        .order(immunization_guardians::subject)
        .select(immunization_guardians::subject)
        .load(conn)?)
}

/// Stores an invitation; every earlier one of the same author for the person ends.
///
/// # Errors
/// When the database fails.
pub fn invite(conn: &mut Conn, invitation: &Invitation) -> Result<(), StoreError> {
    let earlier = guardian_invitations::table
        .filter(guardian_invitations::subject.eq(&invitation.subject))
        .filter(guardian_invitations::author.eq(&invitation.author))
        .filter(guardian_invitations::ended_at.is_null());
    diesel::update(earlier).set(guardian_invitations::ended_at.eq(invitation.at)).execute(conn)?;
    diesel::insert_into(guardian_invitations::table).values(invitation.clone()).execute(conn)?;
    Ok(())
}

/// Invitations to a person that still work, the newest first.
///
/// # Errors
/// When the database fails.
pub fn invitations(
    conn: &mut Conn,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Invitation>, StoreError> {
    Ok(guardian_invitations::table
        .filter(guardian_invitations::subject.eq(subject))
        .filter(guardian_invitations::ended_at.is_null())
        .filter(guardian_invitations::ends_at.ge(now.naive_utc()))
        .order(guardian_invitations::id.desc())
        .limit(MOST)
        .load(conn)?)
}

/// The invitation of a code's hash. Holds the row for the rest of the transaction, so that tries at once are counted
/// one after the other.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn by_code(conn: &mut Conn, code: &str) -> Result<Invitation, StoreError> {
    let target = guardian_invitations::table.filter(guardian_invitations::code.eq(code));
    let hold = guardian_invitations::failures.eq(guardian_invitations::failures);
    diesel::update(target).set(hold).execute(conn)?;
    Ok(target.first(conn)?)
}

/// Counts a wrong birth date.
///
/// # Errors
/// When the database fails.
pub fn count_failure(conn: &mut Conn, id: &str) -> Result<(), StoreError> {
    let more = guardian_invitations::failures.eq(guardian_invitations::failures + 1);
    diesel::update(guardian_invitations::table.find(id)).set(more).execute(conn)?;
    Ok(())
}

/// Notes that a sign-in joined by an invitation, which ends by it.
///
/// # Errors
/// When the database fails.
pub fn use_up(conn: &mut Conn, id: &str, citizen: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let used = (
        guardian_invitations::used_by.eq(Some(citizen)),
        guardian_invitations::ended_at.eq(Some(at.naive_utc())),
    );
    diesel::update(guardian_invitations::table.find(id)).set(used).execute(conn)?;
    Ok(())
}

/// Takes invitations to a person back: one, or all of them. Gives how many ended.
///
/// # Errors
/// When the database fails.
pub fn end_invitations(
    conn: &mut Conn,
    subject: &str,
    id: Option<&str>,
    at: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let living = guardian_invitations::table
        .filter(guardian_invitations::subject.eq(subject))
        .filter(guardian_invitations::ended_at.is_null());
    let ended = guardian_invitations::ended_at.eq(Some(at.naive_utc()));
    Ok(match id {
        Some(id) => {
            diesel::update(living.filter(guardian_invitations::id.eq(id))).set(ended).execute(conn)?
        }
        None => diesel::update(living).set(ended).execute(conn)?,
    })
}

/// Ends that anybody acts for a person but those of `kept`. Gives whose leave ended.
///
/// # Errors
/// When the database fails.
pub fn end_others(
    conn: &mut Conn,
    subject: &str,
    kept: &[String],
    at: DateTime<Utc>,
) -> Result<Vec<String>, StoreError> {
    let others = immunization_guardians::table
        .filter(immunization_guardians::subject.eq(subject))
        .filter(immunization_guardians::citizen.ne_all(kept.to_vec()))
        .filter(immunization_guardians::ended_at.is_null());
    let found: Vec<String> = others.clone().select(immunization_guardians::citizen).load(conn)?;
    diesel::update(others).set(immunization_guardians::ended_at.eq(Some(at.naive_utc()))).execute(conn)?;
    Ok(found)
}

/// Guards the whereabouts of a person from now on.
///
/// # Errors
/// When the database fails.
pub fn shield(conn: &mut Conn, subject: &str, author: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let none: Option<NaiveDateTime> = None;
    let change = (
        guardian_shields::author.eq(author),
        guardian_shields::at.eq(at.naive_utc()),
        guardian_shields::ended_at.eq(none),
    );
    on!(conn, c => diesel::insert_into(guardian_shields::table)
        .values((guardian_shields::subject.eq(subject), change))
        .on_conflict(guardian_shields::subject)
        .do_update()
        .set(change)
        .execute(c))?;
    Ok(())
}

/// Ends that the whereabouts of a person are guarded; of one who is not guarded nothing changes.
///
/// # Errors
/// When the database fails.
pub fn end_shield(conn: &mut Conn, subject: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let living = guardian_shields::table.find(subject).filter(guardian_shields::ended_at.is_null());
    diesel::update(living).set(guardian_shields::ended_at.eq(Some(at.naive_utc()))).execute(conn)?;
    Ok(())
}

/// Whether the whereabouts of a person are guarded.
///
/// # Errors
/// When the database fails.
pub fn is_shielded(conn: &mut Conn, subject: &str) -> Result<bool, StoreError> {
    let living = guardian_shields::table.find(subject).filter(guardian_shields::ended_at.is_null());
    let found: Option<String> = living.select(guardian_shields::subject).first(conn).optional()?;
    Ok(found.is_some())
}

/// Those of some persons whose whereabouts are guarded.
///
/// # Errors
/// When the database fails.
pub fn shielded(conn: &mut Conn, subjects: &[String]) -> Result<Vec<String>, StoreError> {
    let living = guardian_shields::table.filter(guardian_shields::ended_at.is_null());
    let wanted = living.filter(guardian_shields::subject.eq_any(subjects.to_vec()));
    Ok(wanted.select(guardian_shields::subject).load(conn)?)
}

/// How often a sign-in typed a code that opened nothing, counted from when. Holds the count for the rest of the
/// transaction.
///
/// # Errors
/// When the database fails.
pub fn tries(conn: &mut Conn, citizen: &str, now: DateTime<Utc>) -> Result<(i64, DateTime<Utc>), StoreError> {
    let none = (guardian_tries::failures.eq(0), guardian_tries::since.eq(now.naive_utc()));
    on!(conn, c => diesel::insert_into(guardian_tries::table)
        .values((guardian_tries::citizen.eq(citizen), none))
        .on_conflict(guardian_tries::citizen)
        .do_update()
        .set(guardian_tries::failures.eq(guardian_tries::failures))
        .execute(c))?;
    let (failures, since): (i64, NaiveDateTime) = guardian_tries::table
        .find(citizen)
        .select((guardian_tries::failures, guardian_tries::since))
        .first(conn)?;
    Ok((failures, since.and_utc()))
}

/// Sets how often a sign-in typed a code that opened nothing, counted from when.
///
/// # Errors
/// When the database fails.
pub fn set_tries(
    conn: &mut Conn,
    citizen: &str,
    failures: i64,
    since: DateTime<Utc>,
) -> Result<(), StoreError> {
    let counted = (guardian_tries::failures.eq(failures), guardian_tries::since.eq(since.naive_utc()));
    diesel::update(guardian_tries::table.find(citizen)).set(counted).execute(conn)?;
    Ok(())
}
