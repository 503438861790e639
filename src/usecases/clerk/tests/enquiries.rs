//! Enquiries: made for those who consented, sent and answered by file, taken by a clerk.

use crate::domain::forms::{Answers, Origin};
use crate::domain::program::vocabulary::CommandName;
use crate::usecases::carry_out::{Order, working_answers};
use crate::usecases::citizen::consents as own;
use crate::usecases::household::batch::{self, Report};
use crate::usecases::household::consents::change;
use crate::usecases::household::enquiries;
use crate::usecases::slots;

use super::household::{BEN, CHIE};
use super::members::{LOOK_UP, members_of, paper};
use super::*;

const TAX: &str = "nanbyo/tax";

/// A case whose patient and brother consent to the look-up.
fn asked(world: &World) -> String {
    let case = world.examined_of(CHIE, &[BEN]);
    // A paper application belongs to the clerk who typed it in.
    let mut owner = reviewer();
    owner.actor.roles = ["applicant".to_owned()].into();
    own::change(world.house(), &owner, &Order::new(&case, CommandName::GiveConsent), LOOK_UP).unwrap();
    let brother = members_of(world, &case).remove(0);
    change(world.house(), &reviewer(), &case, &paper(&brother.key, true, "2026-11-20")).unwrap();
    case
}

/// The numbers of the enquiries about tax, that of the person first whose name ends so.
fn ids(world: &World, last: &str) -> [String; 2] {
    let groups = batch::list(world.house(), &reviewer()).unwrap().groups;
    let mut lines = groups.into_iter().find(|group| group.code == TAX).unwrap().lines;
    lines.sort_by_key(|line| !line.name.ends_with(last));
    [lines[0].id.clone(), lines[1].id.clone()]
}

fn import(world: &World, text: &[u8], trial: bool) -> Report {
    batch::import(world.house(), &reviewer(), TAX, text, trial).unwrap()
}

fn outcomes(report: &Report) -> Vec<(u64, &str, &str)> {
    report.rows.iter().map(|row| (row.line, row.outcome.as_str(), row.heading.as_str())).collect()
}

fn office(world: &World, case: &str) -> Answers {
    let read = |conn: &mut _, opened: &_| working_answers(conn, opened, "office");
    world.house().read(&reviewer(), case, "test", read).unwrap()
}

fn take(world: &World, case: &str, id: &str) -> Result<(), Error> {
    enquiries::take(world.house(), &reviewer(), &world.known(case).order(CommandName::SaveItem), id)
}

#[test]
fn enquiries_are_made_once_for_those_who_consented_and_sent_in_one_file() {
    let world = world();
    let case = asked(&world);
    let house = world.house();
    let make = || keys(enquiries::make(house, &reviewer(), &case));
    assert_eq!((make(), make()), (vec!["done".to_owned()], vec!["enquiry.nothing".to_owned()]));
    let counts: Vec<(String, usize)> = batch::list(house, &reviewer())
        .unwrap()
        .groups
        .iter()
        .map(|group| (group.code.clone(), group.lines.len()))
        .collect();
    assert_eq!(counts, [(TAX.to_owned(), 2), ("nanbyo/limit".to_owned(), 1)]);
    let file = String::from_utf8(batch::export(house, &reviewer(), TAX).unwrap()).unwrap();
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(lines[0], "\u{feff}照会番号,個人番号,氏名,生年月日,課税年度");
    assert!(lines.iter().any(|line| line.contains(",123456789018,架空　千恵,1967-07-05,2026")), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains(",,架空 勉,1966-06-04,2026")), "{lines:?}");
    let sent = batch::list(house, &reviewer()).unwrap().groups.remove(0).lines;
    assert!(sent.iter().all(|line| line.sent));
    let receiver = staff("usr_receiver", &["receiver"]);
    assert_eq!(keys(batch::export(house, &receiver, TAX)), ["permission.denied"]);
}

#[test]
fn a_file_of_answers_is_tried_and_stored_line_by_line_and_a_second_time_changes_nothing() {
    let world = world();
    let case = asked(&world);
    enquiries::make(world.house(), &reviewer(), &case).unwrap();
    let [patient, brother] = ids(&world, "千恵");
    let text = format!(
        "照会番号,課税区分,所得割額,指定都市\n{patient},課税,65000,非該当\nenq_0,課税,1,\n{brother},不明,,\n{patient},課税,1,\n"
    );
    let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
    let expected = [
        (2, "new", ""),
        (3, "enquiry.unknown", ""),
        (4, "enquiry.value", "課税区分"),
        (5, "enquiry.twice", "照会番号"),
    ];
    let trial = import(&world, &shift_jis, true);
    assert_eq!((outcomes(&trial), trial.stored), (expected.to_vec(), false));
    assert_eq!(outcomes(&import(&world, text.as_bytes(), false)), expected, "the trial stored nothing");
    assert_eq!(outcomes(&import(&world, &shift_jis, false))[0], (2, "same", ""));

    take(&world, &case, &patient).unwrap();
    let answers = office(&world, &case);
    let at = |item: &str| format!("tax.person[0]/tax.{item}");
    assert_eq!(slots::text(&answers, &at("name")).as_deref(), Some("架空　千恵"));
    assert_eq!(slots::text(&answers, &at("role")).as_deref(), Some("patient"));
    assert_eq!(slots::text(&answers, &at("shotokuwari")).as_deref(), Some("65000"));
    assert_eq!(slots::text(&answers, "tax.basis").as_deref(), Some("exchange"));
    let origin = answers.origin(&at("shotokuwari")).unwrap();
    assert!(matches!(origin, Origin::Prefilled { source, .. } if source == "enquiry"), "{origin:?}");
    assert_eq!(keys(take(&world, &case, &patient)), ["enquiry.waits"], "a second time");
    let other = format!("照会番号,課税区分,所得割額\n{patient},非課税,\n");
    assert_eq!(outcomes(&import(&world, other.as_bytes(), false)), [(2, "enquiry.taken", "")]);
}

#[test]
fn what_is_no_file_of_answers_is_refused_as_a_whole() {
    let world = world();
    let house = world.house();
    let tried = |bytes: &[u8]| keys(batch::import(house, &reviewer(), TAX, bytes, false));
    assert_eq!(tried("照会番号,所得割額\n".as_bytes()), ["enquiry.headings"]);
    assert_eq!(tried(&[0x81, 0x20, 0xff]), ["enquiry.file"]);
    assert_eq!(tried(&vec![b'x'; batch::MOST_BYTES + 1]), ["enquiry.file"]);
    let long = "照会番号,課税区分\n".to_owned() + &"enq_1,課税\n".repeat(2001);
    assert_eq!(tried(long.as_bytes()), ["enquiry.rows"]);
    let unknown = batch::import(house, &reviewer(), "nanbyo/other", b"", false);
    assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
}

#[test]
fn a_typed_answer_is_checked_as_one_of_a_file_and_an_overdue_one_leaves_the_highest_tier() {
    let world = world();
    let case = asked(&world);
    enquiries::make(world.house(), &reviewer(), &case).unwrap();
    let [brother, patient] = ids(&world, "勉");
    let type_in = |value: &'static str| {
        let cell = move |heading: &str| if heading == "課税区分" { value } else { "" };
        keys(enquiries::type_answer(world.house(), &reviewer(), (&case, &brother), cell))
    };
    assert_eq!(type_in(""), ["enquiry.empty"]);
    assert_eq!(type_in("たぶん"), ["enquiry.value"]);
    assert_eq!(type_in("非課税"), ["done"]);
    take(&world, &case, &brother).unwrap();
    assert_eq!(keys(take(&world, &case, &patient)), ["enquiry.waits"], "it is not overdue");
    world.scene.pass(chrono::TimeDelta::days(15));
    take(&world, &case, &patient).unwrap();
    assert_eq!(slots::text(&office(&world, &case), "tax.basis").as_deref(), Some("unavailable"));
}
