//! 委託料: what the town pays an institution for a visit, and who is exempt from the share that the person pays. Every
//! town sets its own; none is shipped.

use chrono::NaiveDate;

use crate::domain::immunization::law::{Exemption, Fee};
use crate::domain::tables::{Row, Tables};

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

/// Who is exempt from the regular share of a vaccine on a day, by the class (A, B) of the vaccine.
pub fn exemptions(vaccine: &str, tables: &Tables, on: NaiveDate) -> Vec<Exemption> {
    let class = tables.row("vaccines", vaccine, on).and_then(|row| row.text("category"));
    let (Ok(class), Ok(rows)) = (class, tables.rows("copay_exemptions", on)) else { return Vec::new() };
    let read = |row: &&Row| {
        Some(Exemption {
            key: row.text("reason").ok()?.to_owned(),
            label: row.text("label").ok()?.to_owned(),
            copay: row.integer("copay").ok()?,
        })
    };
    rows.iter().filter(|row| row.text("class").is_ok_and(|it| it == class)).filter_map(read).collect()
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

    #[test]
    fn who_is_exempt_is_what_the_town_says_of_the_class_on_the_day() {
        let manifest = "[vaccines]\nfile = \"vaccines.csv\"\nkey = [\"vaccine\"]\n\
            columns = { vaccine = \"text\", category = \"text\" }\n\
            [copay_exemptions]\nfile = \"copay_exemptions.csv\"\nkey = [\"class\", \"reason\"]\n\
            columns = { class = \"text\", reason = \"text\", label = \"text\", copay = \"integer\" }\n";
        let vaccines = "vaccine,category,valid_from,valid_to,article,source\n\
            flu_elderly,B,2000-01-01,,法,https://example.jp/\nhepb,A,2000-01-01,,法,https://example.jp/\n";
        let rows = "class,reason,label,copay,valid_from,valid_to,article,source\n\
            B,welfare,生活保護,0,2026-04-01,,要綱,https://example.jp/\n";
        let files = [
            ("tables/tables.toml", manifest),
            ("tables/vaccines.csv", vaccines),
            ("tables/copay_exemptions.csv", rows),
        ];
        let files: BTreeMap<_, _> = files.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        let tables = load(&files).unwrap();
        let of = |vaccine: &str, day: &str| {
            let found = exemptions(vaccine, &tables, day.parse().unwrap());
            found.into_iter().map(|it| (it.key, it.copay)).collect::<Vec<_>>()
        };
        assert_eq!(of("flu_elderly", "2026-11-01"), [("welfare".to_owned(), 0)]);
        assert!(of("flu_elderly", "2026-03-31").is_empty() && of("hepb", "2026-11-01").is_empty());
        assert!(of("unheard", "2026-11-01").is_empty());
    }
}
