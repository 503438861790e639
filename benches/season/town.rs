//! A house with as many grants as asked for, and later the renewals that follow them, each examined and waiting
//! for its decision. Filing and examining is people's work and no part of what is measured.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use madoguchi::app::{App, ClientKeys};
use madoguchi::config::Config;
use madoguchi::domain::permission::Actor;
use madoguchi::domain::program::Program;
use madoguchi::domain::program::check::slots::OFFICE;
use madoguchi::domain::program::vocabulary::CommandName;
use madoguchi::store::citizens::{self, Profile};
use madoguchi::store::users::{self, User};
use madoguchi::store::{Conn, definitions};
use madoguchi::usecases::carry_out::items;
use madoguchi::usecases::clerk::proposal;
use madoguchi::usecases::sessions::actor_of;
use madoguchi::usecases::{Caller, Error, House};
use madoguchi::web::frame::WebConfig;
use tempfile::TempDir;

use super::mould::{Mould, worked};
use super::phase::{Phase, Watch};

/// Cases made in one transaction.
const BATCH: usize = 500;
/// Cases that are decided by hand.
pub const BY_HAND: usize = 100;

/// The house of a season.
pub struct Town {
    pub house: Arc<House>,
    pub program: Arc<Program>,
    pub clerk: Caller,
    pub approver: Caller,
    mould: Mould,
    /// Renewals that are decided in bulk.
    pub cases: usize,
    app: App,
    dir: TempDir,
}

impl Town {
    /// A house without cases, and the mould of those that will be.
    pub fn new(cases: usize) -> anyhow::Result<Town> {
        let dir = tempfile::tempdir()?;
        let app = open(&dir)?;
        let house = Arc::clone(&app.house);
        let offered = house.programs.offered().find(|it| worked(it).is_some());
        let program = offered.cloned().context("no program renews")?;
        let [clerk, approver] =
            [staff(&house, "usr_clerk", "reviewer")?, staff(&house, "usr_approver", "approver")?];
        let stamps = [&clerk, &approver].map(|caller| house.stamp(&caller.actor));
        let [by_clerk, by_approver] = stamps;
        let mould = Mould::new(&program, citizen(&house)?, by_clerk, by_approver)?;
        let mut town = Town { house, program, clerk, approver, mould, cases, app, dir };
        town.look()?;
        Ok(town)
    }

    /// Makes one case and looks at it as the office would.
    fn look(&mut self) -> anyhow::Result<()> {
        let (house, program, mould) = (&self.house, &self.program, &self.mould);
        let definition = &program.definition;
        house.database.write(|conn| {
            let (id, version) = (&definition.id, &definition.version);
            definitions::keep(conn, &program.hash, id, version, &program.files, house.now())?;
            mould.granted(house, conn, program, "case_mould", 0)?;
            mould.renewal(house, conn, program, ("case_mould_renewal", "case_mould", None), 0)
        })?;
        let look = |conn: &mut Conn| {
            let opened = house.open(conn, &self.clerk, "case_mould_renewal", CommandName::Read)?;
            let proposed = proposal::of(house, conn, &opened)?.unwrap_or_default();
            Ok::<_, Error>((items(house, conn, &opened)?, proposed))
        };
        let (seen, proposed) = house.database.read(look)?;
        anyhow::ensure!(!proposed.is_blocked(), "the worked case is blocked: {:?}", proposed.findings);
        self.mould.seen = seen.into_iter().collect();
        self.mould.fields = proposed.fields.into_iter().map(|(key, value)| (key, value.value)).collect();
        Ok(())
    }

    /// Every household that the season is about, and those that are decided by hand.
    fn all(&self) -> usize {
        self.cases + BY_HAND
    }

    /// The grants that end soon.
    pub fn grant(&self) -> anyhow::Result<Phase> {
        self.make("granted", |conn, number| {
            self.mould.granted(&self.house, conn, &self.program, &grant(number), number)
        })
    }

    /// Their renewals; those for the bulk are the clerk's, the others nobody's.
    pub fn renew(&self) -> anyhow::Result<Phase> {
        self.make("filed", |conn, number| {
            let owner = (number < self.cases).then_some(self.clerk.actor.id.as_str());
            let (id, follows) = (renewal(number), grant(number));
            self.mould.renewal(&self.house, conn, &self.program, (&id, &follows, owner), number)
        })
    }

    fn make(&self, what: &str, one: impl Fn(&mut Conn, usize) -> Result<(), Error>) -> anyhow::Result<Phase> {
        let all = self.all();
        let mut watch = Watch::new(what, all);
        for first in (0..all).step_by(BATCH) {
            let last = (first + BATCH).min(all);
            self.house.database.write(|conn| (first..last).try_for_each(|number| one(conn, number)))?;
            watch.reach(last);
        }
        Ok(watch.done(all))
    }

    /// The renewals that are decided by hand.
    pub fn by_hand(&self) -> Vec<String> {
        (self.cases..self.all()).map(renewal).collect()
    }

    /// Closes the house and opens it anew on what was stored, as after a restart.
    pub fn restart(self) -> anyhow::Result<Town> {
        let Town { house, program, clerk, approver, mould, cases, app, dir } = self;
        drop((house, app));
        let app = open(&dir)?;
        let house = Arc::clone(&app.house);
        Ok(Town { house, program, clerk, approver, mould, cases, app, dir })
    }
}

fn grant(number: usize) -> String {
    format!("case_g{number:06}")
}

fn renewal(number: usize) -> String {
    format!("case_r{number:06}")
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
        office: None,
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
