//! The office's road, on a database of its own and with the real folder of a program.

mod bulk;
mod deliberation;
mod enquiries;
mod figures;
mod filing;
mod household;
mod lists;
mod members;
mod reading;
mod registering;
mod road;
mod ruling;
mod simulation;

use std::collections::BTreeMap;

use crate::domain::case::Case;
use crate::domain::case::work::WorkState;
use crate::domain::permission::Actor;
use crate::domain::program::cases::WorkedCase;
use crate::domain::program::vocabulary::State;
use crate::store::seal::random;
use crate::store::users::{self, User};
use crate::usecases::access::Caller;
use crate::usecases::carry_out::Done;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::testing::Scene;

use super::acts::{self, Act};
use super::draft_content::{Typed, boxed};
use super::verdict::{About, Known, Typed as Ruling, rule};
use super::work::Posted;
use super::{paper, proposal, work_acts};

/// A scene with an office in it.
struct World {
    scene: Scene,
}

fn world() -> World {
    world_with(|_| {})
}

/// A world with something of the house changed.
fn world_with(change: impl FnOnce(&mut House)) -> World {
    let scene = Scene::with(|house| {
        let values = [
            ("name", "架空県まどか保健所"),
            ("title", "架空県知事"),
            ("department", "疾病対策課"),
            ("address", "架空県まどか市1番1号"),
            ("phone", "099-000-0100"),
            ("review_authority", "架空県知事"),
            ("defendant", "架空県"),
            ("representative", "架空県知事"),
            ("payer_number", "54126016"),
        ];
        house.office = values.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        change(house);
    });
    let world = World { scene };
    for (id, roles) in [
        ("usr_reviewer", ["reviewer"].as_slice()),
        ("usr_second", &["reviewer", "approver"]),
        ("usr_approver", &["approver"]),
        ("usr_manager", &["manager"]),
        ("usr_secretary", &["secretary"]),
        ("usr_receiver", &["receiver"]),
    ] {
        world.open_account(id, roles);
    }
    world
}

/// Somebody of the office, as the session names them.
fn staff(id: &str, roles: &[&str]) -> Caller {
    let actor = Actor::with_roles(id, &id.replace("usr_", "職員 "), roles.iter().copied());
    Caller { actor, source: "test".to_owned() }
}

fn reviewer() -> Caller {
    staff("usr_reviewer", &["reviewer"])
}

fn approver() -> Caller {
    staff("usr_approver", &["approver"])
}

impl World {
    fn house(&self) -> &House {
        &self.scene.house
    }

    fn open_account(&self, id: &str, roles: &[&str]) {
        let user = User {
            id: id.to_owned(),
            login: id.to_owned(),
            name: id.replace("usr_", "職員 "),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            designation: None,
            institution: None,
            office: None,
            password: String::new(),
            totp: Vec::new(),
            totp_step: 0,
            failures: 0,
            locked_until: None,
            active: true,
        };
        let now = self.scene.now();
        self.scene.write(|scene, conn| users::insert(conn, &scene.house.keys, &user, now));
    }

    fn worked(&self) -> WorkedCase {
        self.house().programs.offered().next().unwrap().cases["general-1"].clone()
    }

    /// A worked case's answers to a form, as a browser posts them.
    fn posted(&self, form: &str) -> Posted {
        let text = |value: &toml::Value| match value {
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let case = self.worked();
        case.answers[form].iter().map(|(path, value)| (path.clone(), vec![text(value)])).collect()
    }

    /// What a clerk types who registers the worked case.
    fn typed_paper(&self) -> paper::Typed {
        let program = self.house().programs.offered().next().unwrap().definition.id.clone();
        paper::Typed {
            follows: String::new(),
            kind: format!("{program}/new"),
            arrived_on: self.house().today().to_string(),
            late_reason: String::new(),
            posted: self.posted("application"),
            request: fresh(),
        }
    }

    /// A case that came on paper.
    fn filed(&self) -> String {
        paper::file(self.house(), &reviewer(), &self.typed_paper(), None, true).unwrap()
    }

    /// A case under examination.
    fn examined(&self) -> String {
        let case = self.filed();
        self.act(&case, Act::Begin, &acts::Typed::default()).unwrap();
        case
    }

    fn case(&self, id: &str) -> Case {
        self.scene.stored(id).case
    }

    /// The newest knowledge of a case, with a fresh key.
    fn known(&self, case: &str) -> Known {
        Known { case: case.to_owned(), version: self.case(case).version, request: fresh() }
    }

    fn act(&self, case: &str, act: Act, typed: &acts::Typed) -> Result<Done, Error> {
        acts::perform(self.house(), &reviewer(), &self.known(case), act, typed)
    }

    fn rule(&self, case: &str, about: &About, typed: &Ruling) -> Result<Done, Error> {
        rule(self.house(), &reviewer(), &self.known(case), about, typed)
    }

    /// Accepts every item that is still unseen.
    fn accept_all(&self, case: &str) {
        let program = self.house().programs.offered().next().unwrap().clone();
        for group in &program.definition.item_groups {
            match self.rule(case, &About::Group(group.code.clone()), &Ruling::Accept) {
                Ok(_) | Err(Error::Refused(_)) => {}
                Err(error) => panic!("{}: {error}", group.code),
            }
        }
    }

    /// The id of a work item.
    fn item(&self, case: &str, kind: &str) -> String {
        self.case(case).work_of(kind).unwrap().id.clone()
    }

    /// Does every work item: the certificate came on paper.
    fn finish_work(&self, case: &str) {
        let house = self.house();
        let item = |kind| self.item(case, kind);
        let reason = "certificate_on_paper";
        work_acts::waive(house, &reviewer(), &self.known(case), &item("medical_certificate"), reason)
            .unwrap();
        for (kind, posted) in [("identity_check", Posted::new()), ("income_check", self.judged())] {
            let done =
                work_acts::finish(house, &reviewer(), &self.known(case), &item(kind), &posted).unwrap();
            assert!(matches!(done, work_acts::Outcome::Done), "{kind}: {done:?}");
        }
        let over = |state| matches!(state, WorkState::Waived | WorkState::Accepted);
        assert!(self.case(case).work.iter().all(|item| over(item.state)));
    }

    /// The office's findings, with what the clerk read from the paper certificate.
    fn judged(&self) -> Posted {
        let mut posted = self.posted("office");
        for (path, value) in [
            ("medical.diagnosis-met", "yes"),
            ("medical.severity-met", "yes"),
            ("medical.reason", "紙の臨床調査個人票による"),
        ] {
            posted.insert(path.to_owned(), vec![value.to_owned()]);
        }
        posted
    }

    /// A case of which nothing is missing.
    fn ready(&self) -> String {
        let case = self.examined();
        self.finish_work(&case);
        self.accept_all(&case);
        case
    }

    /// The drafting page as a clerk fills it in: what is proposed, and what the paper said.
    fn typed_draft(&self, case: &str, outcome: &str) -> Typed {
        let house = self.house();
        let (program, proposed) = house
            .read(&reviewer(), case, "test", |conn, opened| {
                Ok((opened.program.clone(), proposal::of(house, conn, opened)?.unwrap()))
            })
            .unwrap();
        let mut typed = Typed { outcome: outcome.to_owned(), ..Typed::default() };
        for field in &program.definition.decision.fields {
            let value = proposed.value(&field.key).map(boxed).unwrap_or_default();
            typed.fields.insert(field.key.clone(), value);
        }
        for (field, value) in [
            ("diagnosis_met", "true"),
            ("severity_met", "true"),
            ("ground", "severity"),
            ("start_on", "2026-11-01"),
            ("valid_to", "令和9年10月31日"),
        ] {
            typed.fields.insert(field.to_owned(), value.to_owned());
            typed.whys.insert(field.to_owned(), "紙の臨床調査個人票による".to_owned());
        }
        typed
    }
}

fn fresh() -> String {
    format!("req_{}", crate::store::seal::hex(&random::<16>().unwrap()))
}

/// The keys of a refusal, or a word for what else came.
fn keys<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Vec<String> {
    match outcome {
        Err(Error::Refused(refusals)) => refusals.into_iter().map(|refusal| refusal.key).collect(),
        Err(other) => vec![other.to_string()],
        Ok(_) => vec!["done".to_owned()],
    }
}

/// What is typed on the page of an act.
fn typed(reason: &str, day: &str, choice: &str) -> acts::Typed {
    acts::Typed { reason: reason.to_owned(), day: day.to_owned(), choice: choice.to_owned() }
}
