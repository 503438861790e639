use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::{TableError, Tables, load};
use crate::domain::forms::Decimal;
use crate::domain::problem::Problem;

const MANIFEST: &str = r#"
[limits]
file = "limits.csv"
key = ["kind"]
columns = { kind = "text", yen = "integer" }
optional = { factor = "decimal", fixed = "boolean" }

[uses]
file = "uses.csv"
key = ["kind", "place"]
gaps = true
columns = { kind = "text", place = "integer" }
references = { kind = "limits" }
"#;

const LIMITS: &str = "kind,yen,factor,fixed,valid_from,valid_to,article,source
low,800000,0.5,yes,2015-01-01,2025-06-30,Order 1-1-5,gazette
low,809000,,,2025-07-01,,Order 1-1-5,gazette
";

const USES: &str = "kind,place,valid_from,valid_to,article,source
low,1,2020-01-01,2020-12-31,Art. 1,law
low,1,2022-01-01,,Art. 1,law
";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn read(limits: &str, uses: &str) -> Result<Tables, Vec<Problem>> {
    folder(&[("tables/tables.toml", MANIFEST), ("tables/limits.csv", limits), ("tables/uses.csv", uses)])
}

fn folder(files: &[(&str, &str)]) -> Result<Tables, Vec<Problem>> {
    let files: BTreeMap<String, String> =
        files.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    load(&files)
}

fn first(result: Result<Tables, Vec<Problem>>) -> (String, Option<usize>, String) {
    let problem = result.unwrap_err().remove(0);
    (problem.path, problem.line, problem.message)
}

#[test]
fn the_row_of_the_day_is_found_and_cited() {
    let tables = read(LIMITS, USES).unwrap();
    let before = tables.row("limits", "low", day("2025-06-30")).unwrap();
    let after = tables.row("limits", "low", day("2025-07-01")).unwrap();
    assert_eq!((before.integer("yen"), after.integer("yen")), (Ok(800_000), Ok(809_000)));
    assert_eq!(
        (before.decimal("factor"), before.boolean("fixed")),
        (Ok(Decimal::parse("0.5").unwrap()), Ok(true))
    );
    assert_eq!(after.reference().row, "low@2025-07-01");
    assert_eq!((after.article.as_str(), after.source.as_str(), after.line), ("Order 1-1-5", "gazette", 3));
}

#[test]
fn a_day_without_a_row_is_an_answer_not_a_guess() {
    let tables = read(LIMITS, USES).unwrap();
    let nothing = tables.row("limits", "low", day("2014-12-31")).unwrap_err();
    assert_eq!(nothing.to_string(), "table limits has no row low on 2014-12-31");
    assert!(tables.row("uses", "low/1", day("2021-06-01")).is_err());
    assert!(tables.row("uses", "low/1", day("2022-06-01")).is_ok());
    assert_eq!(tables.rows("nowhere", day("2022-06-01")), Err(TableError::NoTable("nowhere".to_owned())));
}

#[test]
fn an_empty_or_foreign_column_is_an_error() {
    let tables = read(LIMITS, USES).unwrap();
    let row = tables.row("limits", "low", day("2026-01-01")).unwrap();
    assert!(row.decimal("factor").is_err());
    assert!(row.text("yen").is_err());
    assert!(row.date("yen").is_err());
}

#[test]
fn overlaps_and_gaps_are_refused_with_their_line() {
    let overlap = LIMITS.replace("2025-06-30", "2025-07-01");
    assert_eq!(
        first(read(&overlap, USES)),
        ("valid_from".into(), Some(3), "two rows of low on 2025-07-01".into())
    );
    let open = LIMITS.replace("2025-06-30", "");
    assert_eq!(first(read(&open, USES)).2, "two rows of low on 2025-07-01");
    let gap = LIMITS.replace("2025-06-30", "2025-06-29");
    assert_eq!(
        first(read(&gap, USES)),
        ("valid_from".into(), Some(3), "no row of low from 2025-06-30".into())
    );
}

#[test]
fn wrong_cells_columns_and_references_are_refused() {
    assert_eq!(first(read(&LIMITS.replace("809000", "809,000"), USES)).0, "");
    assert_eq!(first(read(&LIMITS.replace("809000", "lots"), USES)).0, "yen");
    assert_eq!(first(read(&LIMITS.replace("gazette", ""), USES)).0, "source");
    assert_eq!(first(read(&LIMITS.replace("yen", "amount"), USES)).2, "missing column");
    assert_eq!(first(read(LIMITS, &USES.replace("low", "high"))).2, "high is no key of the table limits");
    assert_eq!(
        first(read(&LIMITS.replace("2015-01-01", "2025-07-15"), USES)).2,
        "the row ends before it begins"
    );
}

#[test]
fn a_missing_file_and_a_broken_manifest_are_named() {
    let missing = folder(&[("tables/tables.toml", MANIFEST)]);
    assert_eq!(first(missing).2, "the file tables/limits.csv is missing");
    assert_eq!(first(folder(&[("tables/tables.toml", "[limits]\nfile = 3")])).1, Some(2));
    let unnamed = "[a]\nfile = \"a.csv\"\nkey = [\"b\"]\ncolumns = {}";
    assert_eq!(first(folder(&[("tables/tables.toml", unnamed)])).2, "b is no announced column");
    assert_eq!(folder(&[]), Ok(Tables::default()));
}

proptest! {
    /// Whatever the days on which the rows change, each later day has exactly one row.
    #[test]
    fn periods_that_join_cover_every_day(cuts in proptest::collection::btree_set(1u64..4000, 1..6), ask in 0u64..5000) {
        let start = day("2015-01-01");
        let mut from = start;
        let mut text = "kind,yen,factor,fixed,valid_from,valid_to,article,source\n".to_owned();
        for (index, cut) in cuts.iter().enumerate() {
            let next = start + chrono::Days::new(*cut);
            text += &format!("low,{index},,,{from},{},a,s\n", next.pred_opt().unwrap());
            from = next;
        }
        text += &format!("low,99,,,{from},,a,s\n");
        let tables = read(&text, USES).unwrap();
        let asked = start + chrono::Days::new(ask);
        prop_assert_eq!(tables.rows("limits", asked).unwrap().len(), 1);
    }
}
