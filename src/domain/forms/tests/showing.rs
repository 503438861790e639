use super::*;

#[test]
fn a_page_has_what_a_template_needs() {
    let world = World::new();
    let mut answers = world.complete();
    let found =
        read_step(&world.form, "applicant", &posted(&[("postcode", "12")]), &mut answers, &world.ja());
    let view = step_view(&world.form, "applicant", &answers, &found, &world.env(Lang::En));
    assert_eq!((view.title.as_str(), view.lang.as_str()), ("Applicant", "en"));
    assert_eq!((view.previous.as_deref(), view.next.as_deref()), (None, Some("household")));
    let postcode = field(&view, "postcode");
    assert_eq!((postcode.value.as_str(), postcode.errors.len()), ("12", 1));
    assert_eq!((postcode.autocomplete, postcode.inputmode), (Some("postal-code"), Some("numeric")));
    assert_eq!(postcode.lookup.as_deref(), Some("address."));
    assert_eq!(field(&view, "name.kana").furigana_of.as_deref(), Some("name.family"));
    assert_eq!(field(&view, "number").why.as_deref(), Some("To check your tax data"));
    assert!(!view.fields.iter().any(|field| field.link_id == "minor"));
    let view = step_view(&world.form, "illness", &answers, &[], &world.ja());
    assert_eq!(field(&view, "disease").value, "潰瘍性大腸炎");
    assert_eq!(field(&view, "disease").widget, Widget::Catalogue);
    let ticked: Vec<_> = field(&view, "symptoms").options.iter().map(|option| option.checked).collect();
    assert_eq!(ticked, [true, true, false]);
}

#[test]
fn a_summary_shows_what_is_asked_in_the_readers_language() {
    let world = World::new();
    let answers = world.complete();
    let row = |lang, path: &str| {
        let sections = summary(&world.form, &answers, &world.env(lang));
        sections.into_iter().flat_map(|section| section.rows).find(|row| row.path == path)
    };
    assert_eq!(row(Lang::Ja, "birth").unwrap().value, "昭和30年1月5日（1955年1月5日）");
    assert_eq!(row(Lang::En, "birth").unwrap().value, "5 January 1955");
    assert_eq!(row(Lang::En, "symptoms").unwrap().value, "Pain, Fever");
    assert_eq!(row(Lang::Ja, "member[0]/member.tax").unwrap().value, "12,000円");
    assert_eq!(row(Lang::Ja, "member[0]").unwrap().row, Some(1));
    assert_eq!(row(Lang::Ja, "number").unwrap().value, "********9018");
    assert_eq!(row(Lang::Ja, "name.family").unwrap().paper_number.as_deref(), Some("1"));
    assert!(row(Lang::Ja, "guardian.name").is_none() && row(Lang::Ja, "minor").is_none());
}

#[test]
fn responses_round_trip() {
    let world = World::new();
    let mut answers = world.complete();
    answers.set("grade", Answer::Decimal(Decimal::parse("3.5").unwrap()));
    answers.set("from", Answer::Raw("きのう".to_owned()));
    answers.set_dispute("name.family", "字がちがいます");
    answers.set(
        "proof",
        Answer::Attachment {
            id: "file_1".into(),
            name: "a.pdf".into(),
            size: 7,
            mime: "application/pdf".into(),
            pages: None,
            state: FileState::Clean,
        },
    );
    answers.take_secrets();
    let response = answers.to_response(&world.form, Status::InProgress, &world.ja());
    let back = Answers::from_response(&world.form, &response).unwrap();
    assert_eq!(back.to_response(&world.form, Status::InProgress, &world.ja()), response);
    for (path, answer) in answers.iter() {
        assert_eq!(back.get(path), Some(answer), "{path}");
        assert_eq!(back.origin(path), answers.origin(path), "{path}");
    }
    let json = serde_json::to_string(&answers).unwrap();
    assert_eq!(serde_json::from_str::<Answers>(&json).unwrap(), answers);
}

#[test]
fn a_response_to_another_form_is_refused() {
    let world = World::new();
    let response = json!({"resourceType": "QuestionnaireResponse", "questionnaire": "urn:other", "item": [
        {"linkId": "applicant", "item": [{"linkId": "birth", "answer": [{"valueInteger": 5}]}, {"linkId": "unknown"}]}]});
    let problems = Answers::from_response(&world.form, &response).unwrap_err();
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["", "birth", "unknown"]);
}

#[test]
fn changes_name_what_differs() {
    let world = World::new();
    let old = world.complete();
    let mut new = old.clone();
    world.read("applicant", &[("tel", "06-1234-5678")], &mut new);
    world.read("household", &[("member[0]/member.tax", "13000")], &mut new);
    let found: Vec<_> = changes(&world.form, &old, &new, &world.ja())
        .into_iter()
        .map(|change| (change.path, change.before, change.after))
        .collect();
    let line = |path: &str, before: &str, after: &str| (path.to_owned(), before.to_owned(), after.to_owned());
    assert_eq!(
        found,
        [
            line("tel", "0312345678", "0612345678"),
            line("member[0]/member.tax", "12,000円", "13,000円"),
            line("household.sum", "12,000円", "13,000円"),
        ]
    );
}
