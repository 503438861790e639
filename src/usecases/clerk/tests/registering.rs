//! Every event of a certificate makes exactly its rows at the hub: from the clerk's decisions to the records
//! as they travel, kept in `tests/data/pmh`. The stand-in has to take and confirm each.
//!
//! `MADOGUCHI_WRITE_GOLDEN=1 cargo test --lib registering` writes the files anew; read what changed.

mod kinds;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::adapters::clock::SystemClock;
use crate::adapters::jwt::{Curve, SigningKey, key_set};
use crate::adapters::pmh::{Pmh, PmhConfig, Profile, record_of};
use crate::domain::masters::Masters;
use crate::jobs::{Dispatcher, Kind, RetryPolicy, Runner};
use crate::ports::hub::{
    Accepted, Defect, Entry, HeldRow, Hub, HubError, MasterTable, ResultPage, TaskState,
};
use crate::sandbox::{RegisteredClient, Sandbox, SandboxConfig};
use crate::store::hub;
use crate::usecases::clerk::approval::approve;
use crate::usecases::clerk::draft::submit;
use crate::usecases::clerk::draft_content::TypedReason;
use crate::usecases::hub::{End, HubPace, HubPlan};

use super::*;

const ORG: &str = "132012";

/// The hub, and every record that was handed to it.
struct Tap {
    hub: Pmh,
    seen: Mutex<Vec<Value>>,
}

impl Hub for Tap {
    fn faults(&self, entry: &Entry) -> Vec<Defect> {
        self.hub.faults(entry)
    }

    fn submit<'a>(&'a self, rows: &'a [Entry], key: Uuid) -> BoxFuture<'a, Result<Accepted, HubError>> {
        let records = rows.iter().filter_map(|row| record_of(row, &Profile::proposed()));
        self.seen.lock().unwrap().extend(records);
        self.hub.submit(rows, key)
    }

    fn task<'a>(&'a self, task: &'a str) -> BoxFuture<'a, Result<TaskState, HubError>> {
        self.hub.task(task)
    }

    fn results<'a>(&'a self, task: &'a str, page: u32) -> BoxFuture<'a, Result<ResultPage, HubError>> {
        self.hub.results(task, page)
    }

    fn read_back<'a>(&'a self, about: &'a Entry) -> BoxFuture<'a, Result<Option<Vec<HeldRow>>, HubError>> {
        self.hub.read_back(about)
    }

    fn as_held(&self, entry: &Entry) -> Option<HeldRow> {
        self.hub.as_held(entry)
    }

    fn answers_later(&self) -> bool {
        self.hub.answers_later()
    }

    fn strays(&self) -> BoxFuture<'_, Result<Vec<String>, HubError>> {
        self.hub.strays()
    }

    fn masters(&self) -> BoxFuture<'_, Result<Masters, HubError>> {
        self.hub.masters()
    }

    fn master_tables(&self, kept: &Masters) -> Vec<MasterTable> {
        self.hub.master_tables(kept)
    }

    fn check(&self) -> BoxFuture<'_, Result<String, HubError>> {
        self.hub.check()
    }
}

/// An office whose decisions reach the stand-in.
struct Road {
    world: World,
    tap: Arc<Tap>,
    references: Mutex<Vec<String>>,
    _sandbox: Sandbox,
}

impl Road {
    async fn new() -> Road {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let pem = SigningKey::generate(Curve::P256).unwrap();
        let key = SigningKey::from_pem(&pem, Curve::P256, None).unwrap();
        let jwks = key_set(&[&key]).unwrap();
        let client = RegisteredClient { client_id: "office".into(), jwks, redirect_uris: Vec::new() };
        let mut config = SandboxConfig::local(ORG, vec![client]);
        config.pmh.step = Duration::ZERO;
        let sandbox = crate::sandbox::start(config).await.unwrap();
        let config = PmhConfig::new(&sandbox.pmh_base, &sandbox.pmh_token_url, "office", ORG);
        let hub = Pmh::new(config, key, Arc::new(SystemClock)).unwrap();
        let tap = Arc::new(Tap { hub, seen: Mutex::default() });
        let world = world_with(|house| {
            house.hubs.insert("pmh".to_owned(), tap.clone());
        });
        Road { world, tap, references: Mutex::default(), _sandbox: sandbox }
    }

    /// Registers a paper of a kind about a person of the stand-in, with further answers.
    fn filed(&self, kind: &str, follows: &str, said: &[(&str, &str)]) -> String {
        let mut typed = self.world.typed_paper();
        typed.kind = format!("nanbyo/{kind}");
        typed.follows = follows.to_owned();
        let person = [
            ("patient.my-number", "990000013277"),
            ("patient.birth", "1958-04-12"),
            ("patient.sex", "female"),
        ];
        for (path, value) in person.iter().chain(said) {
            typed.posted.insert((*path).to_owned(), vec![(*value).to_owned()]);
        }
        let case = paper::file(self.world.house(), &reviewer(), &typed, None, true).unwrap();
        self.world.act(&case, Act::Begin, &acts::Typed::default()).unwrap();
        self.references.lock().unwrap().push(self.reference(&case));
        case
    }

    fn reference(&self, case: &str) -> String {
        self.world.case(case).reference.unwrap()
    }

    fn do_the_work(&self, case: &str) {
        let (world, house) = (&self.world, self.world.house());
        let over = |state| matches!(state, WorkState::Waived | WorkState::Accepted | WorkState::Cancelled);
        for item in world.case(case).work.iter().filter(|item| !over(item.state)) {
            let known = world.known(case);
            if item.kind == "medical_certificate" {
                work_acts::waive(house, &reviewer(), &known, &item.id, "certificate_on_paper").unwrap();
            } else {
                let posted = if item.kind == "income_check" { world.judged() } else { Posted::new() };
                let done = work_acts::finish(house, &reviewer(), &known, &item.id, &posted).unwrap();
                assert!(matches!(done, work_acts::Outcome::Done), "{}: {done:?}", item.kind);
            }
        }
    }

    /// Decides what the rules propose, but for what is given.
    fn decided(&self, case: &str, outcome: &str, other: &[(&str, &str)]) {
        self.do_the_work(case);
        self.world.accept_all(case);
        let typed = self.typed(case, outcome, other);
        self.signed(case, &typed);
    }

    fn typed(&self, case: &str, outcome: &str, other: &[(&str, &str)]) -> Typed {
        let house = self.world.house();
        let proposed = house
            .read(&reviewer(), case, "test", |conn, opened| {
                Ok((opened.program.clone(), proposal::of(house, conn, opened)?))
            })
            .unwrap();
        let (program, Some(proposed)) = proposed else { panic!("nothing is proposed") };
        let mut typed = Typed { outcome: outcome.to_owned(), ..Typed::default() };
        for field in &program.definition.decision.fields {
            typed.fields.insert(field.key.clone(), proposed.value(&field.key).map(boxed).unwrap_or_default());
        }
        for (field, value) in other {
            typed.fields.insert((*field).to_owned(), (*value).to_owned());
            typed.whys.insert((*field).to_owned(), "試験の値".to_owned());
        }
        typed
    }

    fn signed(&self, case: &str, typed: &Typed) {
        let (world, house) = (&self.world, self.world.house());
        submit(house, &reviewer(), &world.known(case), typed).unwrap();
        let draft = world.case(case).draft.unwrap();
        for role in &draft.levels {
            let caller = staff(&format!("usr_{role}"), &[role]);
            approve(house, &caller, &world.known(case), &draft.hash).unwrap();
        }
        world.scene.pass(TimeDelta::minutes(1));
    }

    /// What was found to be wrong is decided once more.
    fn revised(&self, case: &str) {
        let typed = acts::Typed { reason: "誤り".to_owned(), ..acts::Typed::default() };
        self.world.act(case, Act::Revise, &typed).unwrap();
    }

    fn protected(&self, case: &str, on: bool) {
        let manager = staff("usr_manager", &["manager"]);
        let choice = if on { "yes" } else { "no" }.to_owned();
        let typed = acts::Typed { choice, ..acts::Typed::default() };
        acts::perform(self.world.house(), &manager, &self.world.known(case), Act::Protection, &typed)
            .unwrap();
    }

    /// The person's first grant.
    fn granted(&self) -> String {
        let case = self.filed("new", "", &[]);
        self.decided(&case, "granted", &FIRST);
        case
    }

    /// Lets everything go out, and compares what went with the file of an event.
    async fn tells(&self, event: &str) {
        let pace = HubPace {
            first_poll: Duration::from_millis(1),
            longest_poll: Duration::from_millis(4),
            give_up: Duration::from_millis(200),
        };
        let house = self.world.scene.house.clone();
        let runner = Runner::new(house.clone(), HubPlan { org: ORG.to_owned(), pace });
        self.world.scene.pass(TimeDelta::minutes(1));
        Dispatcher::new(house, RetryPolicy::default(), Arc::default()).drain().await.unwrap();
        let urgent = runner.run_due(Kind::Urgent, &|_| ()).await.unwrap();
        let at_once = self.seen();
        let night = runner.run_now(Kind::Nightly, &|_| ()).await.unwrap();
        let told = json!({ "at_once": at_once, "at_night": self.seen() });
        for ended in urgent.iter().chain([&night]) {
            assert_eq!((ended.end, ended.note.as_str(), ended.different), (End::Done, "", 0), "{event}");
        }
        let counts = self.world.scene.read(|conn| hub::counts(conn, "pmh"));
        let open = counts.iter().filter(|(state, _)| !matches!(state.as_str(), "confirmed" | "superseded"));
        assert_eq!(open.collect::<Vec<_>>(), Vec::<&(String, i64)>::new(), "{event}");
        self.compare(event, &told);
    }

    fn seen(&self) -> Vec<Value> {
        std::mem::take(&mut *self.tap.seen.lock().unwrap())
    }

    /// References are drawn at random: in the file their order stands for them.
    fn compare(&self, event: &str, told: &Value) {
        let mut text = serde_json::to_string_pretty(told).unwrap() + "\n";
        for (number, reference) in (1..).zip(self.references.lock().unwrap().iter()) {
            text = text.replace(reference, &format!("NB-{number}"));
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/pmh/{event}.json"));
        if std::env::var_os("MADOGUCHI_WRITE_GOLDEN").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(text, kept, "{event}");
    }
}

const FIRST: [(&str, &str); 5] = [
    ("diagnosis_met", "true"),
    ("severity_met", "true"),
    ("ground", "severity"),
    ("start_on", "2026-11-01"),
    ("valid_to", "2027-10-31"),
];

const MOVED: [(&str, &str); 6] = [
    ("change.facts", "address"),
    ("change.happened-on", "2026-11-20"),
    ("patient.postcode", "999-0002"),
    ("patient.prefecture", "架空県"),
    ("patient.city", "城南市"),
    ("patient.street", "西町9-8-7"),
];

const RENAMED: [(&str, &str); 6] = [
    ("change.facts", "name"),
    ("change.happened-on", "2026-11-20"),
    ("patient.family-name", "新海"),
    ("patient.given-name", "花子"),
    ("patient.family-kana", "シンカイ"),
    ("patient.given-kana", "ハナコ"),
];

#[tokio::test]
async fn a_grant_is_one_row_and_a_change_from_a_day_ends_it_on_the_eve() {
    let road = Road::new().await;
    let case = road.granted();
    road.tells("grant").await;
    let change = road.filed("change", &road.reference(&case), &[("change.wanted", "long-term")]);
    let terms = [
        ("cap", "5000"),
        ("cap_basis", "long-term"),
        ("long_term", "true"),
        ("start_on", "2026-12-01"),
        ("valid_to", "2027-10-31"),
    ];
    road.decided(&change, "granted", &terms);
    road.tells("change").await;

    road.revised(&change);
    let mended = [
        ("cap", "2500"),
        ("cap_basis", "long-term"),
        ("long_term", "true"),
        ("start_on", "2026-12-01"),
        ("valid_to", "2027-10-31"),
    ];
    road.decided(&change, "granted", &mended);
    road.tells("correction").await;
}

#[tokio::test]
async fn a_new_name_or_address_is_told_of_every_row_and_ends_none() {
    let road = Road::new().await;
    let case = road.granted();
    let renewal = road.filed("renewal", "", &[]);
    let next = [FIRST[0], FIRST[1], FIRST[2], ("start_on", "2027-11-01"), ("valid_to", "2028-10-31")];
    road.decided(&renewal, "granted", &next);
    road.tells("renewal").await;
    for (event, facts) in [("address", &MOVED), ("name", &RENAMED)] {
        let told = road.filed("notification", &road.reference(&case), facts);
        road.decided(&told, "granted", &[("start_on", "2026-11-20"), ("valid_to", "2027-10-31")]);
        road.tells(event).await;
    }
}

#[tokio::test]
async fn protection_hides_every_row_of_the_person_at_once_and_shows_them_again_at_once() {
    let road = Road::new().await;
    let case = road.granted();
    let renewal = road.filed("renewal", "", &[]);
    let next = [FIRST[0], FIRST[1], FIRST[2], ("start_on", "2027-11-01"), ("valid_to", "2028-10-31")];
    road.decided(&renewal, "granted", &next);
    road.tells("renewal").await;
    road.protected(&renewal, true);
    road.tells("protection").await;
    let change = road.filed("change", &road.reference(&case), &[("change.wanted", "long-term")]);
    road.decided(
        &change,
        "granted",
        &[("cap", "5000"), ("start_on", "2026-12-01"), ("valid_to", "2027-10-31")],
    );
    road.tells("change-under-protection").await;
    road.protected(&renewal, false);
    road.tells("protection-ends").await;
}

impl Road {
    /// The decision was a mistake: there was nothing to grant.
    fn dismissed(&self, case: &str) {
        self.revised(case);
        let reason = TypedReason {
            criterion: "添付書類".to_owned(),
            required: "課税証明書".to_owned(),
            observed: "提出なし".to_owned(),
            source: "補正の記録".to_owned(),
        };
        let mut typed = self.typed(case, "dismissed", &[]);
        typed.reasons.insert("attachment_missing".to_owned(), reason);
        self.signed(case, &typed);
    }
}

#[tokio::test]
async fn what_should_never_have_been_registered_is_withdrawn_at_once_and_its_key_never_used_again() {
    let road = Road::new().await;
    let case = road.granted();
    road.tells("grant").await;
    road.dismissed(&case);
    road.tells("withdrawal").await;
    road.revised(&case);
    road.decided(&case, "granted", &FIRST);
    road.tells("grant-after-withdrawal").await;
}

#[tokio::test]
async fn what_was_withdrawn_before_it_was_sent_is_no_fault() {
    let road = Road::new().await;
    let case = road.granted();
    road.dismissed(&case);
    road.tells("withdrawal").await;
}
