//! Applications that came on paper.

use chrono::TimeDelta;

use crate::domain::case::Origin;
use crate::store::{audit, documents, messages};
use crate::usecases::clerk::dossier::{Wanted, dossier};
use crate::usecases::clerk::paper::{SCAN, Scan, Typed as Paper, file, page};

use super::*;

fn refused(world: &World, typed: &Paper) -> Vec<String> {
    keys(file(world.house(), &reviewer(), typed, None, true))
}

#[test]
fn the_day_of_arrival_is_today_or_before_and_explained_when_it_is_long_ago() {
    let world = world();
    let mut typed = world.typed_paper();
    for (day, key) in [
        ("", "date.empty"),
        ("2026-11-23", "clerk.arrived-future"),
        ("2026-11-18", "clerk.arrived-late"),
        ("令和8年11月", "clerk.day"),
    ] {
        typed.arrived_on = day.to_owned();
        assert_eq!(refused(&world, &typed), [key], "{day}");
    }
    typed.arrived_on = "令和8年11月18日".to_owned();
    typed.late_reason = "郵便受けの確認もれ".to_owned();
    let id = file(world.house(), &reviewer(), &typed, None, true).unwrap();
    let case = world.case(&id);
    assert_eq!((case.origin, case.state), (Origin::Paper, State::Submitted));
    assert_eq!(case.received_at.unwrap().to_rfc3339(), "2026-11-17T15:00:00+00:00");
    let stored = world.scene.stored(&id);
    let notes = world.scene.house.read(&reviewer(), &id, "test", |conn, opened| {
        Ok(messages::of_case(conn, &opened.granted, &stored, &["note"])?)
    });
    assert!(notes.unwrap()[0].text.contains("郵便受けの確認もれ"));
}

#[test]
fn the_same_page_registers_once() {
    let world = world();
    let typed = world.typed_paper();
    let first = file(world.house(), &reviewer(), &typed, None, true).unwrap();
    assert_eq!(file(world.house(), &reviewer(), &typed, None, true).unwrap(), first);
    assert_eq!(world.case(&first).version, 1);
}

#[test]
fn a_gap_is_told_and_can_be_accepted() {
    let world = world();
    let mut typed = world.typed_paper();
    typed.posted.remove("patient.phone");
    typed.posted.remove("patient.sex");
    let strict = file(world.house(), &reviewer(), &typed, None, false);
    assert_eq!(keys(strict), ["clerk.incomplete"]);
    let again = page(world.house(), &reviewer(), &typed, true).unwrap();
    assert!(again.errors.iter().any(|error| error.path == "patient.sex"));
    let id = file(world.house(), &reviewer(), &typed, None, true).unwrap();
    assert!(world.case(&id).missing.contains(&"patient.sex".to_owned()));
}

#[test]
fn only_the_registering_roles_register() {
    let world = world();
    let typed = world.typed_paper();
    assert_eq!(keys(file(world.house(), &approver(), &typed, None, true)), ["clerk.choose"]);
    assert_eq!(keys(page(world.house(), &approver(), &Paper::default(), false)), ["permission.denied"]);
    let receiver = staff("usr_receiver", &["receiver"]);
    assert!(file(world.house(), &receiver, &typed, None, true).is_ok());
}

#[test]
fn a_scan_is_looked_into_before_it_is_kept() {
    let world = world();
    let scan = |bytes: &[u8]| Some(Scan { name: "申請書.png".to_owned(), bytes: bytes.to_vec() });
    let typed = world.typed_paper();
    assert_eq!(keys(file(world.house(), &reviewer(), &typed, scan(b"MZ"), true)), ["attach.type"]);
    let picture = tiny_picture();
    let id = file(world.house(), &reviewer(), &typed, scan(&picture), true).unwrap();
    let stored = world.scene.stored(&id);
    let files = world.scene.house.read(&reviewer(), &id, "test", |conn, opened| {
        Ok(documents::of_case(conn, &opened.granted, &stored)?)
    });
    let files = files.unwrap();
    assert_eq!((files.len(), files[0].path.as_str(), files[0].mime.as_str()), (1, SCAN, "image/png"));
}

/// One grey pixel.
fn tiny_picture() -> Vec<u8> {
    const PNG: &str =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(PNG).unwrap()
}

#[test]
fn what_the_registering_clerk_reads_is_recorded_as_well() {
    let world = world();
    let case = world.filed();
    let reads = || {
        let rows = world.scene.read(|conn| audit::newest(conn, &case, None, 100));
        rows.iter().filter(|row| row.action == "read" && row.actor == "usr_reviewer").count()
    };
    let before = reads();
    dossier(world.house(), &reviewer(), &case, &Wanted::default()).unwrap();
    assert_eq!(reads(), before + 1);
}

#[test]
fn a_renewal_on_paper_finds_the_grant_of_the_person() {
    let world = world();
    let case = world.ready();
    super::super::draft::submit(
        world.house(),
        &reviewer(),
        &world.known(&case),
        &world.typed_draft(&case, "granted"),
    )
    .unwrap();
    let hash = world.case(&case).draft.unwrap().hash;
    super::super::approval::approve(world.house(), &approver(), &world.known(&case), &hash).unwrap();
    let mut typed = world.typed_paper();
    typed.kind = typed.kind.replace("/new", "/renewal");
    let renewal =
        paper::file(world.house(), &staff("usr_receiver", &["receiver"]), &typed, None, true).unwrap();
    assert_eq!(world.case(&renewal).follows.as_deref(), Some(case.as_str()));
    assert!(world.case(&renewal).duplicates.is_empty(), "what it renews is no duplicate of it");
}

#[test]
fn a_renewal_on_paper_after_the_end_waits_for_what_the_officer_chooses() {
    let world = world();
    let case = world.ready();
    let mut draft = world.typed_draft(&case, "granted");
    draft.fields.insert("valid_to".to_owned(), "2026-12-31".to_owned());
    draft.whys.insert("valid_to".to_owned(), "試験".to_owned());
    super::super::draft::submit(world.house(), &reviewer(), &world.known(&case), &draft).unwrap();
    let hash = world.case(&case).draft.unwrap().hash;
    super::super::approval::approve(world.house(), &approver(), &world.known(&case), &hash).unwrap();

    world.scene.pass(TimeDelta::days(60));
    let mut typed = world.typed_paper();
    typed.kind = typed.kind.replace("/new", "/renewal");
    typed.arrived_on = world.house().today().to_string();
    let renewal = paper::file(world.house(), &reviewer(), &typed, None, true).unwrap();
    assert_eq!(world.case(&renewal).follows.as_deref(), Some(case.as_str()));
    world.act(&renewal, Act::Begin, &acts::Typed::default()).unwrap();
    let proposed = || {
        let of = |conn: &mut _, opened: &_| proposal::of(world.house(), conn, opened);
        world.house().read(&reviewer(), &renewal, "test", of).unwrap().unwrap()
    };
    let asked = || proposed().findings.iter().any(|finding| finding.key.starts_with("finding.renewal-late"));
    assert!(asked() && proposed().value("late_renewal").is_none(), "{:#?}", proposed().findings);

    let mut judged = world.judged();
    judged.insert("renewal.late".to_owned(), vec!["lapsed".to_owned()]);
    let (known, item) = (world.known(&renewal), world.item(&renewal, "income_check"));
    work_acts::finish(world.house(), &reviewer(), &known, &item, &judged).unwrap();
    assert!(!asked() && proposed().value("late_renewal").is_some(), "{:#?}", proposed().findings);
}
