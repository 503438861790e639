//! `madoguchi sandbox`: only the stand-ins, on their own ports; and a hospital that hands a document in.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::sandbox::config::{Ports, RegisteredClient, SandboxConfig};
use crate::sandbox::hospital::{self, Hospital};

/// What the invented hospital can do.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Print the hospital's public keys, to be registered; the key file is made when it is not there.
    HospitalKeys {
        /// File of the private key, PEM.
        #[arg(long)]
        key: PathBuf,
    },
    /// Sign a document and hand it in.
    HospitalSend {
        /// File of the private key, PEM.
        #[arg(long)]
        key: PathBuf,
        /// The client id under which the keys were registered.
        #[arg(long)]
        client: String,
        /// Address of the installation.
        #[arg(long, default_value = "http://127.0.0.1:8080")]
        url: String,
        /// The request code on the patient's sheet.
        #[arg(long)]
        code: String,
        /// The document: a Bundle in JSON. It gets the code, and a new number.
        document: PathBuf,
    },
}

/// Flags of the stand-ins.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// What the invented hospital does; without it the stand-ins are served.
    #[command(subcommand)]
    command: Option<Command>,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    bind: std::net::IpAddr,
    /// First of six ports: platform, hub, identity, SMTP, mail page, control of the care base.
    #[arg(long, default_value_t = 9400)]
    port: u16,
    /// A folder of FHIR JSON that the platform serves beside its invented people.
    #[arg(long)]
    platform_data: Option<PathBuf>,
    /// A JWK set of the client that may call, as `/.well-known/jwks.json` of a Madoguchi gives it.
    #[arg(long)]
    client_jwks: Option<PathBuf>,
    /// The client's id.
    #[arg(long, default_value = "madoguchi")]
    client_id: String,
    /// An address to which the identity provider may send browsers back; may be given several times.
    #[arg(long)]
    redirect_uri: Vec<String>,
    /// A folder shared with the care base; without one it is not played.
    #[arg(long)]
    care_base_dir: Option<PathBuf>,
    /// 保険者番号 of the client at the care base.
    #[arg(long, default_value = "999999")]
    care_base_insurer: String,
    /// Version of the care base's interface, 1.0 or 2.0.
    #[arg(long, default_value = "2.0", value_parser = ["1.0", "2.0"])]
    care_base_version: String,
    /// 全国地方公共団体コード of the client.
    #[arg(long, default_value = "990001")]
    org_code: String,
}

/// Runs the stand-ins until it is told to stop.
///
/// # Errors
/// When a port is taken or a file cannot be read.
pub async fn run(options: &Options) -> anyhow::Result<()> {
    match &options.command {
        None => serve(options).await,
        Some(Command::HospitalKeys { key }) => {
            println!("{}", serde_json::to_string_pretty(&hospital_of("", key)?.jwks())?);
            Ok(())
        }
        Some(Command::HospitalSend { key, client, url, code, document }) => {
            let mut bundle = serde_json::from_str(&std::fs::read_to_string(document)?)?;
            hospital::address(&mut bundle, code);
            let answer = hospital_of(client, key)?.hand_in(&format!("{url}/api/fhir"), &bundle).await?;
            println!("{} {}", answer.status, serde_json::to_string_pretty(&answer.body)?);
            Ok(())
        }
    }
}

fn hospital_of(client: &str, key: &Path) -> anyhow::Result<Hospital> {
    if let Ok(pem) = std::fs::read_to_string(key) {
        return Ok(Hospital::with_key(client, &pem)?);
    }
    let hospital = Hospital::new(client)?;
    std::fs::write(key, hospital.key_pem()).with_context(|| format!("cannot write {}", key.display()))?;
    Ok(hospital)
}

async fn serve(options: &Options) -> anyhow::Result<()> {
    let jwks = match &options.client_jwks {
        Some(path) => {
            serde_json::from_str(&std::fs::read_to_string(path)?).context("the key set is not JSON")?
        }
        None => serde_json::json!({ "keys": [] }),
    };
    let client = RegisteredClient {
        client_id: options.client_id.clone(),
        jwks,
        redirect_uris: options.redirect_uri.clone(),
    };
    let mut config = SandboxConfig::local(&options.org_code, vec![client]);
    config.bind = options.bind;
    config.platform_data.clone_from(&options.platform_data);
    let port = |step: u16| options.port.saturating_add(step);
    config.ports = Ports {
        platform: port(0),
        pmh: port(1),
        identity: port(2),
        smtp: port(3),
        mail_page: port(4),
        care_base: port(5),
    };
    config.care.folder.clone_from(&options.care_base_dir);
    config.care.insurer.clone_from(&options.care_base_insurer);
    config.care.version.clone_from(&options.care_base_version);
    let sandbox = crate::sandbox::start(config).await?;
    println!("FHIR platform   {}", sandbox.platform_base);
    println!("PMH             {}   token {}", sandbox.pmh_base, sandbox.pmh_token_url);
    if let (Some(folder), Some(control)) = (&options.care_base_dir, &sandbox.care_root) {
        println!("Care base       {}   control {control}", folder.display());
    }
    println!("OpenID provider {}", sandbox.issuer);
    println!("SMTP            {}   mails {}", sandbox.smtp_addr, sandbox.mail_page);
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await;
    Ok(())
}
