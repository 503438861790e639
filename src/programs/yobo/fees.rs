//! 委託料: what the town pays an institution for a visit. Every town sets its own; none is shipped.

use chrono::NaiveDate;

use crate::domain::immunization::law::Fee;
use crate::domain::tables::Tables;

/// The fee of a vaccine for a visit that ended so (`given`, `not_done`), as it holds on a day; `None` where the town
/// has set none.
pub fn fee(vaccine: &str, outcome: &str, tables: &Tables, on: NaiveDate) -> Option<Fee> {
    let row = tables.row("dose_fees", &format!("{vaccine}/{outcome}"), on).ok()?;
    Some(Fee {
        yen: row.integer("yen").ok()?,
        copay: row.integer("copay").unwrap_or(0),
        source: row.source.clone(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::tables::load;

    const MANIFEST: &str = "[dose_fees]\nfile = \"dose_fees.csv\"\nkey = [\"vaccine\", \"outcome\"]\n\
        columns = { vaccine = \"text\", outcome = \"text\", yen = \"integer\" }\noptional = { copay = \"integer\" }\n";
    const ROWS: &str = "vaccine,outcome,yen,copay,valid_from,valid_to,article,source\n\
        flu_elderly,given,5000,1500,2026-04-01,2026-12-31,要綱,https://example.jp/\n\
        flu_elderly,given,5200,1500,2027-01-01,,要綱,https://example.jp/\n\
        flu_elderly,not_done,2000,,2026-04-01,,要綱,https://example.jp/\n";

    #[test]
    fn the_fee_of_the_day_counts_and_none_is_made_up() {
        let files = [("tables/tables.toml", MANIFEST), ("tables/dose_fees.csv", ROWS)];
        let files: BTreeMap<_, _> = files.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        let tables = load(&files).unwrap();
        let of = |outcome: &str, day: &str| {
            fee("flu_elderly", outcome, &tables, day.parse().unwrap()).map(|it| (it.yen, it.copay))
        };
        assert_eq!(of("given", "2026-12-31"), Some((5000, 1500)));
        assert_eq!(of("given", "2027-01-01"), Some((5200, 1500)));
        assert_eq!(of("not_done", "2026-11-01"), Some((2000, 0)));
        assert_eq!(of("given", "2026-03-31"), None);
        assert_eq!(of("doubtful", "2026-11-01"), None);
    }
}
