//! A house with a real database and invented surroundings, for the tests of what happens at night.

mod hub;
mod outside;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

// Signing only computes, so tests sign as the app does.
#[cfg(test)]
use crate::adapters::signature::{Jws, profile::Profile};
use crate::domain::case::correction::CorrectionRound;
use crate::domain::case::decision::{Content, Decision, Draft};
use crate::domain::case::event::{Event, Stamp};
use crate::domain::case::{Case, Origin};
use crate::domain::forms::{Answer, Answers};
use crate::domain::lang::Lang;
use crate::domain::letter::{Head, Letter};
use crate::domain::permission::Actor;
use crate::domain::program::texts::Catalogue;
use crate::domain::program::vocabulary::{CaseKind, Outcome, State};
use crate::domain::program::{Files, Program, load};
use crate::ports::hub::SubsidyHub;
use crate::store::cases::{self, Projection, Stored};
use crate::store::hub::HubRow;
use crate::store::letters::{self, Delivery, LetterRow};
use crate::store::seal::{DataKey, sha256_hex};
use crate::store::{
    Address, Conn, Database, Keyring, StoreError, answers, decisions, definitions, hub as rows, migrate,
};

use super::access::Caller;
use super::error::Error;
use super::house::House;
use super::letters::Told;
use super::programs::Programs;
use super::registration::Registration;

pub use hub::FakeHub;
pub use outside::{FakeMailer, MemoryFiles, SetClock, StubRenderer};

/// The program folders; the scene holds cases of the first.
const FORMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/forms");

/// A house at work, and hands on everything around it.
pub struct Scene {
    pub house: Arc<House>,
    pub clock: Arc<SetClock>,
    pub hub: Arc<FakeHub>,
    pub mailer: Arc<FakeMailer>,
    pub renderer: Arc<StubRenderer>,
    /// A decided case with the letter `let_1`.
    pub case: String,
    /// Whose case it is.
    pub applicant: String,
    _dir: tempfile::TempDir,
}

fn program() -> &'static Program {
    static PROGRAM: OnceLock<Program> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let mut files = Files::new();
        let folders = std::fs::read_dir(FORMS).unwrap().map(|entry| entry.unwrap().path());
        read_folder(&folders.min().unwrap(), "", &mut files);
        load(&files).unwrap_or_else(|problems| panic!("{}", problems[0]))
    })
}

fn read_folder(folder: &std::path::Path, prefix: &str, files: &mut Files) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            read_folder(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

impl Scene {
    /// A house as it usually is, at noon (JST) of 2026-11-22.
    pub fn new() -> Scene {
        Scene::with(|_| {})
    }

    /// A house with something changed.
    pub fn with(change: impl FnOnce(&mut House)) -> Scene {
        let dir = tempfile::tempdir().unwrap();
        let address =
            Address::parse(&format!("sqlite://{}", dir.path().join("db.sqlite").display())).unwrap();
        let database = Database::open(&address, 8).unwrap();
        migrate::migrate(&database).unwrap();
        let clock = Arc::new(SetClock::at("2026-11-22T03:00:00Z"));
        let (hub, mailer, renderer) =
            (Arc::<FakeHub>::default(), Arc::<FakeMailer>::default(), Arc::default());
        let keys = Keyring::open(&database, DataKey::from_bytes([7; 32]), clock.now_utc()).unwrap();
        let mut house = House {
            database,
            keys,
            programs: Programs::new(vec![program().clone()]),
            clock: clock.clone(),
            files: Arc::new(MemoryFiles::new(clock.clone())),
            clinical: None,
            hub: Some(hub.clone() as Arc<dyn SubsidyHub>),
            identity: None,
            mailer: Some(mailer.clone()),
            renderer: Arc::clone(&renderer) as _,
            signatures: Arc::new(Jws::new(Profile::own_key())),
            hospitals: outside::hospitals(),
            texts: Arc::new(Catalogue::default()),
            office: BTreeMap::new(),
            settings: BTreeMap::new(),
            public_url: "https://town.example".to_owned(),
        };
        change(&mut house);
        let applicant = "cit_1".to_owned();
        let mut scene = Scene {
            house: Arc::new(house),
            clock,
            hub,
            mailer,
            renderer,
            case: String::new(),
            applicant,
            _dir: dir,
        };
        scene.write(|scene, conn| {
            let program = program();
            let (id, version) = (&program.definition.id, &program.definition.version);
            definitions::keep(conn, &program.hash, id, version, &program.files, scene.now())
        });
        scene.case = scene.filed("case_1", "NB-0001", State::Decided, |_| {});
        scene.letter("let_1");
        scene
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now_utc()
    }

    pub fn pass(&self, time: TimeDelta) {
        self.clock.pass(time);
    }

    pub fn write<T>(&self, work: impl FnOnce(&Scene, &mut Conn) -> Result<T, StoreError>) -> T {
        self.house.database.write(|conn| work(self, conn)).unwrap()
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, StoreError>) -> T {
        self.house.database.read(work).unwrap()
    }

    pub fn stored(&self, case: &str) -> Stored {
        self.read(|conn| cases::find(conn, &self.house.keys, case))
    }

    pub fn operator(&self) -> Caller {
        Caller { actor: Actor::with_roles("usr_op", "運用", ["operator"]), source: "test".to_owned() }
    }

    /// A draft, and the answers in it.
    pub fn draft(&self, id: &str, answered: &[(&str, &str)]) -> String {
        let (key, wrapped) = self.house.keys.new_case_key(id).unwrap();
        let stored = Stored { case: blank(id, &self.applicant, self.now()), key };
        let mut given = Answers::new();
        for (path, text) in answered {
            given.set(path, Answer::Text((*text).to_owned()));
        }
        let body = serde_json::to_vec(&given).unwrap();
        self.write(|scene, conn| {
            let event = Event::ReviewBegun;
            cases::insert(conn, &stored, &wrapped, &event, &scene.stamp(), &projection())?;
            let form = &program().definition.forms.application;
            answers::save(conn, &stored, form, answers::DRAFT, &body, "digest", "cit_1", scene.now())
        });
        id.to_owned()
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
        let mut granted = decision(&format!("dec_{id}"), self.now());
        granted.draft.content.valid_to = until.parse().ok();
        let kept = granted.clone();
        self.filed(id, id, State::Decided, |case| case.decisions.push(kept));
        let stored = self.stored(id);
        self.write(|_, conn| decisions::insert(conn, &stored, &granted, false));
        id.to_owned()
    }

    /// A draft that renews a grant.
    pub fn renewing(&self, id: &str, follows: &str) -> String {
        let (key, wrapped) = self.house.keys.new_case_key(id).unwrap();
        let mut case = blank(id, &self.applicant, self.now());
        case.kind = CaseKind::of("renewal");
        case.follows = Some(follows.to_owned());
        let stored = Stored { case, key };
        self.write(|scene, conn| {
            cases::insert(conn, &stored, &wrapped, &Event::ReviewBegun, &scene.stamp(), &projection())
        });
        id.to_owned()
    }

    fn stamp(&self) -> Stamp {
        Stamp { at: self.now(), today: self.house.today(), by: "cit_1".to_owned(), name: String::new() }
    }

    /// A composed letter of the scene's case.
    pub fn letter(&self, id: &str) {
        let head = Head {
            reference: "NB-0001".to_owned(),
            date: String::new(),
            to: None,
            from: Vec::new(),
            seal: None,
            code: None,
        };
        let (kind, title, issued) = ("receipt".to_owned(), "受理".to_owned(), self.house.today());
        let letter = Letter { kind, title, issued, head, blocks: Vec::new(), watermark: None };
        let row = LetterRow {
            id: id.to_owned(),
            decision_id: None,
            kind: "receipt".to_owned(),
            body: serde_json::to_vec(&letter).unwrap(),
            file: String::new(),
            missing: String::new(),
            at: self.now(),
        };
        let stored = self.stored(&self.case);
        self.write(|_, conn| letters::insert(conn, &stored, &row));
    }

    /// A mail that waits to be sent.
    pub fn delivery(&self, id: &str, letter: Option<&str>) -> String {
        let told =
            Told { to: "hanako@mail.example".to_owned(), text: "お知らせがあります".to_owned() };
        let delivery = Delivery {
            id: id.to_owned(),
            case_id: self.case.clone(),
            letter_id: letter.map(str::to_owned),
            channel: "mail".to_owned(),
            state: "queued".to_owned(),
            subject: "窓口からのお知らせ".to_owned(),
            body: serde_json::to_vec(&told).unwrap(),
            attempts: 0,
            problem: String::new(),
            at: self.now(),
        };
        let stored = self.stored(&self.case);
        self.write(|_, conn| letters::queue(conn, &stored, &delivery));
        id.to_owned()
    }

    /// Channel and state of the deliveries of the scene's case, in alphabetical order.
    pub fn deliveries(&self) -> Vec<(String, String)> {
        let lines = self.read(|conn| letters::deliveries_of(conn, &self.case));
        let mut found: Vec<_> = lines.into_iter().map(|line| (line.3, line.4)).collect();
        found.sort();
        found
    }

    /// A row for the hub, of a case of its own unless the case is there.
    pub fn row(&self, row: &HubRow, registration: &Registration) {
        let body = serde_json::to_vec(registration).unwrap();
        let known = self.house.database.read(|conn| cases::find(conn, &self.house.keys, &row.case_id));
        if known.is_err() {
            self.filed(&row.case_id, &row.case_id, State::Decided, |_| {});
            let stored = self.stored(&row.case_id);
            let decision = decision(&row.decision_id, self.now());
            self.write(|_, conn| decisions::insert(conn, &stored, &decision, false));
        }
        let stored = self.stored(&row.case_id);
        let row = HubRow { content_hash: sha256_hex(&body), body, ..row.clone() };
        self.write(|scene, conn| {
            rows::insert(conn, &stored, &row, scene.now())?;
            cases::set_sync(conn, &row.case_id, "pending")
        });
    }

    /// State of every row by id, and the mark of its case.
    pub fn states(&self) -> BTreeMap<String, (String, String)> {
        self.read(|conn| {
            let lines = rows::lines(conn, super::hub::CONNECTOR, "", "", "", 10_000)?;
            let each = lines.into_iter().map(|line| Ok((line.0, (line.6, cases::sync_of(conn, &line.1)?))));
            each.collect()
        })
    }

    /// Whether the chain of audit rows is whole; how many there are.
    pub fn audited(&self) -> i64 {
        self.read(|conn| crate::store::audit::verify(conn, &self.house.keys)).unwrap()
    }
}

/// A refusal's first key, or a word for what else came.
pub fn refusal<T>(outcome: Result<T, Error>) -> String {
    match outcome {
        Err(Error::Refused(refusals)) => refusals[0].key.clone(),
        Err(other) => other.to_string(),
        Ok(_) => "done".to_owned(),
    }
}

fn projection() -> Projection {
    Projection { due_on: NaiveDate::from_ymd_opt(2027, 1, 1).unwrap(), ..Projection::default() }
}

fn blank(id: &str, applicant: &str, at: DateTime<Utc>) -> Case {
    Case {
        id: id.to_owned(),
        reference: None,
        program: program().definition.id.clone(),
        kind: CaseKind::of("new"),
        definition: program().hash.clone(),
        state: State::Draft,
        version: 0,
        events: 1,
        applicant: applicant.to_owned(),
        follows: None,
        origin: Origin::Online,
        lang: Lang::Ja,
        started_at: at,
        received_at: None,
        revisions: BTreeMap::new(),
        missing: Vec::new(),
        consents: BTreeMap::new(),
        verdicts: BTreeMap::new(),
        work: Vec::new(),
        corrections: Vec::new(),
        clocks: Vec::new(),
        assignee: None,
        duplicates: Vec::new(),
        duplicate_cleared: false,
        protected: false,
        committee: None,
        referral: None,
        asked: None,
        draft: None,
        decisions: Vec::new(),
        ending: None,
        pulled_at: None,
    }
}

fn decision(id: &str, at: DateTime<Utc>) -> Decision {
    let content = Content {
        outcome: Outcome::Granted,
        fields: BTreeMap::new(),
        origins: BTreeMap::new(),
        reasons: Vec::new(),
        appeal: "appeal".to_owned(),
        effective_from: None,
        valid_to: None,
        answers: String::new(),
    };
    let draft = Draft {
        hash: content.hash(),
        content,
        by: "usr_1".to_owned(),
        name: String::new(),
        at,
        levels: Vec::new(),
        signatures: Vec::new(),
        returned: None,
    };
    Decision { id: id.to_owned(), seq: 1, draft, at, supersedes: None }
}
