//! A case to which commands are given, with everybody who may give one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::domain::case::apply::{apply, begin, replay};
use crate::domain::case::command::Command;
use crate::domain::case::decide::{Context, decide};
use crate::domain::case::decision::{Content, Reason};
use crate::domain::case::event::{Event, Stamp};
use crate::domain::case::facts::Items;
use crate::domain::case::route::Receiver;
use crate::domain::case::verdict::{Ruling, item_key};
use crate::domain::case::{Case, Origin};
use crate::domain::committee::Sitting;
use crate::domain::lang::Lang;
use crate::domain::permission::{Actor, Relation, grant};
use crate::domain::program::definition::Definition;
use crate::domain::program::vocabulary::{CaseKind, FieldType, Outcome, ReturnEffect, State};
use crate::domain::program::{Files, Program, load};
use crate::domain::refusal::Refusal;

static PROGRAM: LazyLock<Program> = LazyLock::new(|| {
    let mut files = Files::new();
    read(Path::new("forms/nanbyo"), Path::new("forms/nanbyo"), &mut files);
    load(&files).unwrap()
});

fn read(root: &Path, folder: &Path, files: &mut Files) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

/// The definition under which the cases of these tests run, if nothing else is said.
pub fn definition() -> &'static Definition {
    &PROGRAM.definition
}

/// Items of the application that the office examines here.
pub const ITEMS: [&str; 4] = ["patient.birth", "insurance.kind", "proof.insurance", "household"];

/// Names of everybody who acts, each with their roles. The last one holds what nobody should.
pub const PEOPLE: [(&str, &[&str]); 13] = [
    ("cit_a", &["applicant"]),
    ("usr_doctor", &["physician"]),
    ("usr_desk", &["receiver"]),
    ("usr_r1", &["reviewer"]),
    ("usr_r2", &["reviewer"]),
    ("usr_secretary", &["secretary"]),
    ("usr_a1", &["approver"]),
    ("usr_m1", &["manager"]),
    ("system", &["engine"]),
    ("usr_help", &["assistant"]),
    ("usr_town", &["forwarder"]),
    ("usr_village", &["forwarder"]),
    ("usr_all", &["reviewer", "approver", "manager", "secretary"]),
];

/// Somebody by id.
pub fn actor(id: &str) -> Actor {
    let (id, roles) = PEOPLE.iter().find(|(name, _)| *name == id).unwrap();
    let mut actor = Actor::with_roles(id, id, roles.iter().copied());
    actor.office = ["usr_town", "usr_village"].contains(id).then(|| (*id).to_owned());
    actor
}

/// The first day of every case.
pub fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 2).unwrap()
}

/// A case with its history and the present content of its items.
#[derive(Clone)]
pub struct Bench {
    pub case: Case,
    pub history: Vec<(Event, Stamp)>,
    pub items: Items,
    pub day: u32,
    pub definition: &'static Definition,
}

impl Bench {
    /// A draft begun on line.
    pub fn draft() -> Bench {
        let started = Event::Started {
            id: "case_1".to_owned(),
            program: definition().id.clone(),
            kind: CaseKind::of("new"),
            definition: "hash".to_owned(),
            applicant: "cit_a".to_owned(),
            origin: Origin::Online,
            lang: Lang::Ja,
            follows: None,
            agency: None,
        };
        let stamp = stamp(0, "cit_a");
        let case = begin(&started, &stamp).unwrap();
        let items = ITEMS.iter().map(|path| (key(path), "content 0".to_owned())).collect();
        Bench { case, history: vec![(started, stamp)], items, day: 0, definition: definition() }
    }

    /// An application under examination.
    pub fn in_review() -> Bench {
        let mut bench = Bench::draft();
        bench.must("cit_a", submit());
        bench.must("system", Command::BeginReview);
        bench
    }

    /// An application at an office that only receives, which has looked at every item.
    pub fn looked_at() -> Bench {
        let mut bench = Bench::draft();
        bench.must("cit_a", submit_there());
        bench.must("usr_town", Command::BeginReview);
        bench.must("usr_town", bench.accept_all());
        bench
    }

    /// An application of which nothing is missing any more.
    pub fn ready() -> Bench {
        let mut bench = Bench::in_review();
        bench.must("usr_r1", bench.accept_all());
        bench.certify();
        for item in bench.open_items("clerk") {
            bench.must("usr_r1", Command::CompleteItem { item: item.clone(), digest: "d".to_owned() });
            bench.must("usr_r1", Command::AcceptItem { item });
        }
        bench
    }

    /// The physician hands the certificate in, and the office takes it.
    pub fn certify(&mut self) {
        self.must("usr_r1", start_certificate());
        let item = self.case.work_of("medical_certificate").unwrap().id.clone();
        self.must("usr_doctor", Command::CompleteItem { item: item.clone(), digest: "c".to_owned() });
        self.must("usr_r1", Command::AcceptItem { item });
    }

    /// An application whose draft waits for signatures.
    pub fn drafted(outcome: Outcome) -> Bench {
        let mut bench = Bench::ready();
        if outcome == Outcome::Refused {
            bench.must("usr_r1", refer());
            bench.must("usr_secretary", committee());
        }
        bench.must("usr_r1", draft(outcome));
        bench
    }

    /// A decided application.
    pub fn decided(outcome: Outcome) -> Bench {
        let mut bench = Bench::drafted(outcome);
        bench.must("usr_a1", bench.approval());
        if bench.case.state == State::Approval {
            bench.must("usr_m1", bench.approval());
        }
        bench
    }

    /// Gives a command as somebody. Permission is asked for as the use cases ask.
    pub fn act(&mut self, who: &str, command: Command) -> Result<Vec<Event>, Refusal> {
        let actor = actor(who);
        let relation = Relation {
            own: self.case.applicant == who,
            assigned: self.case.work.iter().any(|item| item.assignee == who),
            colleague: self
                .case
                .work
                .iter()
                .any(|it| it.assignee == "usr_doctor" && it.state.awaits_result()),
            presented: false,
            seated: false,
            entrusted: false,
            state: Some(self.case.state),
            custody: self.case.custody(actor.office.as_deref()),
        };
        let granted = grant(&actor, command.name(), self.definition, &relation)?;
        let stamp = stamp(self.day, who);
        let context = Context {
            definition: self.definition,
            settings: &BTreeMap::new(),
            granted: &granted,
            stamp: &stamp,
            items: &self.items,
            answers: &BTreeMap::new(),
        };
        let events = decide(&self.case, &command, &context)?;
        events.iter().for_each(|event| apply(&mut self.case, event, &stamp));
        self.history.extend(events.iter().map(|event| (event.clone(), stamp.clone())));
        Ok(events)
    }

    /// Gives a command that must succeed.
    pub fn must(&mut self, who: &str, command: Command) -> Vec<Event> {
        let name = command.name();
        self.act(who, command).unwrap_or_else(|refusal| panic!("{name:?} by {who}: {}", refusal.key))
    }

    /// The key with which a command is refused.
    pub fn refused(&mut self, who: &str, command: Command) -> String {
        self.act(who, command).expect_err("this command has to be refused").key
    }

    /// The case made anew from its events alone.
    pub fn replayed(&self) -> Case {
        replay(self.history.iter().map(|(event, stamp)| (event, stamp))).unwrap()
    }

    /// Ids of the items of an assignee or pool that are not done.
    pub fn open_items(&self, assignee: &str) -> Vec<String> {
        let open = self.case.work.iter().filter(|item| item.state.is_open() && item.assignee == assignee);
        open.map(|item| item.id.clone()).collect()
    }

    /// Accepts every item as it stands.
    pub fn accept_all(&self) -> Command {
        let items = self.items.iter().map(|(key, content)| (key.clone(), content.clone())).collect();
        Command::SetVerdict { items, ruling: Some(Ruling::Accepted) }
    }

    /// Returns an item as it stands.
    pub fn give_back(&self, path: &str) -> Command {
        self.rule(path, Some(returned()))
    }

    /// A ruling on one item as it stands.
    pub fn rule(&self, path: &str, ruling: Option<Ruling>) -> Command {
        let content = self.items.get(&key(path)).cloned().unwrap_or_default();
        Command::SetVerdict { items: vec![(key(path), content)], ruling }
    }

    /// The signature on the draft as it stands.
    pub fn approval(&self) -> Command {
        let hash = self.case.draft.as_ref().map(|draft| draft.hash.clone()).unwrap_or_default();
        Command::ApproveLevel { hash, decision: format!("dec_{}", self.case.decisions.len() + 1) }
    }

    /// The day on which the case stands.
    pub fn today(&self) -> NaiveDate {
        stamp(self.day, "").today
    }
}

/// The key of an item of the application.
pub fn key(path: &str) -> String {
    item_key(&definition().forms.application, path)
}

pub fn stamp(day: u32, by: &str) -> Stamp {
    let today = first_day() + Days::new(u64::from(day));
    let at: DateTime<Utc> = today.and_hms_opt(1, 0, 0).unwrap().and_utc();
    Stamp { at, today, by: by.to_owned(), name: by.to_owned() }
}

pub fn submit() -> Command {
    Command::Submit {
        reference: "NB-0000-0000-0".to_owned(),
        digest: "digest".to_owned(),
        missing: vec!["proof.insurance".to_owned()],
        declared: true,
        duplicates: Vec::new(),
        received_at: None,
        receiver: None,
    }
}

/// A filing that an office receives which does not decide.
pub fn submit_there() -> Command {
    let Command::Submit { reference, digest, missing, declared, duplicates, received_at, .. } = submit()
    else {
        unreachable!()
    };
    let receiver = Some(Receiver { code: "usr_town".to_owned(), name: "みどり市".to_owned() });
    Command::Submit { reference, digest, missing, declared, duplicates, received_at, receiver }
}

pub fn returned() -> Ruling {
    Ruling::Returned { reason: "illegible".to_owned(), effect: ReturnEffect::Illegible, note: String::new() }
}

pub fn start_certificate() -> Command {
    Command::StartItem {
        kind: "medical_certificate".to_owned(),
        assignee: "usr_doctor".to_owned(),
        name: "まどか中央病院".to_owned(),
    }
}

pub fn committee() -> Command {
    Command::RecordCommitteeResult {
        sitting: sitting(2),
        met: false,
        criterion: Some("severity_not_met".to_owned()),
        opinion: "基準を満たさない".to_owned(),
        result: None,
    }
}

pub fn refer() -> Command {
    Command::ReferToCommittee { reason: "重症度の基準を満たすか".to_owned() }
}

/// A session of a committee of three, at which so many sit.
pub fn sitting(present: u32) -> Sitting {
    Sitting { session: "ses_1".to_owned(), held_on: first_day(), members: 3, present }
}

pub fn draft(outcome: Outcome) -> Command {
    Command::DraftDecision { content: Box::new(content(outcome)) }
}

/// A whole content of a decision: every field that its outcome requires, reasons and 教示 if adverse.
pub fn content(outcome: Outcome) -> Content {
    let kind = CaseKind::of("new");
    let rule = definition().outcome(&kind, outcome).unwrap();
    let fields = definition().decision.fields.iter().filter(|field| field.belongs_to(&kind));
    let required = fields.filter(|field| field.required.contains(&outcome));
    Content {
        outcome,
        fields: required.map(|field| (field.key.clone(), value(field.kind, &field.options))).collect(),
        origins: BTreeMap::new(),
        reasons: rule.reasons.first().filter(|_| rule.adverse).map(|code| reason(code)).into_iter().collect(),
        appeal: rule.appeal.clone().unwrap_or_default(),
        effective_from: None,
        valid_to: None,
        answers: "digest".to_owned(),
    }
}

pub fn reason(code: &str) -> Reason {
    Reason {
        code: code.to_owned(),
        criterion: "severity".to_owned(),
        required: "中等症以上".to_owned(),
        observed: "軽症".to_owned(),
        source: "certificate:severity".to_owned(),
    }
}

fn value(kind: FieldType, options: &[String]) -> Value {
    match kind {
        FieldType::Bool => json!(true),
        FieldType::Yen | FieldType::Integer => json!(10_000),
        FieldType::Date => json!("2026-11-02"),
        FieldType::Enum => json!(options.first()),
        FieldType::Text | FieldType::Parts => json!("001"),
    }
}
