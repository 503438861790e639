use super::*;

const HERE: (&str, &str) = ("1310000001", "まどか医院");
const THERE: (&str, &str) = ("1310000002", "けやき医院");

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn draft() -> Screening {
    Screening {
        id: "scr_1".to_owned(),
        subject: "sub_1".to_owned(),
        vaccine: "mr1".to_owned(),
        dose: "1".to_owned(),
        state: ScreeningState::Draft,
        answered_on: None,
        valid_to: Some(day("2026-12-31")),
        institution: None,
        line: None,
        revision: 1,
        content: Content::default(),
    }
}

fn answered() -> Screening {
    let mut form = draft();
    form.hand_in(day("2026-11-22"), "青空 花子").unwrap();
    form
}

fn locked() -> Screening {
    let mut form = answered();
    form.lock(HERE, day("2026-11-23"), 1, false).unwrap();
    form
}

fn fit() -> Judgement {
    Judgement { fit: true, explained: true, consent: true, ..Judgement::default() }
}

fn key(done: Result<(), Refusal>) -> Result<(), String> {
    done.map_err(|refusal| refusal.key)
}

fn refused(name: &str) -> Result<(), String> {
    Err(format!("screening.{name}"))
}

#[test]
fn a_form_goes_from_the_answers_to_the_dose() {
    let mut form = locked();
    assert_eq!(key(form.end(HERE.0, ("mr1", "1"), true, "imm_1")), refused("unjudged"));
    form.judge(HERE.0, fit()).unwrap();
    assert_eq!(key(form.end(HERE.0, ("mr1", "2"), true, "imm_1")), refused("vaccine"));
    assert_eq!(key(form.end(HERE.0, ("mr2", "1"), true, "imm_1")), refused("vaccine"));
    form.end(HERE.0, ("mr1", "1"), true, "imm_1").unwrap();
    assert_eq!((form.state, form.line.as_deref()), (ScreeningState::Given, Some("imm_1")));
    assert_eq!(key(form.release(HERE.0)), refused("ended"));
    assert_eq!(key(form.write(Answers::new(), day("2026-11-23"))), refused("ended"));
}

#[test]
fn each_part_of_the_judgement_can_keep_a_dose_from_being_given() {
    let without = [
        Judgement { fit: false, ..fit() },
        Judgement { explained: false, ..fit() },
        Judgement { consent: false, ..fit() },
    ];
    for judgement in without {
        let mut form = locked();
        form.judge(HERE.0, judgement).unwrap();
        assert_eq!(key(form.end(HERE.0, ("mr1", "1"), true, "imm_1")), refused("unjudged"));
        form.end(HERE.0, ("mr1", "1"), false, "imm_1").unwrap();
        assert_eq!(form.state, ScreeningState::NotGiven);
    }
}

#[test]
fn answers_count_from_the_day_before_unless_they_are_gone_through_again() {
    for (today, fresh) in [("2026-11-22", true), ("2026-11-23", true), ("2026-11-24", false)] {
        let done = key(answered().lock(HERE, day(today), 1, false));
        assert_eq!(done, if fresh { Ok(()) } else { refused("stale") }, "{today}");
    }
    let mut form = answered();
    form.lock(HERE, day("2026-11-30"), 1, true).unwrap();
    assert!(form.content.confirmed_there);
    let mut form = answered();
    form.hand_in(day("2026-11-30"), "青空 太郎").unwrap();
    assert_eq!(key(form.lock(HERE, day("2026-11-30"), 1, false)), Ok(()));
}

#[test]
fn what_one_clinic_locked_nobody_else_touches_until_it_gives_it_back() {
    let mut form = locked();
    let today = day("2026-11-23");
    assert_eq!(key(form.lock(HERE, today, 1, false)), Ok(()), "the same clinic again");
    assert_eq!(key(form.lock(THERE, today, 1, true)), refused("elsewhere"));
    assert_eq!(key(form.judge(THERE.0, fit())), refused("elsewhere"));
    assert_eq!(key(form.end(THERE.0, ("mr1", "1"), false, "imm_1")), refused("elsewhere"));
    assert_eq!(key(form.write(Answers::new(), today)), refused("locked"));
    assert_eq!(key(form.hand_in(today, "青空 花子")), refused("locked"));
    form.judge(HERE.0, fit()).unwrap();
    form.release(HERE.0).unwrap();
    assert_eq!((form.state, form.content.judgement.is_none()), (ScreeningState::Answered, true));
    assert_eq!(key(form.lock(THERE, today, 1, false)), Ok(()));
}

#[test]
fn what_was_judged_at_another_visit_does_not_count() {
    let mut form = locked();
    form.judge(HERE.0, fit()).unwrap();
    form.state = ScreeningState::Answered;
    form.lock(HERE, day("2026-11-23"), 1, false).unwrap();
    assert_eq!(key(form.end(HERE.0, ("mr1", "1"), true, "imm_1")), refused("unjudged"));
}

#[test]
fn a_form_that_is_not_handed_in_or_whose_time_is_over_leads_to_nothing() {
    assert_eq!(key(draft().lock(HERE, day("2026-11-23"), 1, true)), refused("unanswered"));
    assert_eq!(key(answered().judge(HERE.0, fit())), refused("unlocked"));
    let late = day("2027-01-01");
    assert_eq!(key(answered().lock(HERE, late, 1, true)), refused("expired"));
    assert_eq!(key(draft().write(Answers::new(), late)), refused("expired"));
    assert!(!locked().is_over(late), "a judgement that began goes on");
}

#[test]
fn a_change_takes_back_what_was_handed_in() {
    let mut form = answered();
    form.write(Answers::new(), day("2026-11-22")).unwrap();
    assert_eq!((form.state, form.answered_on), (ScreeningState::Draft, None));
}
