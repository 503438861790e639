//! Cases and decisions for the tests of whatever reads them.

use chrono::{DateTime, Utc};

use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::{CaseKind, Outcome};

use super::apply::begin;
use super::decision::{Content, Decision, Draft};
use super::event::{Event, Stamp};
use super::{Case, Origin};

/// A final decision that says from when to when it holds, and nothing else. A day that is none is left open.
pub(crate) fn decision(seq: i64, outcome: Outcome, from: &str, to: &str) -> Decision {
    let content = Content {
        outcome,
        fields: Default::default(),
        origins: Default::default(),
        reasons: Vec::new(),
        appeal: "appeal".to_owned(),
        effective_from: from.parse().ok(),
        valid_to: to.parse().ok(),
        answers: String::new(),
    };
    decided(&format!("dec_{seq}"), seq, content)
}

/// A final decision with a content.
pub(crate) fn decided(id: &str, seq: i64, content: Content) -> Decision {
    let at: DateTime<Utc> = "2026-04-01T00:00:00Z".parse().unwrap();
    let draft = Draft {
        hash: content.hash(),
        content,
        by: "usr_1".to_owned(),
        name: "担当".to_owned(),
        at,
        levels: Vec::new(),
        signatures: Vec::new(),
        returned: None,
    };
    Decision { id: id.to_owned(), seq, draft, at, supersedes: None }
}

/// A case that was begun, of a kind and perhaps after another.
pub(crate) fn begun(id: &str, kind: &str, follows: Option<&str>) -> Case {
    let started = Event::Started {
        id: id.to_owned(),
        program: "program".to_owned(),
        kind: CaseKind::read(kind),
        definition: String::new(),
        applicant: "cit_1".to_owned(),
        origin: Origin::Online,
        lang: Lang::Ja,
        follows: follows.map(str::to_owned),
        agency: None,
    };
    let at: DateTime<Utc> = "2026-04-01T00:00:00Z".parse().unwrap();
    begin(&started, &Stamp { at, today: at.date_naive(), by: "cit_1".to_owned(), name: String::new() })
        .unwrap()
}
