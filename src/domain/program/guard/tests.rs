//! Reading and evaluating conditions.

use proptest::prelude::*;

use super::*;

fn facts() -> Facts {
    let mut facts = Facts::new(State::InReview, CaseKind::of("new"));
    facts.open.insert("certificate".to_owned());
    facts.accepted.insert("income".to_owned());
    facts.waived.insert("identity".to_owned());
    facts
}

fn holds(text: &str) -> bool {
    Guard::parse(text).unwrap().holds(&facts())
}

#[test]
fn atoms_ask_the_facts() {
    for text in
        ["always", "state(in_review)", "kind(new)", "open(certificate)", "done(income)", "done(identity)"]
    {
        assert!(holds(text), "{text}");
    }
    for text in
        ["state(draft)", "accepted(identity)", "overdue(certificate)", "deliberated", "outcome(granted)"]
    {
        assert!(!holds(text), "{text}");
    }
}

#[test]
fn an_answer_is_asked_by_item_and_code() {
    let mut facts = facts();
    facts.answers.entry("insurance.kind".to_owned()).or_default().insert("kokuho".to_owned());
    assert!(Guard::parse("answer(insurance.kind, kokuho)").unwrap().holds(&facts));
    assert!(!Guard::parse("answer(insurance.kind, koki)").unwrap().holds(&facts));
}

#[test]
fn not_binds_before_and_and_before_or() {
    assert!(holds("always or always and state(draft)"));
    assert!(!holds("(always or always) and state(draft)"));
    assert!(!holds("not always or state(draft)"));
    assert!(holds("not state(draft) and open(certificate)"));
}

#[test]
fn wrong_expressions_say_what_is_wrong() {
    assert_eq!(Guard::parse("open(certificate"), Err(GuardError::End));
    assert_eq!(Guard::parse("state(printed)"), Err(GuardError::UnknownCode("state", "printed".to_owned())));
    assert_eq!(Guard::parse("printed()"), Err(GuardError::Unexpected(")".to_owned())));
    assert_eq!(Guard::parse("printed"), Err(GuardError::UnknownAtom("printed".to_owned(), 0)));
    assert_eq!(Guard::parse("always always"), Err(GuardError::Unexpected("always".to_owned())));
    assert_eq!(Guard::parse("always & always"), Err(GuardError::Character('&')));
    assert_eq!(Guard::parse(&"(".repeat(LONGEST + 1)), Err(GuardError::TooLong));
}

proptest! {
    #[test]
    fn reading_never_fails_otherwise_than_by_an_error(text in "[a-z(), ]{0,80}") {
        let _ = Guard::parse(&text);
    }

    #[test]
    fn a_guard_and_its_negation_never_agree(text in "(always|unseen|open\\(certificate\\))( (and|or) (always|unseen)){0,4}") {
        prop_assert_ne!(holds(&text), holds(&format!("not ({text})")));
    }

    #[test]
    fn a_guard_is_stored_as_it_was_written(text in "(always|unseen)( (and|or) (always|unseen)){0,4}") {
        let guard = Guard::parse(&text).unwrap();
        let json = serde_json::to_string(&guard).unwrap();
        prop_assert_eq!(serde_json::from_str::<Guard>(&json).unwrap(), guard);
    }
}
