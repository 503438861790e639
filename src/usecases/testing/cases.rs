//! Cases as one comes upon them: begun, filed, waiting for an answer, granted.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::case::apply::begin;
use crate::domain::case::correction::CorrectionRound;
use crate::domain::case::decision::Decision;
use crate::domain::case::event::Event;
use crate::domain::case::testing::decision;
use crate::domain::case::{Case, Origin};
use crate::domain::forms::{Answer, Answers};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::{CaseKind, Outcome, State};
use crate::store::cases::{self, Projection, Stored};
use crate::store::{answers, decisions};

use super::{Scene, program};

impl Scene {
    /// A draft, and the answers in it.
    pub fn draft(&self, id: &str, answered: &[(&str, &str)]) -> String {
        self.begin(id, "new", None);
        let mut given = Answers::new();
        for (path, text) in answered {
            given.set(path, Answer::Text((*text).to_owned()));
        }
        let body = serde_json::to_vec(&given).unwrap();
        let (stored, form) = (self.stored(id), &program().definition.forms.application);
        self.write(|scene, conn| {
            answers::save(conn, &stored, form, answers::DRAFT, &body, "digest", "cit_1", scene.now())
        });
        id.to_owned()
    }

    /// A draft that renews a grant.
    pub fn renewing(&self, id: &str, follows: &str) -> String {
        self.begin(id, "renewal", Some(follows));
        id.to_owned()
    }

    fn begin(&self, id: &str, kind: &'static str, follows: Option<&str>) {
        let event = Event::Started {
            id: id.to_owned(),
            program: program().definition.id.clone(),
            kind: CaseKind::of(kind),
            definition: program().hash.clone(),
            applicant: self.applicant.clone(),
            origin: Origin::Online,
            lang: Lang::Ja,
            follows: follows.map(str::to_owned),
            agency: None,
        };
        let (key, wrapped) = self.house.keys.new_case_key(id).unwrap();
        let stored = Stored { case: begin(&event, &self.stamp()).unwrap(), key };
        self.write(|scene, conn| {
            cases::insert(conn, &stored, &wrapped, &event, &scene.stamp(), &projection())
        });
    }

    /// A filed case in a state.
    pub fn filed(&self, id: &str, reference: &str, state: State, change: impl FnOnce(&mut Case)) -> String {
        self.draft(id, &[("patient.email", "hanako@mail.example")]);
        let mut stored = self.stored(id);
        stored.case.reference = Some(reference.to_owned());
        stored.case.received_at = Some(self.now());
        stored.case.state = state;
        stored.case.version = 1;
        change(&mut stored.case);
        self.write(|scene, conn| cases::update(conn, &stored, 0, &[], &scene.stamp(), "", &projection()));
        id.to_owned()
    }

    /// A case that waits for an answer until a day.
    pub fn correcting(&self, id: &str, due_on: &str) -> String {
        let due_on: NaiveDate = due_on.parse().unwrap();
        let requested_at = self.now();
        self.filed(id, id, State::Correction, |case| {
            case.corrections.push(CorrectionRound {
                items: vec!["patient.phone".to_owned()],
                requested_at,
                due_on,
                replies: BTreeMap::new(),
                answered_at: None,
                lapsed_at: None,
            });
        })
    }

    /// A grant that ends on a day.
    pub fn granted(&self, id: &str, until: &str) -> String {
        let granted = Decision { id: format!("dec_{id}"), ..decision(1, Outcome::Granted, "", until) };
        let kept = granted.clone();
        self.filed(id, id, State::Decided, |case| case.decisions.push(kept));
        let stored = self.stored(id);
        self.write(|_, conn| decisions::insert(conn, &stored, &granted, false));
        id.to_owned()
    }
}

fn projection() -> Projection {
    Projection { due_on: NaiveDate::from_ymd_opt(2027, 1, 1).unwrap(), ..Projection::default() }
}
