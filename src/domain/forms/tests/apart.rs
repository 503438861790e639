use super::*;

#[test]
fn apart_every_question_is_there_with_what_it_depends_on() {
    let world = World::new();
    let answers = world.complete();
    let shown = |form: &Form| -> Vec<String> {
        let view = step_view(form, "applicant", &answers, &[], &world.ja());
        view.fields.into_iter().map(|field| field.link_id).collect()
    };
    let dependences = world.form.dependences("applicant");
    let [only] = dependences.as_slice() else { panic!("{dependences:?}") };
    assert_eq!(only.conditions, [Wanted { question: "minor".to_owned(), value: "true".to_owned() }]);
    assert!(!shown(&world.form).contains(&only.path));
    assert!(shown(&world.form.all_asked()).contains(&only.path));
}

#[test]
fn a_form_with_rows_files_or_sealed_numbers_stays_in_the_house() {
    assert!(!form().works_apart());
    let plain = json!({
        "resourceType": "Questionnaire", "url": "https://example.org/q", "version": "1", "status": "active",
        "title": "試験", "item": [{ "linkId": "a", "type": "group", "text": "区分", "item": [
            { "linkId": "a.text", "type": "string", "text": "文字" } ] }],
    });
    assert!(Form::load(&plain.to_string(), "plain.json").unwrap().works_apart());
}
