use super::{law, tables};

#[test]
fn every_row_of_every_table_can_be_cited() {
    for name in tables().names() {
        for row in tables().all_rows(name).unwrap() {
            let source = row.source.as_str();
            assert!(!row.article.is_empty() && source.contains("http"), "{name} line {}", row.line);
        }
    }
}

#[test]
fn every_vaccine_has_windows_courses_and_a_word_on_long_illness() {
    assert_eq!(law().vaccines.len(), 21);
    for vaccine in &law().vaccines {
        let whole = !vaccine.windows.is_empty() && !vaccine.paths.is_empty() && vaccine.long_term.is_some();
        assert!(whole && !vaccine.diseases.is_empty(), "{}", vaccine.key);
        assert!(vaccine.paths.iter().all(|path| !path.doses.is_empty()), "{}", vaccine.key);
    }
}

#[test]
fn every_later_dose_of_a_course_has_a_least_interval() {
    for vaccine in &law().vaccines {
        for path in &vaccine.paths {
            for step in &path.doses[1..] {
                let bound = step.intervals.iter().any(|it| it.rule.least.is_some());
                assert!(bound, "{} {} {}", vaccine.key, path.key, step.key);
            }
        }
    }
}

#[test]
fn the_live_vaccines_are_those_that_were_listed() {
    let injected = law().live.iter().filter(|it| it.rule.injected && !it.rule.confirm);
    let names: Vec<&str> = injected.map(|it| law().name(it.rule.code)).collect();
    assert_eq!(names, ["bcg", "mr", "measles", "rubella", "varicella", "zoster_live", "mumps"]);
}
