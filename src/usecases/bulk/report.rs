//! The results of a run as a table to download: reference numbers and what came of them, nobody's name.

use std::collections::BTreeMap;

use crate::domain::permission::Desk;
use crate::store::{bulk, bulk_pages};
use crate::usecases::access::Caller;
use crate::usecases::csv;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::shown::{item_words, visible};

/// Lines of one part.
const PAGE: i64 = 500;

/// Where the next part begins: the place and the item before it.
pub type Place = (i64, String);

/// Before the first line.
pub fn beginning() -> Place {
    (i64::MIN, String::new())
}

/// A part of the table after a place, and where the next one begins; none after the last.
///
/// # Errors
/// [`Error::NotFound`] for a run of a program in which the caller does not work.
pub fn part(
    house: &House,
    caller: &Caller,
    run: &str,
    after: &Place,
) -> Result<(String, Option<Place>), Error> {
    house.seat(caller, Desk::Register)?;
    house.database.read(|conn| {
        let run = visible(house, conn, caller, run)?;
        let items = bulk::items(conn, &run.id, ("", ""), after, PAGE)?;
        let ids: Vec<&str> = items.iter().map(|item| item.case_id.as_str()).collect();
        let known: BTreeMap<_, _> = bulk_pages::references(conn, &ids)?.into_iter().collect();
        let reference = |case: &str| known.get(case).and_then(|it| it.as_deref()).unwrap_or_default();
        let lines = items
            .iter()
            .map(|it| csv::line([reference(&it.case_id), item_words(&it.state), &it.reason, &it.detail]));
        let head = after.1.is_empty().then(|| csv::MARK.to_owned() + &csv::line(HEAD));
        let text = head.into_iter().chain(lines).collect();
        Ok((text, items.last().map(|last| (last.place, last.item.clone()))))
    })
}

const HEAD: [&str; 4] = ["受付番号", "結果", "コード", "内容"];
