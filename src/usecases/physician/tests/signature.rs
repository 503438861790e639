//! The electronic signature under a version, and what breaks it.

use chrono::TimeDelta;
use diesel::RunQueryDsl;

use super::certificate::{claimed, fill, signature};
use super::*;
use crate::domain::permission::Granted;
use crate::store::signing;
use crate::usecases::physician::sign::sign;
use crate::usecases::physician::signed;
use crate::usecases::signatures::{Standing, Statement, check, check_all};

const FORM: &str = "certificate";

/// A certificate that was signed once.
fn signed_once() -> (Scene, Caller) {
    let (scene, doctor) = claimed();
    fill(&scene, &doctor);
    sign(&scene.house, &doctor, CASE, &signature(&scene, &doctor)).unwrap();
    (scene, doctor)
}

fn standing(scene: &Scene, doctor: &Caller, version: i64) -> Standing {
    signed::show(&scene.house, doctor, CASE, Some(version)).unwrap().signature
}

fn granted(scene: &Scene, doctor: &Caller) -> Granted {
    let opened = scene.house.database.read(|conn| scene.house.open(conn, doctor, CASE, CommandName::Read));
    opened.unwrap().granted
}

fn found(scene: &Scene, doctor: &Caller, version: i64) -> signing::Signed {
    let (granted, stored) = (granted(scene, doctor), scene.stored(CASE));
    scene.read(|conn| signing::find(conn, &granted, &stored, FORM, version)).unwrap()
}

fn statement(scene: &Scene, doctor: &Caller, version: i64) -> Statement {
    check(scene.house.signatures.as_ref(), &found(scene, doctor, version)).unwrap()
}

fn sql(scene: &Scene, text: &str) {
    scene.write(|_, conn| Ok(diesel::sql_query(text).execute(conn)?));
}

fn all(scene: &Scene) -> (usize, Vec<signing::Place>) {
    scene.read(|conn| check_all(scene.house.signatures.as_ref(), conn, &scene.house.keys))
}

#[test]
fn what_is_signed_names_the_content_its_version_and_the_designation() {
    let (scene, doctor) = signed_once();
    let said = statement(&scene, &doctor, 1);
    let revision = scene.stored(CASE).case.revision(FORM).cloned().unwrap();
    assert_eq!((said.sha256, said.version, said.supersedes), (revision.digest, 1, None));
    assert_eq!((said.physician.number.as_str(), said.physician.kind.as_str()), ("1300001", "designated"));
    assert_eq!(said.physician.institution_code, "1312345678");
    assert!(said.questionnaire.starts_with("https://") && said.questionnaire.contains("nanbyo-certificate|"));
    assert_eq!(standing(&scene, &doctor, 1), Standing::Verified);
    let jws = found(&scene, &doctor, 1).jws;
    assert!(!jws.contains("パーキンソン") && jws.split('.').count() == 3, "the certificate is not inside");
}

#[test]
fn a_further_version_is_signed_with_the_same_key_and_names_the_one_it_replaces() {
    let (scene, doctor) = signed_once();
    scene.pass(TimeDelta::minutes(1));
    sign(&scene.house, &doctor, CASE, &signature(&scene, &doctor)).unwrap();
    assert_eq!(statement(&scene, &doctor, 2).supersedes, Some(1));
    assert_eq!(found(&scene, &doctor, 1).public, found(&scene, &doctor, 2).public);
    assert_eq!(
        (standing(&scene, &doctor, 1), standing(&scene, &doctor, 2)),
        (Standing::Verified, Standing::Verified)
    );
    assert_eq!(all(&scene), (2, Vec::new()));
}

#[test]
fn content_changed_by_somebody_with_every_key_breaks_it() {
    let (scene, doctor) = signed_once();
    let stored = scene.stored(CASE);
    let body = String::from_utf8(found(&scene, &doctor, 1).body).unwrap().replace("definite", "probable");
    let place = format!("case_answers.body.{CASE}.{FORM}.1");
    let sealed = stored.key.seal(&place, body.as_bytes()).unwrap();
    sql(&scene, &format!("UPDATE case_answers SET body = '{sealed}' WHERE revision = 1 AND form = '{FORM}'"));
    assert_eq!(standing(&scene, &doctor, 1), Standing::Broken);
    assert_eq!(all(&scene), (0, vec![(CASE.to_owned(), FORM.to_owned(), 1)]));
}

#[test]
fn a_signature_belongs_to_its_author_and_its_place() {
    let (scene, doctor) = signed_once();
    physician(&scene, "usr_other", "designated", "2029-03-31");
    sql(&scene, "UPDATE signing_keys SET holder = 'usr_other'");
    assert_eq!(standing(&scene, &doctor, 1), Standing::Broken);
    sql(&scene, "UPDATE signing_keys SET holder = 'usr_doctor'");
    sql(&scene, "UPDATE certificate_signatures SET jws = 'v1.AAAA'");
    assert_eq!(standing(&scene, &doctor, 1), Standing::Broken);
    sql(&scene, "DELETE FROM certificate_signatures");
    assert_eq!(standing(&scene, &doctor, 1), Standing::Unsigned);
}

#[test]
fn the_private_half_of_a_key_does_not_lie_open() {
    let (scene, _) = signed_once();
    let key = scene.read(|conn| signing::key_of(conn, &scene.house.keys, "usr_doctor")).unwrap();
    assert!(key.private.contains("PRIVATE KEY") && !key.public.contains("\"d\""));
    sql(&scene, "UPDATE signing_keys SET private = 'v1.AAAA'");
    let read = scene.house.database.read(|conn| signing::key_of(conn, &scene.house.keys, "usr_doctor"));
    assert!(read.is_err());
}
