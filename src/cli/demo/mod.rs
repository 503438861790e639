//! The demo: an invented city with its people, its cases, and the outside world inside.

mod agent;
mod certificate;
mod city;
mod clock;
mod committee;
mod doses;
mod ledger;
mod others;
mod receiving;
mod road;
mod seed;
mod town;

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};

use crate::app::{App, ClientKeys};
use crate::config::Config;
use crate::domain::program::Program;
use crate::sandbox::config::{RegisteredClient, SandboxConfig};
use crate::sandbox::{self, Sandbox};
use crate::usecases::House;
use crate::web::frame::WebConfig;

pub use city::{PASSWORD, STAFF, totp_secret};
pub use clock::MovedClock;

/// 全国地方公共団体コード of a prefecture that does not exist.
const ORG_CODE: &str = "990001";
/// 基準日 of the invented city at the care base.
const BASE_DATE: &str = "2026-04-01";

/// The program under which the demo has its cases: of those with a ledger of payments, where there is one, because
/// some of its people work for institutions that keep it.
fn program(house: &House) -> anyhow::Result<Arc<Program>> {
    let keeps = |program: &&Arc<Program>| program.definition.ledger.is_some();
    let found = house.programs.offered().find(keeps).or_else(|| house.programs.offered().next());
    found.cloned().context("there is no program")
}

/// A running demo.
pub struct Demo {
    mail_page: String,
}

impl Demo {
    /// Lines for the sign-in page: who can sign in, and where the mails can be read.
    pub fn notes(&self) -> Vec<(String, String)> {
        let mut notes: Vec<(String, String)> =
            STAFF.iter().map(|person| (person.login.to_owned(), person.role_words.to_owned())).collect();
        notes.push(("パスワード（全員）".to_owned(), PASSWORD.to_owned()));
        notes.push(("届いたメール".to_owned(), self.mail_page.clone()));
        notes
    }
}

/// Builds the demo anew and serves it until it is told to stop.
///
/// # Errors
/// What keeps it from starting.
pub async fn run(mut config: Config, listener: TcpListener) -> anyhow::Result<()> {
    if !listener.local_addr()?.ip().is_loopback() {
        bail!("the demo serves this machine only; set database_url to serve others");
    }
    let data_dir = PathBuf::from(config.text("data_dir")).join("demo");
    if data_dir.exists() {
        std::fs::remove_dir_all(&data_dir).with_context(|| format!("cannot empty {}", data_dir.display()))?;
    }
    std::fs::create_dir_all(&data_dir)?;
    config.set("data_dir", &data_dir.to_string_lossy());
    config.set("database_url", &format!("sqlite://{}", data_dir.join("madoguchi.db").display()));
    let public_url = super::serve::public_url(&config, &listener)?;
    let outside = start_outside(&mut config, &data_dir, &public_url).await?;
    city::office(&mut config);
    let demo = Demo { mail_page: outside.mail_page.clone() };
    let web = super::serve::web_config(&config, &public_url, Some(&demo))?;
    let app = App::build(&config, web.clone(), &public_url)?;
    seed::people(&app.house)?;
    greet(&public_url, &outside);
    let past = Past { config: config.clone(), web, public_url };
    let seeding = actix_web::rt::task::spawn_blocking(move || past.build());
    let served = super::serve::serve(&app, &config, listener).await;
    seeding.abort();
    outside.stop().await;
    served
}

/// The demo's past, built by a house of its own whose clock can be moved; people can already look in.
struct Past {
    config: Config,
    web: WebConfig,
    public_url: String,
}

impl Past {
    fn build(self) {
        let clock = Arc::new(MovedClock::default());
        let built = App::build_with(&self.config, self.web, &self.public_url, clock.clone())
            .and_then(|app| seed::cases(&app.house, &clock, self.config.text("identity_issuer")));
        match built {
            Ok(count) => tracing::info!(count, "the demo's cases are there"),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the demo's cases could not all be made")
            }
        }
    }
}

async fn start_outside(
    config: &mut Config,
    data_dir: &std::path::Path,
    public_url: &str,
) -> anyhow::Result<Sandbox> {
    let keys = ClientKeys::open(data_dir)?;
    let client = RegisteredClient {
        client_id: "madoguchi".to_owned(),
        jwks: keys.public()?,
        redirect_uris: vec![format!("{public_url}/callback")],
    };
    let mut stand_ins = SandboxConfig::local(ORG_CODE, vec![client]);
    let care_base = data_dir.join("care-base");
    stand_ins.care.folder = Some(care_base.clone());
    let insurer = stand_ins.care.insurer.clone();
    let outside = sandbox::start(stand_ins).await?;
    let ca = data_dir.join("mail-ca.pem");
    std::fs::write(&ca, &outside.smtp_ca_pem)?;
    config.set("platform_url", &outside.platform_base);
    config.set("hub_url", &outside.pmh_base);
    config.set("vaccination_hub_url", &outside.vaccination_base);
    config.set("hub_token_url", &outside.pmh_token_url);
    config.set("hub_org_code", ORG_CODE);
    config.set("care_base_dir", &care_base.to_string_lossy());
    config.set("care_base_insurer", &insurer);
    config.set("care_base_base_date", BASE_DATE);
    config.set("identity_issuer", &outside.issuer);
    config.set("mail_host", outside.smtp_names.first().map_or("localhost", String::as_str));
    config.set("mail_port", &outside.smtp_addr.port().to_string());
    config.set("mail_ca", &ca.to_string_lossy());
    Ok(outside)
}

fn greet(public_url: &str, outside: &Sandbox) {
    println!("窓口 Madoguchi: the demo is at {public_url}");
    println!("  staff and physicians  {public_url}/staff/sign-in   password {PASSWORD}");
    for person in STAFF {
        println!("    {:<12} {}", person.login, person.role_words);
    }
    println!("  mails                 {}", outside.mail_page);
    println!("  Nothing is kept: the demo is built anew at every start.");
}
