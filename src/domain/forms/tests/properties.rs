use proptest::prelude::*;

use super::*;

fn field_names() -> impl Strategy<Value = String> {
    let form = form();
    let mut names: Vec<String> = form.places.keys().cloned().collect();
    names.extend(
        ["birth.era", "birth.year", "birth.month", "birth.day", "add", "remove", "symptoms.shown"]
            .map(String::from),
    );
    names.extend((0..3).flat_map(|row| {
        ["member.name", "member.tax", "member.relation"].map(|name| format!("member[{row}]/{name}"))
    }));
    prop::sample::select(names)
}

fn typed_values() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,20}",
        any::<String>(),
        prop::sample::select(vec![
            "member",
            "member[0]",
            "member[99]",
            "tel",
            "tel[0]",
            "昭和",
            "S30.1.5",
            "65",
            "true",
            "child",
            "none",
            "097",
            MY_NUMBER,
            "-1.5",
            "９９９９９９９９９９９９９９９",
            "2026-02-30",
        ])
        .prop_map(String::from),
    ]
}

fn posts() -> impl Strategy<Value = Vec<(usize, Posted)>> {
    let fields =
        prop::collection::btree_map(field_names(), prop::collection::vec(typed_values(), 0..3), 0..12);
    prop::collection::vec((0..3_usize, fields), 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_posted_makes_it_panic_or_loses_its_shape(posts in posts()) {
        let world = World::new();
        let mut answers = populate(&world.form, &world.ja());
        for (step, posted) in posts {
            let step = world.form.steps()[step].link_id.clone();
            let found = read_step(&world.form, &step, &posted, &mut answers, &world.ja());
            step_view(&world.form, &step, &answers, &found, &world.ja());
            summary(&world.form, &answers, &world.ja());
        }
        answers.take_secrets();
        let response = answers.to_response(&world.form, Status::InProgress, &world.ja());
        let back = Answers::from_response(&world.form, &response).unwrap();
        prop_assert_eq!(back.to_response(&world.form, Status::InProgress, &world.ja()), response);
    }

    #[test]
    fn closing_and_opening_a_section_brings_its_answers_back(name in "[ぁ-ん]{1,10}") {
        let world = World::new();
        let mut answers = Answers::new();
        world.read("applicant", &[("birth.year", "2015-01-01")], &mut answers);
        world.read("applicant", &[("guardian.name", &name)], &mut answers);
        let open = answers.to_response(&world.form, Status::Completed, &world.ja());
        world.read("applicant", &[("birth.year", "1950-01-01")], &mut answers);
        let closed = answers.to_response(&world.form, Status::Completed, &world.ja()).to_string();
        prop_assert!(!closed.contains("guardian.name"));
        world.read("applicant", &[("birth.year", "2015-01-01")], &mut answers);
        prop_assert_eq!(answers.to_response(&world.form, Status::Completed, &world.ja()), open.clone());
        answers.retain_enabled(&world.form, &world.ja());
        prop_assert_eq!(answers.to_response(&world.form, Status::InProgress, &world.ja())["item"].clone(), open["item"].clone());
    }
}
