//! Files that no row names: an upload or a drawing that was cut short.

use crate::store::upkeep;
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// Files looked at in one step.
const PAGE: usize = 500;
/// Until a file is this old, in seconds, its row may still come.
const OLD: u64 = 24 * 3600;

/// Removes them; how many.
pub(super) fn sweep(house: &House) -> Result<usize, Error> {
    let (mut removed, mut after) = (0, String::new());
    loop {
        let page = house.files.older_than(OLD, &after, PAGE)?;
        let Some(last) = page.last() else { return Ok(removed) };
        after.clone_from(last);
        let named = house.database.read(|conn| upkeep::named_files(conn, &page))?;
        for name in page.iter().filter(|name| is_ours(name) && !named.contains(name)) {
            house.files.remove(name)?;
            removed += 1;
        }
    }
}

/// Only names that a row could hold are judged; anything else was put there by somebody else.
fn is_ours(name: &str) -> bool {
    let hash = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    hash || name.starts_with("let_") || name.starts_with("doc_")
}
