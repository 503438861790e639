//! The certificate's whole way on a real database, with the real program folder.

mod assistant;
mod certificate;
mod earlier;
mod offers;
mod offline;
mod pull;
mod signature;

use chrono::NaiveDate;

use crate::domain::calendar::EnteredDate;
use crate::domain::case::command::Command;
use crate::domain::case::{Consent, Revision};
use crate::domain::forms::{Answer, Answers, Coding};
use crate::domain::permission::Actor;
use crate::domain::program::vocabulary::{CommandName, State};
use crate::sandbox::people::Person;
use crate::store::answers;
use crate::store::citizens::{self, Profile};
use crate::store::users::{self, Designation, Institution, User};
use crate::usecases::access::Caller;
use crate::usecases::carry_out::{Order, carry_out};
use crate::usecases::effects::request_code;
use crate::usecases::testing::Scene;

const CASE: &str = "case_record";
const CONSENT: &str = "platform_pull";
const SECRET: [u8; 20] = [9; 20];

/// An invented person of the stand-ins.
fn person(id: &str) -> Person {
    let people = crate::sandbox::people::load().unwrap();
    people.into_iter().find(|person| person.id == id).unwrap()
}

/// Puts a person's filed application into examination.
fn filed(scene: &Scene, person: &Person, consented: bool) {
    filed_as(scene, CASE, person, consented);
}

/// As [`filed`], under an id.
fn filed_as(scene: &Scene, id: &str, person: &Person, consented: bool) {
    citizen(scene);
    let at = scene.now();
    scene.filed(id, &format!("NB-{id}"), State::Submitted, |case| {
        let revision = Revision { number: 1, digest: "digest".to_owned(), at };
        case.revisions.insert("application".to_owned(), vec![revision]);
        if consented {
            case.consents.insert(CONSENT.to_owned(), Consent { given_at: at, revoked_at: None });
        }
    });
    let stored = scene.stored(id);
    let body = serde_json::to_vec(&application(person)).unwrap();
    scene.write(|_, conn| answers::save(conn, &stored, "application", 1, &body, "digest", "cit_1", at));
    let order = Order::new(id, CommandName::BeginReview);
    carry_out(&scene.house, &Caller::system(), &order, |_| Ok(Command::BeginReview)).unwrap();
}

fn citizen(scene: &Scene) {
    let profile = Profile::default();
    scene.write(|scene, conn| {
        citizens::sign_in(conn, &scene.house.keys, "subject", &scene.applicant, &profile, scene.now())
    });
}

fn application(person: &Person) -> Answers {
    let mut given = Answers::new();
    for (item, text) in [
        ("patient.family-name", &person.family),
        ("patient.given-name", &person.given),
        ("patient.family-kana", &person.family_kana),
        ("patient.given-kana", &person.given_kana),
        ("insurance.insurer-number", &person.insurer),
        ("insurance.symbol", &person.symbol),
        ("insurance.number", &person.number),
        ("insurance.branch", &person.branch),
    ] {
        given.set(item, Answer::Text(text.clone()));
    }
    let birth = EnteredDate::parse(&person.birth.to_string()).unwrap();
    given.set("patient.birth", Answer::Date(birth));
    let sex =
        Coding { system: None, code: person.sex.fhir().to_owned(), display: person.sex.word().to_owned() };
    given.set("patient.sex", Answer::Choice(sex));
    given
}

fn applicant(scene: &Scene) -> Caller {
    Caller { actor: Actor::citizen(&scene.applicant, "申請者"), source: "test".to_owned() }
}

/// A physician with a designation of a kind until a day.
fn physician(scene: &Scene, id: &str, kind: &str, valid_to: &str) -> Caller {
    let designation = Designation {
        kind: kind.to_owned(),
        number: "1300001".to_owned(),
        valid_from: NaiveDate::from_ymd_opt(2024, 4, 1).unwrap(),
        valid_to: valid_to.parse().unwrap(),
        institution_code: "1312345678".to_owned(),
        institution: "架空中央病院".to_owned(),
        institution_address: "架空県まどか市本町1-1".to_owned(),
        institution_phone: "0990000001".to_owned(),
    };
    let user = User { designation: Some(designation), ..user(id, "医師 一郎", "physician") };
    signed_in(scene, &user)
}

/// An assistant at the institution of a code.
fn assistant(scene: &Scene, id: &str, code: &str) -> Caller {
    let institution = Institution {
        code: code.to_owned(),
        name: "架空中央病院".to_owned(),
        kind: String::new(),
        phone: String::new(),
    };
    let user = User { institution: Some(institution), ..user(id, "補助 百合", "assistant") };
    signed_in(scene, &user)
}

/// Somebody who holds a role and nothing else.
fn user(id: &str, name: &str, role: &str) -> User {
    User {
        id: id.to_owned(),
        login: id.to_owned(),
        name: name.to_owned(),
        roles: vec![role.to_owned()],
        designation: None,
        institution: None,
        office: None,
        password: String::new(),
        totp: SECRET.to_vec(),
        totp_step: 0,
        failures: 0,
        locked_until: None,
        active: true,
    }
}

fn signed_in(scene: &Scene, user: &User) -> Caller {
    scene.write(|scene, conn| users::insert(conn, &scene.house.keys, user, scene.now()));
    Caller { actor: crate::usecases::sessions::actor_of(user), source: "test".to_owned() }
}

/// The code on the patient's sheet.
fn code(scene: &Scene) -> String {
    code_of(scene, CASE)
}

fn code_of(scene: &Scene, case: &str) -> String {
    let stored = scene.stored(case);
    request_code(&scene.house, stored.case.work_of("medical_certificate").unwrap())
}

/// Actions of an actor on record, oldest first, with their outcomes.
fn recorded(scene: &Scene, actor: &str) -> Vec<String> {
    let rows = scene.read(|conn| crate::store::audit::after(conn, 0, 1000));
    rows.into_iter()
        .filter(|row| row.actor == actor)
        .map(|row| format!("{} {}", row.action, row.outcome))
        .collect()
}
