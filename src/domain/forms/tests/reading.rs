use super::*;

#[test]
fn records_fill_in_answers_that_keep_their_origin_until_changed() {
    let world = World::new();
    let mut answers = populate(&world.form, &world.ja());
    let on = world.ja().today;
    let from_record = Origin::Prefilled { source: "patient".to_owned(), on };
    assert_eq!(answers.origin("birth"), Some(&from_record));
    world.read(
        "applicant",
        &[("birth.era", "S"), ("birth.year", "30"), ("birth.month", "1"), ("birth.day", "5")],
        &mut answers,
    );
    assert_eq!(answers.origin("birth"), Some(&from_record), "the same day, typed differently, is no change");
    world.read("applicant", &[("birth.year", "S30.1.6")], &mut answers);
    assert_eq!(answers.origin("birth"), Some(&Origin::Changed { source: "patient".to_owned(), on }));
}

#[test]
fn a_disputable_answer_is_disputed_and_not_overwritten() {
    let world = World::new();
    let mut answers = populate(&world.form, &world.ja());
    world.read(
        "applicant",
        &[("name.family", "乗取"), ("name.family.dispute", "字がちがいます")],
        &mut answers,
    );
    assert_eq!(answers.get("name.family"), Some(&Answer::Text("窓口".to_owned())));
    assert_eq!(answers.dispute("name.family"), Some("字がちがいます"));
}

#[test]
fn names_stay_as_typed_and_numbers_and_kana_are_folded() {
    let world = World::new();
    let mut answers = Answers::new();
    let name = "\u{FA19}\u{20BB7}邉\u{E0100}";
    let fields = [
        ("name.family", name),
        ("name.kana", "ｷｮｳｺ"),
        ("postcode", "１００－０００１"),
        ("tel", "０３(1234)"),
        ("tel", "090 1234 5678"),
    ];
    let found = world.read("applicant", &fields, &mut answers);
    assert_eq!(answers.get("name.family"), Some(&Answer::Text(name.to_owned())));
    assert_eq!(answers.get("name.kana"), Some(&Answer::Text("キョウコ".to_owned())));
    assert_eq!(answers.get("postcode"), Some(&Answer::Text("1000001".to_owned())));
    assert_eq!(answers.get("tel[0]"), Some(&Answer::Raw("０３(1234)".to_owned())));
    assert_eq!(answers.get("tel[1]"), Some(&Answer::Text("09012345678".to_owned())));
    assert!(found.contains(&("tel".to_owned(), "form.digits".to_owned())));
}

#[test]
fn dates_are_read_from_boxes_and_wrong_ones_are_kept() {
    let world = World::new();
    let mut answers = Answers::new();
    let boxes = |year, month, day| {
        [("birth.era", "昭和"), ("birth.year", year), ("birth.month", month), ("birth.day", day)]
    };
    for (typed, key) in [
        (boxes("65", "1", "5"), Some("form.date.impossible-era")),
        (boxes("30", "2", "30"), Some("form.date.no-such-day")),
        (boxes("30", "1", ""), Some("form.date.incomplete")),
        (boxes("x", "1", "5"), Some("form.date")),
        (boxes("", "", ""), Some("form.required-date")),
        (boxes("30", "1", "5"), None),
    ] {
        let found = world.read("applicant", &typed, &mut answers);
        let birth = found.iter().find(|(path, _)| path == "birth").map(|(_, key)| key.as_str());
        assert_eq!(birth, key, "{typed:?}");
        let view = step_view(&world.form, "applicant", &answers, &[], &world.ja());
        let date = field(&view, "birth").date.clone().unwrap();
        assert_eq!([date.year.as_str(), &date.month, &date.day], [typed[1].1, typed[2].1, typed[3].1]);
    }
    let Some(Answer::Date(entered)) = answers.get("birth") else { panic!("no date") };
    assert_eq!(entered.date.to_string(), "1955-01-05");
}

/// A date typed into the box of the year alone beside 令和: what is told, the boxes shown, and the day.
type Pasted = (&'static str, Option<&'static str>, [&'static str; 4], &'static str);

const PASTED: [Pasted; 7] = [
    ("令和6年3月10日", None, ["令和", "6", "3", "10"], "2024-03-10"),
    ("令和６年３月１０日", None, ["令和", "６", "３", "１０"], "2024-03-10"),
    ("2024-03-10", None, ["", "2024", "3", "10"], "2024-03-10"),
    ("２０２４／３／１０", None, ["", "2024", "3", "10"], "2024-03-10"),
    ("R6.3.10", None, ["令和", "6", "3", "10"], "2024-03-10"),
    ("令和6年2月30日", Some("form.date.no-such-day"), ["令和", "6", "2", "30"], ""),
    ("2024年ごろ", Some("form.date"), ["令和", "2024年ごろ", "", ""], ""),
];

#[test]
fn a_whole_date_in_the_box_of_the_year_is_understood_or_shown_once_as_it_was_typed() {
    let world = World::new();
    for (typed, told, shown, day) in PASTED {
        let mut answers = Answers::new();
        let fields = [("birth.era", "令和"), ("birth.year", typed), ("birth.month", ""), ("birth.day", "")];
        let found = world.read("applicant", &fields, &mut answers);
        let key = found.iter().find(|(path, _)| path == "birth").map(|(_, key)| key.as_str());
        assert_eq!(key, told, "{typed}");
        let view = step_view(&world.form, "applicant", &answers, &[], &world.ja());
        let date = field(&view, "birth").date.clone().unwrap();
        let era = date.eras.iter().find(|era| era.checked).map_or("", |era| era.value.as_str());
        assert_eq!([era, date.year.as_str(), &date.month, &date.day], shown, "{typed}");
        if let Some(Answer::Date(entered)) = answers.get("birth") {
            assert_eq!(entered.date.to_string(), day);
        }
    }
}

#[test]
fn a_month_is_enough_where_the_form_says_so() {
    let world = World::new();
    let mut answers = Answers::new();
    let found = world.read(
        "illness",
        &[("onset.era", "R"), ("onset.year", "7"), ("onset.month", "11")],
        &mut answers,
    );
    assert!(!found.iter().any(|(path, _)| path == "onset"), "{found:?}");
    let Some(Answer::Date(entered)) = answers.get("onset") else { panic!("no date") };
    assert_eq!(entered.date.to_string(), "2025-11");
}

#[test]
fn an_individual_number_is_checked_and_never_echoed() {
    let world = World::new();
    let mut answers = Answers::new();
    let found = read_step(
        &world.form,
        "applicant",
        &posted(&[("number", "123456789012")]),
        &mut answers,
        &world.ja(),
    );
    let wrong = found.iter().find(|error| error.path == "number").unwrap();
    assert_eq!(wrong.key, "form.my-number");
    let view = step_view(&world.form, "applicant", &answers, &found, &world.ja());
    for text in [format!("{answers:?}{found:?}{view:?}"), serde_json::to_string(&answers).unwrap()] {
        assert!(!text.contains("12345678"), "{text}");
    }
    world.read("applicant", &[("number", "")], &mut answers);
    assert_eq!(answers.get("number"), None, "clearing the box takes a wrong number back");
    world.read("applicant", &[("number", "1234-5678-9018")], &mut answers);
    world.read("applicant", &[("number", "")], &mut answers);
    let view = step_view(&world.form, "applicant", &answers, &[], &world.ja());
    assert_eq!(field(&view, "number").masked.as_deref(), Some("********9018"));
    assert_eq!(field(&view, "number").value, "");
    let response = answers.to_response(&world.form, Status::Completed, &world.ja());
    assert!(!response.to_string().contains("12345678"));
    world.read("applicant", &[("remove", "number")], &mut answers);
    assert_eq!(answers.get("number"), None);
}

#[test]
fn only_open_fields_of_the_step_are_read() {
    let world = World::new();
    let mut answers = Answers::new();
    let foreign = [
        ("disease", "097"),
        ("minor", "true"),
        ("nothing", "x"),
        ("member[0]/member.name", "x"),
        ("proof", "x"),
    ];
    world.read("applicant", &foreign, &mut answers);
    assert_eq!(answers.iter().count(), 0);
    let calculated =
        [("household.sum", "9999999"), ("member[7]/member.name", "x"), ("member[0]/member.tax", "5")];
    world.read("household", &calculated, &mut answers);
    assert_eq!(answers.get("household.sum"), Some(&Answer::Integer(5)));
    assert_eq!(answers.get("member[7]/member.name"), None);
    assert!(world.read("no-such-step", &[("birth", "x")], &mut answers).is_empty());
}

#[test]
fn the_first_of_several_values_wins_and_unsent_fields_keep_theirs() {
    let world = World::new();
    let mut answers = Answers::new();
    world.read("applicant", &[("name.given", "一"), ("name.given", "二")], &mut answers);
    world.read("applicant", &[("address.city", "城南市")], &mut answers);
    assert_eq!(answers.get("name.given"), Some(&Answer::Text("一".to_owned())));
    world.read("illness", &[("symptoms", "pain"), ("agree", "true")], &mut answers);
    world.read("illness", &[("grade", "1.5")], &mut answers);
    assert_eq!(answers.all("symptoms").len(), 1);
    world.read("illness", &[("symptoms.shown", "1"), ("agree.shown", "1")], &mut answers);
    assert!(answers.all("symptoms").is_empty() && answers.get("agree").is_none());
}

#[test]
fn rows_come_and_go_by_buttons() {
    let world = World::new();
    let mut answers = Answers::new();
    let press = |answers: &mut Answers, fields: &[(&str, &str)]| world.read("household", fields, answers);
    assert_eq!(press(&mut answers, &[("member[0]/member.name", "一"), ("add", "member")]), []);
    press(&mut answers, &[("member[1]/member.name", "二"), ("add", "member")]);
    press(&mut answers, &[("add", "member")]);
    let view = step_view(&world.form, "household", &answers, &[], &world.ja());
    assert_eq!(
        view.fields.iter().filter(|field| field.widget == Widget::RowStart).count(),
        3,
        "maxOccurs is 3"
    );
    assert_eq!(field(&view, "member").add, None);
    assert_eq!(
        answers.get("member[2]/member.tax"),
        Some(&Answer::Integer(0)),
        "a new row has its initial values"
    );
    press(&mut answers, &[("remove", "member[2]")]);
    press(&mut answers, &[("remove", "member[0]")]);
    press(&mut answers, &[("remove", "member[9]")]);
    let names: Vec<String> = answers.all("member.name").into_iter().map(|(path, _)| path).collect();
    assert_eq!(names, ["member[0]/member.name"]);
    assert_eq!(answers.get("member[0]/member.name"), Some(&Answer::Text("二".to_owned())));
}
