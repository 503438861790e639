//! Citizens, as the identity provider names them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::conn::Conn;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::citizens;

/// What the provider told at the last sign-in. Empty where it told nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Name in one piece, exactly as given.
    pub name: String,
    /// Birth date as ISO date.
    pub birth_date: String,
    /// Address in one piece.
    pub address: String,
    /// `1` male, `2` female, or empty.
    pub gender: String,
}

/// A citizen.
#[derive(Clone, Debug)]
pub struct Citizen {
    /// Id, `cit_…`.
    pub id: String,
    /// What the provider told.
    pub profile: Profile,
    /// Chosen language.
    pub lang: String,
}

fn place(id: &str) -> String {
    format!("citizens.profile.{id}")
}

/// The hash by which a provider's subject is found.
pub fn subject_hash(keys: &Keyring, issuer: &str, subject: &str) -> String {
    keys.lookup.hash("subject", &format!("{issuer}\n{subject}"))
}

/// The citizen of an id.
///
/// # Errors
/// [`StoreError::NotFound`], or when the profile cannot be opened.
pub fn find(conn: &mut Conn, keys: &Keyring, id: &str) -> Result<Citizen, StoreError> {
    let (sealed, lang): (String, String) =
        citizens::table.find(id).select((citizens::profile, citizens::lang)).first(conn)?;
    let profile = serde_json::from_slice(&keys.general.open(&place(id), &sealed)?)?;
    Ok(Citizen { id: id.to_owned(), profile, lang })
}

/// What the provider told of some citizens, by id; an unknown id is left out.
///
/// # Errors
/// When the database fails or a profile cannot be opened.
pub fn profiles(
    conn: &mut Conn,
    keys: &Keyring,
    ids: &[&str],
) -> Result<BTreeMap<String, Profile>, StoreError> {
    let rows: Vec<(String, String)> = citizens::table
        .filter(citizens::id.eq_any(ids.to_vec()))
        .select((citizens::id, citizens::profile))
        .load(conn)?;
    let read = |(id, sealed): (String, String)| {
        let profile = serde_json::from_slice(&keys.general.open(&place(&id), &sealed)?)?;
        Ok((id, profile))
    };
    rows.into_iter().map(read).collect()
}

/// Stores what the provider told at a sign-in; `new_id` is used when the subject is not known yet.
///
/// # Errors
/// When the database fails.
pub fn sign_in(
    conn: &mut Conn,
    keys: &Keyring,
    subject: &str,
    new_id: &str,
    profile: &Profile,
    at: DateTime<Utc>,
) -> Result<Citizen, StoreError> {
    let known: Option<(String, String)> = citizens::table
        .filter(citizens::subject.eq(subject))
        .select((citizens::id, citizens::lang))
        .first(conn)
        .optional()?;
    let (id, lang) = known.clone().unwrap_or_else(|| (new_id.to_owned(), "ja".to_owned()));
    let sealed = keys.general.seal(&place(&id), &serde_json::to_vec(profile)?)?;
    if known.is_some() {
        diesel::update(citizens::table.find(&id)).set(citizens::profile.eq(sealed)).execute(conn)?;
    } else {
        diesel::insert_into(citizens::table)
            .values((
                citizens::id.eq(&id),
                citizens::subject.eq(subject),
                citizens::profile.eq(sealed),
                citizens::lang.eq(&lang),
                citizens::created_at.eq(at.naive_utc()),
            ))
            .execute(conn)?;
    }
    Ok(Citizen { id, profile: profile.clone(), lang })
}

/// Stores the language that a citizen chose.
///
/// # Errors
/// When the database fails.
pub fn set_lang(conn: &mut Conn, id: &str, lang: &str) -> Result<(), StoreError> {
    diesel::update(citizens::table.find(id)).set(citizens::lang.eq(lang)).execute(conn)?;
    Ok(())
}
