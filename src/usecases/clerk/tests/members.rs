//! The members of a household, each with their own consent.

use crate::domain::lang::Lang;
use crate::usecases::household::consents::{Change, change, invite};
use crate::usecases::household::members::{self, Member};
use crate::usecases::household::visit::{Act as Wish, Proof, act, show};

use super::household::{BEN, CHIE};
use super::*;

pub(super) const LOOK_UP: &str = "information_sharing";

/// The members as the reader of a case sees them.
pub(super) fn members_of(world: &World, case: &str) -> Vec<Member> {
    let house = world.house();
    house.read(&reviewer(), case, "test", |conn, opened| members::of(house, conn, opened, Lang::Ja)).unwrap()
}

fn proof(code: &str, birth: &str) -> Proof {
    Proof { code: code.to_owned(), birth: birth.to_owned(), source: "test".to_owned() }
}

/// A case with a brother of age, and a child.
fn family(world: &World) -> String {
    world.examined_of(CHIE, &[BEN, ("小春", "令和2年4月1日")])
}

pub(super) fn paper(member: &str, give: bool, day: &str) -> Change {
    let (member, consent) = (member.to_owned(), LOOK_UP.to_owned());
    Change { member, consent, give, signed_on: day.to_owned() }
}

#[test]
fn a_member_consents_by_a_code_and_takes_it_back() {
    let world = world();
    let (house, case) = (world.house(), family(&world));
    let brother = members_of(&world, &case).remove(0);
    assert!(brother.lacks_consent() && !brother.minor && brother.instead.is_some());
    let code = invite(house, &reviewer(), &case, &brother.key).unwrap().code;
    let right = proof(&code.to_lowercase().replace('-', " "), "昭和41年6月4日");
    let shown = show(house, &right, Lang::Ja).unwrap();
    assert_eq!((shown.name.as_str(), shown.consents.len()), ("架空 勉", 1));
    assert!(!shown.consents[0].text.is_empty() && !shown.consents[0].given);

    act(house, &right, &Wish::Consent(LOOK_UP.to_owned(), true), Lang::Ja).unwrap();
    act(house, &right, &Wish::Consent(LOOK_UP.to_owned(), true), Lang::Ja).unwrap();
    let brother = members_of(&world, &case).remove(0);
    assert_eq!(brother.consents[0].way.as_deref(), Some("online"));
    assert_eq!(brother.instead, None);
    act(house, &right, &Wish::Consent(LOOK_UP.to_owned(), false), Lang::Ja).unwrap();
    assert!(members_of(&world, &case)[0].lacks_consent());
    let other = act(house, &right, &Wish::Consent("research_use".to_owned(), true), Lang::Ja);
    assert!(matches!(other, Err(Error::NotFound)), "members are not asked that: {other:?}");
}

#[test]
fn a_member_enters_their_own_number_and_nobody_else_reads_it() {
    let world = world();
    let (house, case) = (world.house(), family(&world));
    let brother = members_of(&world, &case).remove(0);
    let code = invite(house, &reviewer(), &case, &brother.key).unwrap().code;
    let right = proof(&code, "1966-06-04");
    assert_eq!(
        keys(act(house, &right, &Wish::Number("123456789012".to_owned()), Lang::Ja)),
        ["member.number"]
    );
    act(house, &right, &Wish::Number("123456789018".to_owned()), Lang::Ja).unwrap();
    assert_eq!(members_of(&world, &case)[0].number.as_deref(), Some("********9018"));
}

#[test]
fn a_code_opens_nothing_with_another_birth_date_or_after_its_time() {
    let world = world();
    let (house, case) = (world.house(), family(&world));
    let brother = members_of(&world, &case).remove(0);
    let code = invite(house, &reviewer(), &case, &brother.key).unwrap().code;
    let tried = |code: &str, birth: &str| keys(show(house, &proof(code, birth), Lang::Ja));
    assert_eq!(tried("2222-2222-2222", "1966-06-04"), ["member.code"]);
    for _ in 0..5 {
        assert_eq!(tried(&code, "1966-06-05"), ["member.code"]);
    }
    assert_eq!(tried(&code, "1966-06-04"), ["member.code"], "after five wrong birth dates");
    let fresh = invite(house, &reviewer(), &case, &brother.key).unwrap().code;
    assert_eq!(tried(&code, "1966-06-04"), ["member.code"], "the earlier code");
    assert_eq!(tried(&fresh, "1966-06-04"), ["done"]);
    world.scene.pass(chrono::TimeDelta::hours(73));
    assert_eq!(tried(&fresh, "1966-06-04"), ["member.code"], "after its time");
}

#[test]
fn paper_is_recorded_with_its_day_and_only_minors_have_a_representative() {
    let world = world();
    let (house, case) = (world.house(), family(&world));
    let all = members_of(&world, &case);
    let (brother, child) = (&all[0], &all[1]);
    assert!(child.minor);
    let by_clerk = |change_: &Change| keys(change(house, &reviewer(), &case, change_));
    assert_eq!(by_clerk(&paper(&brother.key, true, "2026-11-23")), ["member.signed-on"]);
    assert_eq!(by_clerk(&paper(&brother.key, true, "2025-11-20")), ["member.signed-on"]);
    assert_eq!(by_clerk(&paper(&brother.key, true, "令和8年11月20日")), ["done"]);
    let told = members_of(&world, &case).remove(0).consents.remove(0);
    assert_eq!(
        (told.way.as_deref(), told.given_on.unwrap().to_string()),
        (Some("paper"), "2026-11-20".into())
    );
    assert_eq!(by_clerk(&paper(&brother.key, false, "")), ["done"]);
    assert!(members_of(&world, &case)[0].lacks_consent());
    let approver = change(house, &approver(), &case, &paper(&child.key, true, "2026-11-20"));
    assert_eq!(keys(approver), ["permission.denied"]);
}

#[test]
fn the_applicant_consents_for_a_child_and_for_nobody_of_age() {
    let world = world();
    let (house, case) = (world.house(), family(&world));
    let all = members_of(&world, &case);
    // A paper application belongs to the clerk who typed it in; as an applicant they have no more rights than one.
    let mut owner = reviewer();
    owner.actor.roles = ["applicant".to_owned()].into();
    let by_owner = |change_: &Change| keys(change(house, &owner, &case, change_));
    assert_eq!(by_owner(&paper(&all[0].key, true, "")), ["member.of-age"]);
    assert_eq!(by_owner(&paper(&all[1].key, true, "")), ["done"]);
    assert_eq!(members_of(&world, &case)[1].consents[0].way.as_deref(), Some("representative"));
}
