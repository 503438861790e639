use super::super::matching::DISEASE_NUMBER_SYSTEM;
use super::super::propose::match_diagnosis;
use super::*;
use crate::domain::clinical::{Code, Concept, Diagnosis, Verification, systems};
use crate::domain::proposal::MatchBasis;

fn coded(system: &str, code: &str) -> Diagnosis {
    let code = Code { system: Some(system.to_owned()), code: Some(code.to_owned()), display: None };
    Diagnosis { concept: Concept { codes: vec![code], ..Concept::default() }, ..Diagnosis::default() }
}

fn named(text: &str) -> Diagnosis {
    Diagnosis {
        concept: Concept { text: Some(text.to_owned()), ..Concept::default() },
        ..Diagnosis::default()
    }
}

fn matched(diagnosis: Diagnosis) -> Vec<(i64, MatchBasis)> {
    let found = match_diagnosis(&[diagnosis], tables(), day("2026-05-10"));
    found.into_iter().map(|found| (found.number, found.basis)).collect()
}

#[test]
fn icd10_matches_with_and_without_its_dot() {
    assert_eq!(matched(coded(systems::ICD10, "G20")), [(6, MatchBasis::Icd10)]);
    assert_eq!(matched(coded(systems::ICD10, "K519"))[0], (97, MatchBasis::Icd10));
    assert_eq!(matched(coded(systems::ICD10_WHO, "K51.9"))[0], (97, MatchBasis::Icd10));
    assert_eq!(matched(coded(systems::ICD10_WHO, "k51.2"))[0], (97, MatchBasis::Icd10Category));
}

#[test]
fn one_code_may_stand_for_several_diseases() {
    let exact: Vec<i64> = matched(coded(systems::ICD10, "G122"))
        .into_iter()
        .filter_map(|(number, basis)| (basis == MatchBasis::Icd10).then_some(number))
        .collect();
    assert_eq!(exact, [2, 3, 4, 132]);
}

#[test]
fn names_match_exactly_folded_and_in_part() {
    assert_eq!(matched(named("パーキンソン病")), [(6, MatchBasis::Name)]);
    assert_eq!(matched(named("ﾊﾟｰｷﾝｿﾝ病")), [(6, MatchBasis::FoldedName)]);
    assert_eq!(matched(named("多発性硬化症")), [(13, MatchBasis::FoldedName)]);
    assert_eq!(matched(named("感冒")), []);
}

#[test]
fn the_number_of_the_notice_is_the_strongest_basis() {
    let mut diagnosis = coded(DISEASE_NUMBER_SYSTEM, "97");
    diagnosis.concept.codes.extend(coded(systems::ICD10, "K519").concept.codes);
    assert_eq!(matched(diagnosis)[0], (97, MatchBasis::Number));
    assert_eq!(
        matched(coded("http://nanbyodata.jp/ontology/nando", "NANDO:1200010")),
        [(6, MatchBasis::Ontology)]
    );
}

#[test]
fn a_disease_matches_only_from_its_day_and_an_unsure_record_says_so() {
    let early = match_diagnosis(&[named("パーキンソン病")], tables(), day("2014-12-31"));
    assert!(early.is_empty());
    let refuted = Diagnosis { verification: Verification::Refuted, ..named("パーキンソン病") };
    let found = match_diagnosis(&[named("感冒"), refuted], tables(), day("2026-05-10"));
    assert_eq!(found.iter().map(|found| (found.diagnosis, found.uncertain)).collect::<Vec<_>>(), [(1, true)]);
    assert_eq!(found[0].row.row, "6@2015-01-01");
}

#[test]
fn an_empty_record_matches_nothing() {
    assert_eq!(matched(Diagnosis::default()), []);
    assert_eq!(matched(named("")), []);
}
