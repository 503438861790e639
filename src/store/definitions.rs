//! Program folders to which cases are pinned, kept for as long as a case needs them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::definitions;

/// Files of a folder by their path in it.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Keeps a program folder. Keeping it again changes nothing.
///
/// # Errors
/// When the database fails.
pub fn keep(
    conn: &mut Conn,
    hash: &str,
    program: &str,
    version: &str,
    files: &Files,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = (
        definitions::hash.eq(hash),
        definitions::program.eq(program),
        definitions::version.eq(version),
        definitions::files.eq(pack(files)),
        definitions::stored_at.eq(at.naive_utc()),
    );
    on!(conn, c => diesel::insert_into(definitions::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// The files of a kept folder, with the program's name.
///
/// # Errors
/// [`StoreError::NotFound`], or [`StoreError::Damaged`].
pub fn find(conn: &mut Conn, hash: &str) -> Result<(String, Files), StoreError> {
    let (program, packed): (String, Vec<u8>) =
        definitions::table.find(hash).select((definitions::program, definitions::files)).first(conn)?;
    let files = unpack(&packed).ok_or_else(|| StoreError::Damaged("a program folder".to_owned()))?;
    Ok((program, files))
}

/// Length-prefixed paths and contents, one after the other.
fn pack(files: &Files) -> Vec<u8> {
    let mut out = Vec::new();
    for part in files.iter().flat_map(|(path, content)| [path.as_bytes(), content]) {
        out.extend(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        out.extend(part);
    }
    out
}

fn unpack(mut bytes: &[u8]) -> Option<Files> {
    let mut files = Files::new();
    while !bytes.is_empty() {
        let path = String::from_utf8(take(&mut bytes)?.to_vec()).ok()?;
        files.insert(path, take(&mut bytes)?.to_vec());
    }
    Some(files)
}

fn take<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let (part, rest) = rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
    *bytes = rest;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_folder_comes_back_and_a_cut_one_does_not() {
        let files = Files::from([("a.toml".into(), b"x = 1".to_vec()), ("t/b.csv".into(), Vec::new())]);
        let packed = pack(&files);
        assert_eq!(unpack(&packed), Some(files));
        assert_eq!(unpack(&packed[..packed.len() - 1]), None);
    }
}
