//! Wires the house: database, keys, adapters, programs, pages. Production and tests build the same.

mod outside;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as ActixApp, HttpServer, web};
use anyhow::Context;

use crate::adapters::clock::SystemClock;
use crate::adapters::files::Folder;
use crate::adapters::jwt::{Curve, SigningKey, key_set};
use crate::adapters::pdf::PdfRenderer;
use crate::adapters::pdf::fonts::FontSet;
use crate::adapters::signature::{Jws, profile::Profile};
use crate::config::Config;
use crate::domain::problem::Problem;
use crate::domain::program::{DEFINITION, Files, Program, has_tables, is_offered, load};
use crate::domain::tables::MANIFEST;
use crate::jobs::{self, Background, Ended, JobsPlan, Kind, Runner};
use crate::ports::clock::Clock;
use crate::store::seal::DataKey;
use crate::store::{Database, Keyring, migrate};
use crate::usecases::House;
use crate::usecases::hub::Progress;
use crate::usecases::operator::checks::Outside;
use crate::usecases::programs::Programs;
use crate::web::frame::{Frame, WebConfig};
use crate::web::limits::{Limits, Rates};
use crate::web::view::{Views, catalogue};
use crate::web::{errors, headers, limits, routes, session};

#[derive(rust_embed::RustEmbed)]
#[folder = "forms/"]
struct BuiltIn;

/// What is built from the settings before anybody is served.
pub struct App {
    /// The house.
    pub house: Arc<House>,
    /// The house and its pages.
    pub frame: Frame,
    workers: usize,
}

/// The keys with which we prove who we are to outside systems.
pub struct ClientKeys {
    p256: SigningKey,
    p384: SigningKey,
}

impl ClientKeys {
    /// Reads the keys of a data folder, and makes them at the first start.
    ///
    /// # Errors
    /// When they cannot be read or written.
    pub fn open(data_dir: &Path) -> anyhow::Result<ClientKeys> {
        let key = |name: &str, curve: Curve| -> anyhow::Result<SigningKey> {
            let path = data_dir.join(name);
            let pem = read_or_make(&path, || Ok(SigningKey::generate(curve)?))?;
            Ok(SigningKey::from_pem(&pem, curve, None)?)
        };
        Ok(ClientKeys {
            p256: key("client-p256.pem", Curve::P256)?,
            p384: key("client-p384.pem", Curve::P384)?,
        })
    }

    /// The public halves, to be registered outside.
    ///
    /// # Errors
    /// When a key cannot be written down.
    pub fn public(&self) -> anyhow::Result<serde_json::Value> {
        Ok(key_set(&[&self.p256, &self.p384])?)
    }
}

/// Reads a private file, and makes it, readable by its owner only, if it is not there.
fn read_or_make(path: &Path, make: impl FnOnce() -> anyhow::Result<String>) -> anyhow::Result<String> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    if let Ok(text) = std::fs::read_to_string(path) {
        return Ok(text);
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let text = make()?;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(text)
}

/// The key-encryption key: from the settings, else from its file, which is made at the first start.
///
/// # Errors
/// When it cannot be read or is not a key.
pub fn master_key(config: &Config) -> anyhow::Result<DataKey> {
    use secrecy::ExposeSecret;
    let given = config.secret("key");
    if !given.expose_secret().is_empty() {
        return DataKey::from_base64(given.expose_secret())
            .context("setting `key`: it takes 32 bytes in base64");
    }
    let path = key_path(config);
    let text = read_or_make(&path, || Ok(DataKey::generate()?.to_base64()))?;
    DataKey::from_base64(&text).with_context(|| format!("{} is not a key", path.display()))
}

/// Where the key-encryption key lies, unless it stands in the settings.
pub fn key_path(config: &Config) -> PathBuf {
    match config.text("key_file") {
        "" => PathBuf::from(config.text("data_dir")).join("master.key"),
        path => PathBuf::from(path),
    }
}

/// The key-encryption key of an installation that is there already: it is not made.
///
/// # Errors
/// When there is none, or it is not a key.
pub fn existing_key(config: &Config) -> anyhow::Result<DataKey> {
    let path = key_path(config);
    if config.text("key").is_empty() && !path.is_file() {
        anyhow::bail!("there is no key at {}: put it there, or name its file by `key_file`", path.display());
    }
    master_key(config)
}

/// The outside systems that the settings name.
///
/// # Errors
/// The first whose settings do not fit.
pub fn outside(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Outside> {
    let client = ClientKeys::open(Path::new(config.text("data_dir")))?;
    Ok(Outside {
        clinical: outside::clinical(config, &client, clock)?,
        hubs: outside::hubs(config, &client, clock)?,
        identity: outside::identity(config, &client, clock)?,
        mailer: outside::mailer(config, clock)?,
    })
}

/// Every program folder of a place: the built-in ones, or those below `programs_dir`.
///
/// # Errors
/// When a folder cannot be read.
pub fn program_folders(programs_dir: &str) -> anyhow::Result<BTreeMap<String, Files>> {
    let mut folders = law_folders(programs_dir)?;
    folders.retain(|_, files| is_offered(files));
    Ok(folders)
}

/// Every folder of a place that holds law: program folders, and those with tables only.
///
/// # Errors
/// When a folder cannot be read.
pub fn law_folders(programs_dir: &str) -> anyhow::Result<BTreeMap<String, Files>> {
    let mut folders = if programs_dir.is_empty() { built_in() } else { below(Path::new(programs_dir))? };
    folders.retain(|_, files| is_offered(files) || has_tables(files));
    Ok(folders)
}

fn built_in() -> BTreeMap<String, Files> {
    let mut folders: BTreeMap<String, Files> = BTreeMap::new();
    for path in BuiltIn::iter() {
        let Some((folder, rest)) = path.split_once('/') else { continue };
        let Some(file) = BuiltIn::get(&path) else { continue };
        folders.entry(folder.to_owned()).or_default().insert(rest.to_owned(), file.data.into_owned());
    }
    folders
}

fn below(place: &Path) -> anyhow::Result<BTreeMap<String, Files>> {
    let mut folders = BTreeMap::new();
    for entry in std::fs::read_dir(place).with_context(|| format!("cannot read {}", place.display()))? {
        let path = entry?.path();
        let known = [DEFINITION, MANIFEST].iter().any(|name| path.join(name).is_file());
        if known {
            let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
            let mut files = Files::new();
            read_folder(&path, &path, &mut files)?;
            folders.insert(name, files);
        }
    }
    Ok(folders)
}

fn read_folder(root: &Path, folder: &Path, files: &mut Files) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_folder(root, &path, files)?;
        } else if let Ok(name) = path.strip_prefix(root) {
            files.insert(name.to_string_lossy().replace('\\', "/"), std::fs::read(&path)?);
        }
    }
    Ok(())
}

/// Loads every program, or tells everything that is wrong with them.
///
/// # Errors
/// The problems by folder.
pub fn load_programs(folders: &BTreeMap<String, Files>) -> Result<Vec<Program>, Vec<(String, Problem)>> {
    let (mut programs, mut problems) = (Vec::new(), Vec::new());
    for (folder, files) in folders {
        match load(files) {
            Ok(program) => programs.push(program),
            Err(found) => problems.extend(found.into_iter().map(|problem| (folder.clone(), problem))),
        }
    }
    if problems.is_empty() { Ok(programs) } else { Err(problems) }
}

impl App {
    /// Builds everything that the settings name; the database is migrated.
    ///
    /// # Errors
    /// The first thing that does not fit, in words for the operator.
    pub fn build(config: &Config, web: WebConfig, public_url: &str) -> anyhow::Result<App> {
        App::build_with(config, web, public_url, Arc::new(SystemClock))
    }

    /// As [`App::build`], with another clock.
    ///
    /// # Errors
    /// As [`App::build`].
    pub fn build_with(
        config: &Config,
        web: WebConfig,
        public_url: &str,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<App> {
        let house = Arc::new(house(config, public_url, clock)?);
        let views = Views::load(house.texts.clone()).map_err(anyhow::Error::msg)?;
        let rates = Rates {
            all: config.number("rate_all"),
            sign_in: config.number("rate_sign_in"),
            posts: config.number("rate_posts"),
        };
        let frame = Frame {
            house: house.clone(),
            views: Arc::new(views),
            limits: Arc::new(Limits::new(rates)),
            config: Arc::new(web),
        };
        Ok(App { house, frame, workers: config.number("workers") })
    }

    /// Starts the outbox, the nightly runs and their clock.
    ///
    /// # Errors
    /// When the times of the settings cannot be read.
    pub async fn background(&self, config: &Config) -> anyhow::Result<Background> {
        Ok(jobs::start(self.house.clone(), &self.plan(config)).await?)
    }

    /// Does the nightly work now and tells how far it is.
    ///
    /// # Errors
    /// When another process is at it, or the database fails.
    pub async fn sync_now(
        &self,
        config: &Config,
        watch: impl Fn(Progress) + Send + Sync,
    ) -> anyhow::Result<Ended> {
        let runner = Runner::new(self.house.clone(), self.plan(config).hub);
        Ok(runner.run_now(Kind::Nightly, &watch).await?)
    }

    /// The plan of the work behind the pages; somebody watches the demo.
    pub fn plan(&self, config: &Config) -> JobsPlan {
        let mut plan = JobsPlan::new(config.text("hub_org_code"));
        plan.nightly_at = config.text("nightly_at").to_owned();
        if self.frame.config.demo { plan.hurried() } else { plan }
    }

    /// A server for the pages on a bound listener; runs when awaited.
    ///
    /// # Errors
    /// When the listener cannot be used.
    pub fn server(&self, listener: TcpListener) -> anyhow::Result<Server> {
        let frame = web::Data::new(self.frame.clone());
        let make = move || {
            // The last one wrapped is the first to see a request.
            ActixApp::new()
                .app_data(frame.clone())
                .configure(routes::all)
                .wrap(from_fn(session::recognise))
                .wrap(from_fn(headers::same_origin))
                .wrap(from_fn(limits::hold))
                .wrap(from_fn(errors::dress))
                .wrap(from_fn(headers::set))
                .wrap(Compress::default())
                .wrap(tracing_actix_web::TracingLogger::default())
        };
        let server = HttpServer::new(make)
            .workers(self.workers)
            .worker_max_blocking_threads(8)
            .tcp_nodelay(true)
            .client_request_timeout(std::time::Duration::from_secs(15))
            .shutdown_timeout(8)
            .listen(listener)?
            .run();
        Ok(server)
    }
}

fn house(config: &Config, public_url: &str, clock: Arc<dyn Clock>) -> anyhow::Result<House> {
    let data_dir = PathBuf::from(config.text("data_dir"));
    std::fs::create_dir_all(&data_dir).with_context(|| format!("cannot make {}", data_dir.display()))?;
    let database = Database::open(&config.database()?, config.number("database_pool"))?;
    migrate::migrate(&database)?;
    let keys = Keyring::open(&database, master_key(config)?, clock.now())
        .context("the key does not open this database")?;
    let programs = load_programs(&program_folders(config.text("programs_dir"))?)
        .map_err(|problems| anyhow::anyhow!(listed(&problems)))?;
    let texts = catalogue().map_err(|problems| {
        anyhow::anyhow!(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })?;
    let client = ClientKeys::open(&data_dir)?;
    let fonts: Vec<PathBuf> = config.list("fonts").into_iter().map(PathBuf::from).collect();
    Ok(House {
        files: Arc::new(Folder::open(&data_dir.join("files"))?),
        clinical: outside::clinical(config, &client, &clock)?,
        hubs: outside::hubs(config, &client, &clock)?,
        identity: outside::identity(config, &client, &clock)?,
        mailer: outside::mailer(config, &clock)?,
        renderer: Arc::new(PdfRenderer::new(FontSet::load(&fonts)?)),
        signatures: Arc::new(Jws::new(Profile::own_key())),
        hospitals: Arc::new(outside::hospitals(config)?),
        programs: Programs::new(programs),
        texts: Arc::new(texts),
        office: config.under("office"),
        settings: config.program_settings(),
        public_url: public_url.to_owned(),
        database,
        keys,
        clock,
    })
}

/// Problems one to a line, each with its folder.
pub fn listed(problems: &[(String, Problem)]) -> String {
    problems.iter().map(|(folder, problem)| format!("{folder}/{problem}")).collect::<Vec<_>>().join("\n")
}
