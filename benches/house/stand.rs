//! A house on a fresh SQLite file, with a citizen whose application is filled in.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use madoguchi::app::{App, ClientKeys};
use madoguchi::config::Config;
use madoguchi::domain::case::command::Command;
use madoguchi::domain::forms::Answers;
use madoguchi::domain::lang::Lang;
use madoguchi::domain::permission::Actor;
use madoguchi::domain::program::Program;
use madoguchi::domain::program::cases::WorkedCase;
use madoguchi::domain::program::check::slots::OFFICE;
use madoguchi::domain::program::run::type_in;
use madoguchi::domain::program::vocabulary::CommandName;
use madoguchi::store::citizens::{self, Profile};
use madoguchi::usecases::citizen::start;
use madoguchi::usecases::form_env::Surroundings;
use madoguchi::usecases::{Caller, Error, House, Order, carry_out};
use madoguchi::web::frame::WebConfig;
use tempfile::TempDir;

/// A house and what is around it.
pub struct Stand {
    pub app: App,
    pub dir: TempDir,
}

impl Stand {
    /// A house with some settings of its own.
    pub fn new(settings: &[(&str, &str)]) -> anyhow::Result<Stand> {
        let dir = tempfile::tempdir()?;
        let app = Stand::open(&dir, settings)?;
        Ok(Stand { app, dir })
    }

    /// A house in a folder that is there already.
    pub fn open(dir: &TempDir, settings: &[(&str, &str)]) -> anyhow::Result<App> {
        let database = format!("sqlite://{}", database(dir).display());
        let data = dir.path().join("data");
        let own = [
            ("database_url", database.as_str()),
            ("data_dir", &data.to_string_lossy()),
            ("rate_all", "10000000"),
        ];
        let owned = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        // Letters name the office.
        let office = OFFICE.map(|name| owned(&format!("office.{name}"), "架空県まどか保健所"));
        let given = own.iter().chain(settings).map(|(name, value)| owned(name, value));
        let flags: Vec<(String, String)> = given.chain(office).collect();
        let config = Config::read(None, &BTreeMap::new(), &flags)?;
        App::build(&config, web(dir)?, "http://127.0.0.1")
    }

    /// The house.
    pub fn house(&self) -> &Arc<House> {
        &self.app.house
    }

    /// The program with the longest application.
    pub fn program(&self) -> anyhow::Result<Arc<Program>> {
        let steps = |it: &&Arc<Program>| it.application().map_or(0, |form| form.steps().len());
        self.house().programs.offered().max_by_key(steps).cloned().context("no program")
    }

    /// A citizen who was not here before.
    pub fn citizen(&self, number: usize) -> anyhow::Result<Caller> {
        let house = self.house();
        let profile = Profile {
            name: "架空\u{3000}花子".to_owned(),
            birth_date: "1965-05-03".to_owned(),
            ..Profile::default()
        };
        let id = house.new_id("cit")?;
        let citizen = house.database.write(|conn| {
            let subject = citizens::subject_hash(&house.keys, "https://issuer.example", &number.to_string());
            citizens::sign_in(conn, &house.keys, &subject, &id, &profile, house.now())
        })?;
        Ok(Caller { actor: Actor::citizen(&citizen.id, &profile.name), source: "127.0.0.1".to_owned() })
    }

    /// A draft of a citizen, filled in like the worked case of the program that says most.
    pub fn draft(&self, caller: &Caller) -> anyhow::Result<String> {
        let program = self.program()?;
        let name = &program.definition.forms.application;
        let size = |case: &&WorkedCase| case.answers.get(name).map_or(0, BTreeMap::len);
        let case = program.cases.values().max_by_key(size).context("no worked case")?;
        self.filled(caller, &program, "new", case)
    }

    /// A draft of a citizen, filled in like a worked case, of its kind.
    pub fn draft_as(&self, caller: &Caller, program: &str, case: &str) -> anyhow::Result<String> {
        let program = self.house().programs.offered().find(|it| it.definition.id == program).cloned();
        let program = program.context("no program")?;
        let case = program.cases.get(case).context("no worked case")?;
        self.filled(caller, &program, case.kind.code(), case)
    }

    fn filled(
        &self,
        caller: &Caller,
        program: &Program,
        kind: &str,
        case: &WorkedCase,
    ) -> anyhow::Result<String> {
        let id = start::draft(self.house(), caller, Lang::Ja, &program.definition.id, kind)?;
        let form = program.definition.forms.application.clone();
        let answers = self.answers(program, case)?;
        let order = Order::new(&id, CommandName::SaveAnswers);
        carry_out(self.house(), caller, &order, |stage| {
            stage.save_answers(&form, answers)?;
            Ok::<_, Error>(Command::SaveAnswers { form: form.clone(), changed: Vec::new() })
        })?;
        Ok(id)
    }

    fn answers(&self, program: &Program, case: &WorkedCase) -> anyhow::Result<Answers> {
        let name = &program.definition.forms.application;
        let form = program.application().context("no application")?;
        let typed = case.answers.get(name).context("no answers")?;
        let around = Surroundings::bare(program, self.house().today(), &case.kind);
        let attached = case.attached.get(name).map_or(&[][..], Vec::as_slice);
        Ok(type_in(form, typed, attached, &around.env()))
    }
}

/// The database file of a stand.
pub fn database(dir: &TempDir) -> std::path::PathBuf {
    dir.path().join("madoguchi.db")
}

fn web(dir: &TempDir) -> anyhow::Result<WebConfig> {
    Ok(WebConfig {
        secure: false,
        demo: false,
        demo_notes: Vec::new(),
        trusted_proxies: Vec::new(),
        identity_origin: String::new(),
        jwks: ClientKeys::open(&dir.path().join("data"))?.public()?,
    })
}
