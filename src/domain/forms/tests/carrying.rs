use super::*;

fn earlier_on() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 4, 2).unwrap()
}

fn carried(world: &World, ask_again: &[&str]) -> Answers {
    let ask_again: Vec<String> = ask_again.iter().map(|it| (*it).to_owned()).collect();
    let mut answers = carry_over(&world.form, &world.complete(), &ask_again, earlier_on(), &world.ja());
    see_through(&world.form, &mut answers, &ask_again, &world.ja());
    answers
}

#[test]
fn what_was_answered_before_stands_again_with_its_day() {
    let world = World::new();
    let answers = carried(&world, &[]);
    assert_eq!(answers.get("member[0]/member.name"), Some(&Answer::Text("窓口 一郎".to_owned())));
    let origin = Origin::Prefilled { source: EARLIER.to_owned(), on: earlier_on() };
    assert_eq!(answers.origin("name.given"), Some(&origin));
    assert!(matches!(answers.get("number"), Some(Answer::Secret(_))), "the number needs no typing again");
}

#[test]
fn what_has_to_be_asked_again_is_blank_with_all_below_it() {
    let world = World::new();
    let answers = carried(&world, &["household", "disease"]);
    assert_eq!(answers.all("member.name"), []);
    assert_eq!(answers.get("disease"), None);
    assert!(answers.get("agree").is_some());
}

#[test]
fn steps_that_need_no_typing_count_as_seen() {
    let world = World::new();
    let seen = |answers: &Answers| ["applicant", "household", "illness"].map(|step| answers.visited(step));
    assert_eq!(seen(&carried(&world, &[])), [true, true, false], "the illness lacks its proof");
    assert_eq!(seen(&carried(&world, &["member"])), [true, false, false]);
}

#[test]
fn the_person_may_change_what_they_wrote_before() {
    let world = World::new();
    let mut answers = carried(&world, &[]);
    world.read("applicant", &[("name.family", "新姓")], &mut answers);
    assert_eq!(answers.get("name.family"), Some(&Answer::Text("新姓".to_owned())));
    let changed = Origin::Changed { source: EARLIER.to_owned(), on: earlier_on() };
    assert_eq!(answers.origin("name.family"), Some(&changed));
}

#[test]
fn a_step_answered_anew_replaces_the_earlier_one_whole() {
    let world = World::new();
    let earlier = world.complete();
    let mut later = Answers::new();
    world.read("applicant", &[("name.family", "新姓")], &mut later);
    let laid = overlay(&world.form, &earlier, &later);
    assert_eq!(laid.get("name.family"), Some(&Answer::Text("新姓".to_owned())));
    assert_eq!(laid.get("name.given"), later.get("name.given"), "what the step no longer has is gone");
    assert_eq!(laid.all("member.name"), earlier.all("member.name"));
    let steps = ["household".to_owned()];
    assert_eq!(without(&world.form, &laid, &steps).all("member.name"), []);
}

#[test]
fn what_somebody_typed_for_another_is_marked_until_it_is_changed() {
    let on = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    let text = |value: &str| Answer::Text(value.to_owned());
    let mut answers = Answers::new();
    answers.set("own", text("a"));
    let before = answers.clone();
    answers.set("own", text("a"));
    answers.set("other", text("b"));
    answers.mark_assisted(&before, on);
    assert_eq!(answers.origin("own"), Some(&Origin::Typed));
    assert_eq!(answers.origin("other"), Some(&Origin::Assisted { on }));
    answers.set("other", text("b"));
    assert_eq!(answers.origin("other"), Some(&Origin::Assisted { on }), "seen, not changed");
    answers.set("other", text("c"));
    assert_eq!(answers.origin("other"), Some(&Origin::Typed));
}
