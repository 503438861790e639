//! A fresh store of each kind, and cases to put into it.

use std::path::PathBuf;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::{RunQueryDsl, sql_query};
use madoguchi::domain::case::apply::{apply, begin};
use madoguchi::domain::case::decision::{Content, Decision, Draft, Reason, Signature};
use madoguchi::domain::case::event::{Event, Stamp};
use madoguchi::domain::case::{Case, Origin};
use madoguchi::domain::lang::Lang;
use madoguchi::domain::program::vocabulary::{CaseKind, Outcome};
use madoguchi::store::cases::{self, Projection, Stored};
use madoguchi::store::seal::DataKey;
use madoguchi::store::{Address, Conn, Database, Keyring, StoreError, definitions, migrate};

use crate::database::texts;
use crate::town::{databases, folder};

/// A migrated, empty store.
pub struct Store {
    pub database: Database,
    pub keys: Keyring,
    pub kek: DataKey,
    /// Where an embedded database lies.
    pub file: Option<PathBuf>,
}

/// Runs a test on a fresh store of each kind. `name` is the test's own.
pub fn each(name: &str, test: impl Fn(&Store)) {
    for address in databases() {
        let folder = folder(&format!("store-{name}"));
        let file = address.is_empty().then(|| folder.join("store.db"));
        let address = file.as_ref().map_or(address, |file| format!("sqlite://{}", file.display()));
        println!("on {address}");
        test(&open(&address, file));
    }
}

fn open(address: &str, file: Option<PathBuf>) -> Store {
    let database = Database::open(&Address::parse(address).unwrap(), 8).unwrap();
    migrate::migrate(&database).unwrap();
    let kek = DataKey::generate().unwrap();
    let keys = Keyring::open(&database, kek.clone(), moment()).unwrap();
    let store = Store { database, keys, kek, file };
    store.write(|conn| definitions::keep(conn, "hash", "program", "1", &Default::default(), moment()));
    store
}

/// The same work in so many threads at once; each is told its number.
pub fn in_threads<T: Send>(number: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = (0..number).map(|at| scope.spawn(move || work(at))).collect();
        threads.into_iter().map(|it| it.join().unwrap()).collect()
    })
}

/// When everything happens.
pub fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap()
}

/// The day of [`moment`] and some days later.
pub fn day(offset: i64) -> NaiveDate {
    moment().date_naive() + Duration::days(offset)
}

impl Store {
    /// Runs one transaction that must succeed.
    pub fn write<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, StoreError>) -> T {
        self.database.write(work).unwrap()
    }

    /// Runs SQL past everything that guards the tables, as somebody with access to the server could.
    pub fn sql(&self, sql: &str) -> Result<usize, StoreError> {
        self.database.write(|conn| Ok(sql_query(sql).execute(conn)?))
    }

    /// The column `text` of a query.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        texts(&self.database, sql)
    }

    /// A stored draft.
    pub fn draft(&self, id: &str) -> Stored {
        let (event, stamp) = (started(id), stamp());
        let (key, wrapped) = self.keys.new_case_key(id).unwrap();
        let stored = Stored { case: begin(&event, &stamp).unwrap(), key };
        let projection = Projection { due_on: day(0), ..Projection::default() };
        self.write(|conn| cases::insert(conn, &stored, &wrapped, &event, &stamp, &projection));
        stored
    }

    /// A stored application that was filed, in a list under what `projection` says.
    pub fn filed(&self, id: &str, projection: &Projection) -> Stored {
        let mut stored = self.draft(id);
        let event = submitted(id);
        apply(&mut stored.case, &event, &stamp());
        stored.case.version = 1;
        self.write(|conn| cases::update(conn, &stored, 0, &[event], &stamp(), "", projection));
        stored
    }
}

pub fn stamp() -> Stamp {
    Stamp { at: moment(), today: day(0), by: "cit_1".to_owned(), name: "青空 花子".to_owned() }
}

fn started(id: &str) -> Event {
    Event::Started {
        id: id.to_owned(),
        program: "program".to_owned(),
        kind: CaseKind::of("new"),
        definition: "hash".to_owned(),
        applicant: "cit_1".to_owned(),
        origin: Origin::Online,
        lang: Lang::Ja,
        follows: None,
        agency: None,
    }
}

fn submitted(id: &str) -> Event {
    Event::Submitted {
        reference: format!("NB-{id}"),
        received_at: moment(),
        missing: Vec::new(),
        duplicates: Vec::new(),
        receiver: None,
    }
}

/// A decision of a case, signed once.
pub fn decision(case: &Case, id: &str, outcome: Outcome) -> Decision {
    let content = Content {
        outcome,
        fields: Default::default(),
        origins: Default::default(),
        reasons: vec![reason()],
        appeal: "appeal".to_owned(),
        effective_from: Some(day(0)),
        valid_to: Some(day(365)),
        answers: String::new(),
    };
    let signature = Signature {
        level: 1,
        role: "approver".to_owned(),
        by: "usr_approver".to_owned(),
        name: "決裁".to_owned(),
        at: moment(),
    };
    let draft = Draft {
        hash: content.hash(),
        content,
        by: "usr_drafter".to_owned(),
        name: "起案".to_owned(),
        at: moment(),
        levels: vec!["approver".to_owned()],
        signatures: vec![signature],
        returned: None,
    };
    let seq = i64::try_from(case.decisions.len()).unwrap() + 1;
    Decision { id: id.to_owned(), seq, draft, at: moment(), supersedes: None }
}

fn reason() -> Reason {
    let text = |text: &str| text.to_owned();
    Reason {
        code: text("severity"),
        criterion: text("severity"),
        required: text("中等症"),
        observed: text("軽症"),
        source: text("certificate:severity"),
    }
}
