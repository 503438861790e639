//! A house with as many renewals as asked for, each examined and waiting for its decision, and the grants
//! that they follow. Filing and examining is people's work and no part of what is measured.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use chrono::{DateTime, Days, NaiveDate, Utc};
use madoguchi::app::{App, ClientKeys};
use madoguchi::config::Config;
use madoguchi::domain::calendar::EnteredDate;
use madoguchi::domain::case::decision::{Content, Decision, Draft, Signature};
use madoguchi::domain::case::event::Event;
use madoguchi::domain::case::verdict::{Ruling, Verdict, item_key};
use madoguchi::domain::case::{Case, Origin, Revision};
use madoguchi::domain::forms::{Answer, Answers};
use madoguchi::domain::lang::Lang;
use madoguchi::domain::numbers::RecipientNumber;
use madoguchi::domain::permission::Actor;
use madoguchi::domain::program::Program;
use madoguchi::domain::program::cases::WorkedCase;
use madoguchi::domain::program::check::slots::OFFICE;
use madoguchi::domain::program::run::type_in;
use madoguchi::domain::program::vocabulary::{CaseKind, CommandName, Outcome, State};
use madoguchi::store::cases::{self, Projection, Stored};
use madoguchi::store::citizens::{self, Profile};
use madoguchi::store::seal::sha256_hex;
use madoguchi::store::users::{self, User};
use madoguchi::store::{Conn, answers, decisions, definitions};
use madoguchi::usecases::carry_out::items;
use madoguchi::usecases::clerk::proposal;
use madoguchi::usecases::form_env::Surroundings;
use madoguchi::usecases::sessions::actor_of;
use madoguchi::usecases::{Caller, Error, House};
use madoguchi::web::frame::WebConfig;
use serde_json::Value;
use tempfile::TempDir;

use super::decide::{BY_HAND, progress};

/// Cases made in one transaction.
const BATCH: usize = 500;

/// The house of a season.
pub struct Town {
    pub house: Arc<House>,
    pub program: Arc<Program>,
    pub clerk: Caller,
    pub approver: Caller,
    /// Cases that nobody owns, to be decided by hand.
    pub by_hand: Vec<String>,
    _app: App,
    _dir: TempDir,
}

/// What every renewal is made of.
struct Mould {
    applicant: String,
    owner: String,
    forms: BTreeMap<String, Answers>,
    /// Digests of the items as the office saw them.
    seen: BTreeMap<String, String>,
    /// What the rules propose.
    fields: BTreeMap<String, Value>,
    at: DateTime<Utc>,
}

impl Town {
    /// A house with so many renewals for its clerk, and some more for the comparison.
    pub fn with(cases: usize) -> anyhow::Result<Town> {
        let dir = tempfile::tempdir()?;
        let app = open(&dir)?;
        let house = Arc::clone(&app.house);
        let program = renewing(&house)?;
        let [clerk, approver] =
            [staff(&house, "usr_clerk", "reviewer")?, staff(&house, "usr_approver", "approver")?];
        let mut town = Town { house, program, clerk, approver, by_hand: Vec::new(), _app: app, _dir: dir };
        let mould = town.mould()?;
        let bar = progress(cases + BY_HAND, "made");
        for first in (0..cases + BY_HAND).step_by(BATCH) {
            let last = (first + BATCH).min(cases + BY_HAND);
            town.house.database.write(|conn| {
                (first..last).try_for_each(|number| town.renewal(conn, &mould, number, number < cases))
            })?;
            bar.set_position(u64::try_from(last)?);
        }
        bar.finish();
        town.by_hand = (cases..cases + BY_HAND).map(|number| format!("case_r{number:06}")).collect();
        Ok(town)
    }

    /// Makes one case and looks at it as the office would.
    fn mould(&self) -> anyhow::Result<Mould> {
        let house = &self.house;
        let applicant = citizen(house)?;
        let worked = worked(&self.program)?;
        let mut forms = BTreeMap::new();
        for (name, typed) in &worked.answers {
            let form = self.program.forms.get(name).context("no such form")?;
            let around = Surroundings::bare(&self.program, worked.today, &worked.kind);
            let attached = worked.attached.get(name).map_or(&[][..], Vec::as_slice);
            forms.insert(name.clone(), type_in(form, typed, attached, &around.env()));
        }
        let at = house.now();
        let mut mould = Mould {
            applicant,
            owner: self.clerk.actor.id.clone(),
            forms,
            seen: BTreeMap::new(),
            fields: BTreeMap::new(),
            at,
        };
        let definition = &self.program.definition;
        house.database.write(|conn| {
            let (id, version) = (&definition.id, &definition.version);
            definitions::keep(conn, &self.program.hash, id, version, &self.program.files, at)?;
            self.granted(conn, &mould, "case_mould", 0)?;
            self.insert(conn, &mould, "case_mould_renewal", 0, |case| {
                case.kind = CaseKind::of("renewal");
                case.follows = Some("case_mould".to_owned());
                case.state = State::Submitted;
            })
        })?;
        let look = |conn: &mut Conn| {
            let opened = house.open(conn, &self.clerk, "case_mould_renewal", CommandName::Read)?;
            let proposed = proposal::of(house, conn, &opened)?.unwrap_or_default();
            Ok::<_, Error>((items(house, conn, &opened)?, proposed))
        };
        let (seen, proposed) = house.database.read(look)?;
        anyhow::ensure!(!proposed.is_blocked(), "the worked case is blocked: {:?}", proposed.findings);
        mould.seen = seen.into_iter().collect();
        mould.fields = proposed.fields.into_iter().map(|(key, value)| (key, value.value)).collect();
        Ok(mould)
    }

    /// A grant, and the renewal that follows it.
    fn renewal(&self, conn: &mut Conn, mould: &Mould, number: usize, owned: bool) -> Result<(), Error> {
        let before = format!("case_g{number:06}");
        self.granted(conn, mould, &before, number)?;
        self.insert(conn, mould, &format!("case_r{number:06}"), number, |case| {
            case.kind = CaseKind::of("renewal");
            case.follows = Some(before);
            case.state = State::InReview;
            case.assignee = owned.then(|| mould.owner.clone());
            case.verdicts = verdicts(mould, number);
        })
    }

    fn granted(&self, conn: &mut Conn, mould: &Mould, id: &str, number: usize) -> Result<(), Error> {
        let decision = decision(mould, id, number)?;
        let kept = decision.clone();
        self.insert(conn, mould, id, number, |case| {
            case.kind = CaseKind::of("new");
            case.state = State::Decided;
            case.decisions.push(kept);
        })?;
        let stored = cases::find(conn, &self.house.keys, id)?;
        Ok(decisions::insert(conn, &stored, &decision, false)?)
    }

    /// Stores a case with its answers, and what becomes of it.
    fn insert(
        &self,
        conn: &mut Conn,
        mould: &Mould,
        id: &str,
        number: usize,
        change: impl FnOnce(&mut Case),
    ) -> Result<(), Error> {
        let (key, wrapped) = self.house.keys.new_case_key(id)?;
        let mut case = blank(&self.program, mould, id);
        change(&mut case);
        let target = case.clone();
        (case.state, case.version) = (State::Draft, 0);
        let mut stored = Stored { case, key };
        let stamp = self.house.stamp(&self.clerk.actor);
        let shown =
            Projection { due_on: far(), label: format!("架空　{number}"), ..Projection::default() };
        cases::insert(conn, &stored, &wrapped, &Event::ReviewBegun, &stamp, &shown)?;
        for (form, given) in &mould.forms {
            let mut given = given.clone();
            given.set("patient.birth", born(number)?);
            let body = serde_json::to_vec(&given)?;
            answers::save(conn, &stored, form, 1, &body, &sha256_hex(&body), "cit", mould.at)?;
        }
        stored.case = target;
        Ok(cases::update(conn, &stored, 0, &[], &stamp, "", &shown)?)
    }
}

fn far() -> NaiveDate {
    NaiveDate::from_ymd_opt(2100, 1, 1).unwrap_or(NaiveDate::MAX)
}

/// A birth date of one's own, in the forms that ask for it.
fn born(number: usize) -> Result<Answer, Error> {
    let days = Days::new(u64::try_from(number % 12_000).unwrap_or(0));
    let day = NaiveDate::from_ymd_opt(1950, 1, 1).and_then(|first| first.checked_add_days(days));
    let entered = day.and_then(|day| EnteredDate::parse(&day.to_string()).ok());
    entered.map(Answer::Date).ok_or_else(|| Error::Fault("no birth date".to_owned()))
}

fn verdicts(mould: &Mould, number: usize) -> BTreeMap<String, Verdict> {
    let accepted =
        |content: String| Verdict { ruling: Ruling::Accepted, content, by: "usr_clerk".to_owned() };
    let mut found: BTreeMap<String, Verdict> =
        mould.seen.iter().map(|(key, content)| (key.clone(), accepted(content.clone()))).collect();
    let mut answers = Answers::new();
    if let Ok(birth) = born(number) {
        answers.set("patient.birth", birth);
        found.insert(item_key("application", "patient.birth"), accepted(answers.digest("patient.birth")));
    }
    found
}

fn decision(mould: &Mould, id: &str, number: usize) -> Result<Decision, Error> {
    let issued =
        RecipientNumber::issue(&format!("{:06}", number + 1)).map_err(|it| Error::Fault(it.to_string()))?;
    let mut fields = mould.fields.clone();
    fields.insert("recipient_number".to_owned(), Value::from(issued.to_string()));
    let content = Content {
        outcome: Outcome::Granted,
        fields,
        origins: BTreeMap::new(),
        reasons: Vec::new(),
        appeal: "appeal".to_owned(),
        effective_from: Some(mould.at.date_naive() - Days::new(300)),
        valid_to: Some(mould.at.date_naive() + Days::new(60)),
        answers: String::new(),
    };
    let signature = Signature {
        level: 1,
        role: "approver".to_owned(),
        by: "usr_approver".to_owned(),
        name: "決裁".to_owned(),
        at: mould.at,
    };
    let draft = Draft {
        hash: content.hash(),
        content,
        by: "usr_clerk".to_owned(),
        name: "担当".to_owned(),
        at: mould.at,
        levels: vec!["approver".to_owned()],
        signatures: vec![signature],
        returned: None,
    };
    Ok(Decision { id: format!("dec_{id}"), seq: 1, draft, at: mould.at, supersedes: None })
}

fn blank(program: &Program, mould: &Mould, id: &str) -> Case {
    let revision = |_: &Answers| vec![Revision { number: 1, digest: String::new(), at: mould.at }];
    Case {
        id: id.to_owned(),
        reference: Some(id.to_owned()),
        program: program.definition.id.clone(),
        kind: CaseKind::of("new"),
        definition: program.hash.clone(),
        state: State::Draft,
        version: 1,
        events: 1,
        applicant: mould.applicant.clone(),
        follows: None,
        origin: Origin::Online,
        lang: Lang::Ja,
        started_at: mould.at,
        received_at: Some(mould.at),
        revisions: mould.forms.iter().map(|(form, given)| (form.clone(), revision(given))).collect(),
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

/// The program that renews, and its worked case of a renewal.
fn renewing(house: &House) -> anyhow::Result<Arc<Program>> {
    house.programs.offered().find(|it| worked(it).is_ok()).cloned().context("no program renews")
}

fn worked(program: &Program) -> anyhow::Result<&WorkedCase> {
    program.cases.values().find(|case| case.kind == CaseKind::of("renewal")).context("no worked renewal")
}

fn citizen(house: &House) -> anyhow::Result<String> {
    let id = house.new_id("cit")?;
    house.database.write(|conn| {
        let subject = citizens::subject_hash(&house.keys, "https://issuer.example", "season");
        citizens::sign_in(conn, &house.keys, &subject, &id, &Profile::default(), house.now())
    })?;
    Ok(id)
}

fn staff(house: &House, id: &str, role: &str) -> anyhow::Result<Caller> {
    let user = User {
        id: id.to_owned(),
        login: id.to_owned(),
        name: "架空 職員".to_owned(),
        roles: vec![role.to_owned()],
        designation: None,
        institution: None,
        password: String::new(),
        totp: Vec::new(),
        totp_step: 0,
        failures: 0,
        locked_until: None,
        active: true,
    };
    house.database.write(|conn| users::insert(conn, &house.keys, &user, house.now()))?;
    let actor: Actor = actor_of(&user);
    Ok(Caller { actor, source: "bench".to_owned() })
}

fn open(dir: &TempDir) -> anyhow::Result<App> {
    let database = format!("sqlite://{}", dir.path().join("madoguchi.db").display());
    let data = dir.path().join("data");
    let owned = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let own = [
        ("database_url", database.as_str()),
        ("data_dir", &data.to_string_lossy()),
        ("office.payer_number", "54996012"),
    ];
    let office = OFFICE.map(|name| owned(&format!("office.{name}"), "架空県まどか保健所"));
    let flags: Vec<_> = own.iter().map(|(name, value)| owned(name, value)).chain(office).collect();
    let config = Config::read(None, &BTreeMap::new(), &flags)?;
    let web = WebConfig {
        secure: false,
        demo: false,
        demo_notes: Vec::new(),
        trusted_proxies: Vec::new(),
        identity_origin: String::new(),
        jwks: ClientKeys::open(&data)?.public()?,
    };
    App::build(&config, web, "http://127.0.0.1")
}
