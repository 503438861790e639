//! A house with a real database and invented surroundings, for the tests of what happens at night.

mod cases;
mod hub;
mod outside;
mod post;
mod rows;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, TimeDelta, Utc};

// Signing only computes, so tests sign as the app does.
#[cfg(test)]
use crate::adapters::signature::{Jws, profile::Profile};
use crate::domain::case::event::Stamp;
use crate::domain::permission::Actor;
use crate::domain::program::texts::Catalogue;
use crate::domain::program::vocabulary::State;
use crate::domain::program::{Files, Program, load};
use crate::ports::hub::Hub;
use crate::store::cases::{Stored, find};
use crate::store::seal::DataKey;
use crate::store::{Address, Conn, Database, Keyring, StoreError, definitions, migrate};

use super::access::Caller;
use super::error::Error;
use super::house::House;
use super::hub::PMH as CONNECTOR;
use super::programs::Programs;

pub use hub::FakeHub;
pub use outside::{FakeMailer, MemoryFiles, SetClock, StubRenderer};

/// The program folders; the scene holds cases of the one that has the worked case.
const FORMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/forms");
/// The worked case whose answers the tests type.
const WORKED: &str = "general-1";

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
        let worked = folders.filter(|folder| folder.join("cases").join(format!("{WORKED}.toml")).exists());
        read_folder(&worked.min().unwrap(), "", &mut files);
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
            hubs: [(CONNECTOR.to_owned(), hub.clone() as Arc<dyn Hub>)].into(),
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
        hub.hold(super::hub::kept_masters(&house, CONNECTOR).ok());
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
        self.read(|conn| find(conn, &self.house.keys, case))
    }

    pub fn operator(&self) -> Caller {
        Caller { actor: Actor::with_roles("usr_op", "運用", ["operator"]), source: "test".to_owned() }
    }

    fn stamp(&self) -> Stamp {
        Stamp { at: self.now(), today: self.house.today(), by: "cit_1".to_owned(), name: String::new() }
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
