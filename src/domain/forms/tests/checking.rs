use super::*;

#[test]
fn conditions_look_at_their_own_row_and_values_come_back() {
    let world = World::new();
    let mut answers = Answers::new();
    let child = [
        ("member[0]/member.relation", "child"),
        ("member[0]/member.school", "城南小学校"),
        ("add", "member"),
    ];
    world.read("household", &child, &mut answers);
    let paths = |answers: &Answers| -> Vec<String> {
        let view = step_view(&world.form, "household", answers, &[], &world.ja());
        view.fields.into_iter().map(|field| field.path).filter(|path| path.ends_with("school")).collect()
    };
    assert_eq!(paths(&answers), ["member[0]/member.school"]);
    world.read("household", &[("member[0]/member.relation", "spouse")], &mut answers);
    assert_eq!(paths(&answers), [""; 0]);
    let filed = answers.to_response(&world.form, Status::Completed, &world.ja()).to_string();
    assert!(!filed.contains("城南小学校"));
    let draft = answers.to_response(&world.form, Status::InProgress, &world.ja()).to_string();
    assert!(draft.contains("城南小学校"));
    world.read("household", &[("member[0]/member.relation", "child")], &mut answers);
    assert_eq!(paths(&answers), ["member[0]/member.school"]);
    assert!(answers.get("member[0]/member.school").is_some());
}

#[test]
fn calculations_open_and_close_other_items() {
    let mut world = World::new();
    world.context.insert("case".to_owned(), json!({"kind": "NEW"}));
    let mut answers = Answers::new();
    let found = world.read("applicant", &[("birth.year", "2010-04-02")], &mut answers);
    assert!(found.contains(&("guardian.name".to_owned(), "form.required".to_owned())));
    let found = world.read("applicant", &[("birth.year", "2008-04-01")], &mut answers);
    assert!(!found.iter().any(|(path, _)| path == "guardian.name"), "18 today is no minor");
    world.read("household", &[("member[0]/member.tax", "100001")], &mut answers);
    let view = step_view(&world.form, "household", &answers, &[], &world.ja());
    assert!(view.fields.iter().any(|field| field.path == "household.reason" && field.required));
    assert_eq!(field(&view, "household.sum").value, "100,001円");
}

#[test]
fn an_item_can_be_asked_in_one_kind_of_application_only() {
    let mut world = World::new();
    let mut answers = Answers::new();
    let tax = [("member[0]/member.tax", "200000"), ("member[0]/member.name", "一")];
    let asks = |world: &World, answers: &Answers| {
        let view = step_view(&world.form, "household", answers, &[], &world.ja());
        view.fields.iter().any(|field| field.path == "household.reason")
    };
    assert_eq!(world.read("household", &tax, &mut answers), []);
    assert!(!asks(&world, &answers), "a renewal");
    world.context.insert("case".to_owned(), json!({"kind": "NEW"}));
    assert_eq!(world.read("household", &tax, &mut answers), errors(&[("household.reason", "form.required")]));
    assert!(asks(&world, &answers), "a first application");
    world.context.remove("case");
    assert!(asks(&world, &answers), "without a case everything is asked");
}

#[test]
fn rules_of_values() {
    let world = World::new();
    for (fields, path, key) in [
        (vec![("grade", "1.25")], "grade", "form.decimal-places"),
        (vec![("grade", "9.6")], "grade", "form.range"),
        (vec![("grade", "abc")], "grade", "form.number"),
        (vec![("symptoms", "pain"), ("symptoms", "none")], "symptoms", "form.exclusive"),
        (vec![("symptoms", "<script>")], "symptoms", "form.choice"),
        (vec![("disease", "999")], "disease", "form.choice"),
        (vec![("from", "2026-02-01"), ("until", "2026-01-01")], "until", "form.constraint"),
    ] {
        let found = world.read("illness", &fields, &mut Answers::new());
        assert!(found.contains(&(path.to_owned(), key.to_owned())), "{fields:?} {found:?}");
    }
    let long = "あ".repeat(31);
    for (fields, path, key) in [
        (vec![("tel", "1"), ("tel", "2"), ("tel", "3")], "tel", "form.too-many"),
        (vec![("name.given", long.as_str())], "name.given", "form.too-long"),
        (vec![("name.given", "一\u{202E}二")], "name.given", "form.control"),
        (vec![("name.kana", "漢字")], "name.kana", "form.kana"),
        (vec![("postcode", "123")], "postcode", "form.postcode"),
        (vec![("birth.year", "20270101")], "birth", "form.date.max"),
    ] {
        let found = world.read("applicant", &fields, &mut Answers::new());
        assert!(found.contains(&(path.to_owned(), key.to_owned())), "{fields:?} {found:?}");
    }
}

#[test]
fn files_are_checked_by_type_size_and_state() {
    let world = World::new();
    let file = |size, mime: &str, state| Answer::Attachment {
        id: "file_1".to_owned(),
        name: "診断書.pdf".to_owned(),
        size,
        mime: mime.to_owned(),
        pages: Some(2),
        state,
    };
    for (answer, key) in [
        (file(5_000_001, "application/pdf", FileState::Clean), Some("form.file-size")),
        (file(10, "image/png", FileState::Clean), Some("form.file-type")),
        (file(10, "application/pdf", FileState::Refused), Some("form.file-refused")),
        (file(5_000_000, "application/pdf", FileState::Quarantine), None),
    ] {
        let mut answers = world.complete();
        answers.set("proof", answer);
        let found = check(&world.form, &answers, &world.ja());
        assert_eq!(found.first().map(|error| error.key.as_str()), key);
    }
}

#[test]
fn a_complete_form_has_only_its_warning() {
    let world = World::new();
    let answers = world.complete();
    let found = check(&world.form, &answers, &world.ja());
    assert_eq!(keys(&found), errors(&[("proof", "form.required-later")]));
    assert!(found.iter().all(|error| error.soft));
}

#[test]
fn steps_tell_how_far_they_are() {
    let world = World::new();
    let mut answers = populate(&world.form, &world.ja());
    let status = |answers: &Answers, step| step_status(&world.form, step, answers, &world.ja());
    assert_eq!(status(&answers, "applicant"), StepStatus::NotStarted, "prefilled only");
    world.read("applicant", &[("name.given", "花子")], &mut answers);
    assert_eq!(status(&answers, "applicant"), StepStatus::InProgress);
    world.read("applicant", &[("postcode", "12")], &mut answers);
    assert_eq!(status(&answers, "applicant"), StepStatus::HasProblem);
    assert_eq!(status(&world.complete(), "illness"), StepStatus::Complete);
    let all = step_statuses(&world.form, &answers, &world.ja());
    assert_eq!(all.first(), Some(&("applicant".to_owned(), StepStatus::HasProblem)));
    assert_eq!(all.last(), Some(&("illness".to_owned(), StepStatus::NotStarted)));
}

#[test]
fn every_message_has_its_sentence_in_every_language() {
    let sources = [
        include_str!("../rules.rs"),
        include_str!("../check.rs"),
        include_str!("../typed.rs"),
        include_str!("../typed_date.rs"),
    ];
    let used = sources
        .iter()
        .flat_map(|source| source.split('"'))
        .filter(|text| text.starts_with("form."))
        .collect::<Vec<_>>();
    assert!(used.len() > 30);
    for catalogue in [
        include_str!("../../../../templates/texts/forms.ja.toml"),
        include_str!("../../../../templates/texts/forms.ja-simple.toml"),
        include_str!("../../../../templates/texts/forms.en.toml"),
    ] {
        let sentences: BTreeMap<String, String> = toml::from_str(catalogue).unwrap();
        for key in &used {
            assert!(sentences.contains_key(*key), "{key}");
        }
        for key in sentences.keys() {
            assert!(used.contains(&key.as_str()), "{key} is never used");
        }
    }
}
