//! Tables that cannot be used say why, and where.

use super::*;
use crate::programs::kaigo::editions::check;

/// The first fault of a file after replacing a piece of it.
fn fault(file: &str, from: &str, to: &str) -> String {
    let problems = check(&changed(file, from, to));
    let problem = problems.iter().find(|problem| problem.file == format!("tables/{file}.csv"));
    let problem = problem.unwrap_or_else(|| panic!("{file}: {from} → {to} is no fault: {problems:?}"));
    assert!(!problem.fix.is_empty(), "{problem}");
    problem.to_string()
}

#[test]
fn the_shipped_tables_have_no_fault() {
    assert_eq!(check(tables()), Vec::new());
}

#[test]
fn a_broken_tree_is_named_with_its_line() {
    assert!(fault("tree_meal", "0YYY,leaf", "0YYX,leaf").contains("0YYY"));
    assert!(fault("tree_meal", "0Y,score", "0Z,score").contains("tree_meal.csv:2"));
    assert!(fault("tree_meal", "18.6", "").contains("one figure"));
    assert!(fault("tree_meal", "18.6", "1.86").contains("decimal"));
    assert!(fault("tree_meal", "18.6", "99.9").contains("outside"));
    assert!(fault("tree_meal", ",15.4,34.9,", ",34.9,15.4,").contains("one figure"));
    for (from, to) in [
        ("item,2-4,1 2", "item,9-9,1 2"),
        ("item,2-4,1 2", "item,2-4,1 9"),
        ("item,2-4,1 2", "item,2-4,1 2 3 4"),
        ("item,2-4,1 2", "item,2-4,"),
        ("item,2-4,1 2", "item,1-1,1"),
        ("item,2-4,1 2", "joint,elbow,"),
        ("score,2,31.2", "score,6,31.2"),
        ("score,2,31.2", "score,2,100.0"),
        ("score,2,31.2", "mood,2,31.2"),
    ] {
        assert!(fault("tree_meal", from, to).contains("cannot be read"), "{to}");
    }
}

#[test]
fn a_way_without_end_is_refused() {
    let deep = format!("0{}", "Y".repeat(200));
    assert!(fault("tree_hygiene", "\n0,", &format!("\n{deep},")).contains("nothing leads"));
}

#[test]
fn other_broken_tables_are_named() {
    fault("levels", "25.0,32.0", "26.0,32.0");
    fault("options", "1-3,2,", "1-3,4,");
    fault("limbs", "2 3 4 5,", "2 3 4 6,");
    fault("warnings", "1-3,3", "1-3,4");
    fault("treatments", "\n2,", "\n22,");
    fault("joints", "shoulder,2,", "shoulder,22,");
    fault("paralysis", "5.5", "5.55");
    fault("trees", "medical,", "medicine,");
}
