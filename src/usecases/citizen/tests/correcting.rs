use chrono::NaiveDate;

use super::*;
use crate::domain::case::verdict::{Ruling, item_key};
use crate::domain::program::vocabulary::{ReturnEffect, State};
use crate::usecases::carry_out::{fixed_answers, items};
use crate::usecases::citizen::corrections::{self, Leads as Next};
use crate::usecases::testing::refusal;

const ITEM: &str = "patient.phone";

/// A case whose telephone number came back.
fn returned(world: &World) -> String {
    let case = world.filed();
    world.examine(&case, CommandName::BeginReview, |_| Ok(Command::BeginReview));
    world.examine(&case, CommandName::SetVerdict, |stage| {
        let key = item_key(&stage.opened.program.definition.forms.application, ITEM);
        let seen = items(stage.house, stage.conn, stage.opened)?;
        let ruling = Ruling::Returned {
            reason: "not_filled".to_owned(),
            effect: ReturnEffect::Incomplete,
            note: "昼の番号をお願いします".to_owned(),
        };
        Ok(Command::SetVerdict { items: vec![(key.clone(), seen[&key].clone())], ruling: Some(ruling) })
    });
    let due_on = NaiveDate::from_ymd_opt(2026, 12, 10).unwrap();
    world.examine(&case, CommandName::RequestCorrection, |_| Ok(Command::RequestCorrection { due_on }));
    case
}

fn answer(world: &World, case: &str, fields: &[(&str, &str)]) -> Next {
    corrections::send_item(world.house(), &world.caller, Lang::Ja, case, 1, posted(fields), Vec::new())
        .unwrap()
}

fn send(world: &World, case: &str) -> Result<(), Error> {
    corrections::send_all(
        world.house(),
        &world.caller,
        &Order::new(case, CommandName::Resubmit).once("req_9"),
    )
}

#[test]
fn only_the_returned_item_is_open() {
    let world = world();
    let case = returned(&world);
    let list = corrections::page(world.house(), &world.caller, Lang::Ja, &case).unwrap();
    assert_eq!((list.items.len(), list.items[0].note.as_str()), (1, "昼の番号をお願いします"));
    let page = corrections::item(world.house(), &world.caller, Lang::Ja, &case, 1).unwrap();
    let paths: Vec<&str> = page.fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(paths, [ITEM]);
    assert!(page.around.iter().any(|row| row.path == "patient.email"));
    let outside =
        [("patient.phone", "099-111-2222"), ("patient.email", "x@mail.example"), ("answer", "fixed")];
    assert!(matches!(answer(&world, &case, &outside), Next::List));
    let other = world.send(&case, "patient-birth", &[("patient.birth", "昭和41年1月1日")]);
    assert!(other.is_err(), "{other:?}");
    send(&world, &case).unwrap();
    let now = world.house().read(&world.caller, &case, "own", |conn, opened| {
        let name = &opened.program.definition.forms.application;
        Ok(fixed_answers(conn, opened, name)?.unwrap())
    });
    let text = |path: &str| crate::usecases::slots::text(now.as_ref().unwrap(), path).unwrap_or_default();
    assert_eq!(text("patient.email"), "nagi@mail.example");
    assert_eq!(text(ITEM).replace('-', ""), "0991112222");
}

#[test]
fn fixed_means_changed() {
    let world = world();
    let case = returned(&world);
    let Next::Mend(_, refusals) = answer(&world, &case, &[("answer", "fixed")]) else { panic!("taken") };
    assert_eq!(refusals[0].key, "correction.unchanged");
    let Next::Mend(page, refusals) = answer(&world, &case, &[(ITEM, "123"), ("answer", "fixed")]) else {
        panic!("taken")
    };
    assert!(refusals.is_empty());
    assert_eq!(page.errors[0].key, "form.phone");
    let Next::Mend(_, refusals) = answer(&world, &case, &[("answer", "cannot")]) else { panic!("taken") };
    assert_eq!(
        (refusals[0].key.as_str(), refusals[0].field.as_deref()),
        ("correction.words", Some("reason_text"))
    );
}

#[test]
fn nothing_goes_before_every_item_is_answered() {
    let world = world();
    let case = returned(&world);
    assert_eq!(refusal(send(&world, &case)), "correction.reply");
    let reason = [("answer", "cannot"), ("reason_text", "電話を持っていません")];
    assert!(matches!(answer(&world, &case, &reason), Next::List));
    send(&world, &case).unwrap();
    send(&world, &case).unwrap();
    let case = world.case(&case);
    assert_eq!(case.state, State::InReview);
    assert_eq!(case.revisions["application"].len(), 2);
    assert!(case.corrections[0].answered_at.is_some());
    assert!(!case.verdicts.keys().any(|key| key.ends_with(ITEM)), "the verdict is reset");
}
