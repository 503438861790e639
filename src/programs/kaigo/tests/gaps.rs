//! A town that has the missing trees puts them in, and nothing else changes.

use super::*;
use crate::programs::kaigo::editions::Editions;

const HEAD: &str = "node,test,of,values,minutes,low,high,doubt,valid_from,valid_to,article,source\n";

/// Any tree whose minutes lie between two figures, as rows of a table.
fn trees(low: u32, high: u32) -> impl Strategy<Value = String> {
    let leaf = (low..=high).prop_map(|minutes| vec![(String::new(), format!("leaf,,,{}", Tenths(minutes)))]);
    let tests = prop_oneof![
        (1_u32..1000, 1..=5).prop_map(|(most, group)| format!("score,{group},{},", Tenths(most - 1))),
        Just("item,3-1,1 2,".to_owned()),
        Just("item,2-9,3,".to_owned()),
        Just("paralysis,1-1,none both_legs,".to_owned()),
        Just("joint,knee,,".to_owned()),
    ];
    let whole = leaf.prop_recursive(5, 32, 2, move |below| {
        (tests.clone(), below.clone(), below).prop_map(|(test, yes, no)| {
            let side = |side: &str, rows: Vec<(String, String)>| {
                rows.into_iter().map(|(key, row)| (format!("{side}{key}"), row)).collect::<Vec<_>>()
            };
            [vec![(String::new(), test)], side("Y", yes), side("N", no)].concat()
        })
    });
    whole.prop_map(|rows| {
        let line = |(key, row): (String, String)| format!("0{key},{row},,,,2024-04-01,,告示,official\n");
        HEAD.to_owned() + &rows.into_iter().map(line).collect::<String>()
    })
}

/// The text of a table in which every open leaf has this many minutes.
fn closed(table: &str, low: &str, high: &str, minutes: u32) -> String {
    let text = &files()[&format!("tables/{table}.csv")];
    let open = format!(",,{low},{high},");
    assert!(text.contains(&open));
    text.replace(&open, &format!(",{},,,", Tenths(minutes)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_interval_holds_the_figure_once_the_gaps_are_closed(
        sheets in proptest::collection::vec(sheets(), 16),
        hygiene in trees(12, 243),
        meal in 154_u32..=349,
        indirect in 27_u32..=94,
    ) {
        let mut files = files();
        files.insert("tables/tree_hygiene.csv".to_owned(), hygiene);
        files.insert("tables/tree_meal.csv".to_owned(), closed("tree_meal", "15.4", "34.9", meal));
        files.insert("tables/tree_indirect.csv".to_owned(), closed("tree_indirect", "2.7", "9.4", indirect));
        let complete = compile::model(&load(&files).unwrap(), day(TODAY)).unwrap();
        for mut sheet in sheets {
            // What a lost limb means is open still, whatever the trees.
            sheet.marks[0] &= !0b10_0000;
            sheet.marks[0] = sheet.marks[0].max(1);
            let (open, exact) = (model().judge(&sheet), complete.judge(&sheet));
            prop_assert!(exact.total.is_exact() && open.total.holds(exact.total.low));
            prop_assert_eq!(open.scores, exact.scores);
            let level = model().level(exact.total.low);
            prop_assert!((model().level(open.total.low)..=model().level(open.total.high)).contains(&level));
        }
    }

    #[test]
    fn two_readings_of_a_lost_limb_are_both_in_the_interval(mut sheet in sheets(), limbs in 0_u8..16) {
        sheet.marks[0] = limbs << 1 | 0b10_0000;
        let both = model().judge(&sheet);
        for reading in ["not-counted", "as-other-limbs"] {
            let text = &files()["tables/limb_loss.csv"];
            let kept = |line: &&str| line.starts_with("reading,") || line.starts_with(reading);
            let text: Vec<&str> = text.lines().filter(kept).collect();
            let one = compile::model(&with("limb_loss", &text.join("\n")), day(TODAY)).unwrap().judge(&sheet);
            prop_assert!(one.scores.iter().all(|score| score.is_exact()));
            prop_assert!(both.total.holds(one.total.low) && both.total.holds(one.total.high));
        }
    }
}

#[test]
fn a_tree_that_comes_later_holds_from_its_day() {
    let text = &files()["tables/tree_hygiene.csv"];
    let ended = text.replacen("2024-04-01,,", "2024-04-01,2027-03-31,", 1);
    let tables = with("tree_hygiene", &format!("{ended}0,leaf,,,6.0,,,,2027-04-01,,告示,official\n"));
    let editions = Editions::of(&tables);
    let sheet = Sheet { marks: [1; 64], ..Sheet::default() };
    let total = |on: &str| editions.on(day(on)).unwrap().judge(&sheet).total;
    assert!(!total("2027-03-31").is_exact());
    assert_eq!(total("2027-04-01").low, Tenths(216 + 60));
    assert!(total("2027-04-01").is_exact());
    assert!(editions.on(day("2024-03-31")).is_err());
}
