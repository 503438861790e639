//! What follows from a command, in its transaction: rows, letters, registrations, jobs.

use crate::domain::case::Case;
use crate::domain::case::event::{Event, Stamp};
use crate::domain::case::work::WorkItem;
use crate::domain::forms::Answers;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::text::search_key;
use crate::store::cases::{self, Stored};
use crate::store::seal::sha256_hex;
use crate::store::{Conn, decisions, forwardings, secrets, work};

use super::access::Opened;
use super::error::Error;
use super::figures;
use super::house::House;
use super::household;
use super::immunization::guardians::shield;
use super::immunization::{entitle, exchange};
use super::ledger::card;
use super::{letters, registration, slots, standing};

/// Lets everything follow that a command causes.
pub fn follow(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    command: CommandName,
    events: &[Event],
    stamp: &Stamp,
) -> Result<(), Error> {
    let case = &opened.stored.case;
    work::sync(conn, case, |item| request_code_hash(house, item))?;
    forwardings::sync(conn, case)?;
    for event in events {
        match event {
            Event::Submitted { .. } | Event::Resubmitted { .. } => index(house, conn, opened)?,
            Event::Decided { .. } => {
                keep_decision(conn, opened)?;
                card::keep(house, conn, opened)?;
                figures::keep(conn, opened)?;
                household::follow::decided(house, conn, opened, stamp)?;
                entitle::decided(house, conn, opened)?;
            }
            Event::ProtectionSet { .. } => protected(house, conn, case)?,
            _ => {}
        }
    }
    registration::follow(house, conn, opened, events, stamp)?;
    letters::follow(house, conn, opened, command, events, stamp)
}

/// 支援措置 began or ended: the register is told, and other guardians of a person of the ledger see nothing any more.
fn protected(house: &House, conn: &mut Conn, case: &Case) -> Result<(), Error> {
    let issued = exchange::protection(house, conn, &case.id)?;
    shield::protection(house, conn, case, &issued)
}

fn keep_decision(conn: &mut Conn, opened: &Opened) -> Result<(), Error> {
    let Some(decision) = opened.stored.case.decision() else { return Ok(()) };
    let rule = opened.program.definition.outcome(&opened.stored.case.kind, decision.draft.content.outcome);
    let adverse = rule.is_none_or(|rule| rule.adverse);
    Ok(decisions::insert(conn, &opened.stored, decision, adverse)?)
}

/// Makes the case findable by reference, name, kana and birth date, through keyed hashes only.
fn index(house: &House, conn: &mut Conn, opened: &Opened) -> Result<(), Error> {
    let case = &opened.stored.case;
    let answers = standing::answers(conn, opened)?;
    let (name, kana, birth) = slots::person(&opened.program, &answers);
    let reference = case.reference.clone().unwrap_or_default();
    let mut tokens: Vec<String> = [reference, name, kana, birth]
        .iter()
        .filter(|text| !text.is_empty())
        .map(|text| search_token(house, text))
        .collect();
    tokens.sort();
    tokens.dedup();
    Ok(cases::set_search(conn, &case.id, &tokens)?)
}

/// The keyed hash under which a searched text is found: blanks, hyphens, width and variants do not count.
pub fn search_token(house: &House, text: &str) -> String {
    let folded: String = search_key(text).chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    house.keys.lookup.hash("search", &folded)
}

/// The code by which a physician who is not named yet finds a work item: ten characters, printed on
/// the patient's sheet.
pub fn request_code(house: &House, item: &WorkItem) -> String {
    const ALPHABET: &[u8] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
    let hash = house.keys.lookup.hash("request", &item.id);
    let bytes = (0..10)
        .filter_map(|at| hash.get(at * 4..at * 4 + 4))
        .filter_map(|it| u16::from_str_radix(it, 16).ok());
    bytes.filter_map(|it| ALPHABET.get(usize::from(it) % ALPHABET.len())).map(|it| char::from(*it)).collect()
}

fn request_code_hash(house: &House, item: &WorkItem) -> String {
    code_token(house, &request_code(house, item))
}

/// The keyed hash of a request code as it was typed.
pub fn code_token(house: &House, code: &str) -> String {
    let folded: String = search_key(code)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    house.keys.lookup.hash("code", &folded)
}

/// Stores the secret values of answers apart, and gives what is left: their masks, and the digest.
pub fn keep_secrets(
    house: &House,
    conn: &mut Conn,
    stored: &Stored,
    mut answers: Answers,
) -> Result<(Vec<u8>, String), Error> {
    for (path, value) in answers.take_secrets() {
        secrets::save(conn, &house.keys, stored, &path, &value)?;
    }
    let body = serde_json::to_vec(&answers)?;
    let digest = sha256_hex(&body);
    Ok((body, digest))
}
