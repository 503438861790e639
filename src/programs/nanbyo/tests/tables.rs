use std::collections::BTreeSet;

use super::*;
use crate::domain::lang::Lang;

#[test]
fn the_list_of_diseases_grew_as_it_was_published() {
    let tables = tables();
    let listed = |on| tables.rows("diseases", day(on)).unwrap().len();
    let steps = [
        ("2014-12-31", 0),
        ("2015-01-01", 110),
        ("2015-07-01", 306),
        ("2017-04-01", 330),
        ("2018-04-01", 331),
        ("2019-07-01", 333),
        ("2021-11-01", 338),
        ("2024-04-01", 341),
        ("2025-03-31", 341),
        ("2025-04-01", 348),
    ];
    for (on, count) in steps {
        assert_eq!(listed(on), count, "{on}");
    }
}

#[test]
fn the_two_diseases_with_a_form_of_their_own_are_listed() {
    let tables = tables();
    let icd10 = |no| tables.row("diseases", no, day("2026-04-01")).unwrap().text("icd10").unwrap();
    assert_eq!((icd10("6"), icd10("97")), ("G20", "K51.9"));
}

#[test]
fn every_row_of_every_table_can_be_cited() {
    let tables = tables();
    for name in tables.names() {
        for row in tables.all_rows(name).unwrap() {
            assert!(!row.article.is_empty() && !row.source.is_empty(), "{name} line {}", row.line);
        }
    }
}

#[test]
fn every_branch_of_the_article_has_a_cap_and_the_ventilator_comes_second() {
    let tables = tables();
    let on = day("2026-04-01");
    let mut order = tables.rows("order", on).unwrap();
    order.sort_by_key(|row| row.integer("rank").unwrap());
    let order: Vec<&str> = order.iter().map(|row| row.key()).collect();
    assert_eq!(order, ["public-assistance", "ventilator", "low-1", "low-2", "general-1", "general-2", "top"]);
    let tiers: BTreeSet<&str> = tables.rows("tiers", on).unwrap().iter().map(|row| row.key()).collect();
    for tier in tiers {
        for basis in ["general", "long-term", "ventilator"] {
            assert!(tables.row("caps", &format!("{tier}/{basis}"), on).is_ok(), "{tier}/{basis}");
        }
    }
}

#[test]
fn the_diseases_can_be_chosen_in_japanese_and_english() {
    let choices = tables().choices("diseases", day("2026-04-01")).unwrap();
    let parkinson = choices.iter().find(|choice| choice.code == "6").unwrap();
    assert_eq!((choices.len(), parkinson.label.get(Lang::Ja)), (348, "パーキンソン病"));
    assert_eq!(parkinson.label.get(Lang::En), "Parkinson's disease");
    assert!(tables().choices("caps", day("2026-04-01")).is_err());
}
