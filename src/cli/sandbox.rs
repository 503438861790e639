//! `madoguchi sandbox`: only the stand-ins, on their own ports.

use std::path::PathBuf;

use anyhow::Context;

use crate::sandbox::config::{Ports, RegisteredClient, SandboxConfig};

/// Flags of the stand-ins.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    bind: std::net::IpAddr,
    /// First of five ports: platform, hub, identity, SMTP, mail page.
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
    /// 全国地方公共団体コード of the client.
    #[arg(long, default_value = "990001")]
    org_code: String,
}

/// Runs the stand-ins until it is told to stop.
///
/// # Errors
/// When a port is taken or a file cannot be read.
pub async fn run(options: &Options) -> anyhow::Result<()> {
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
    config.ports =
        Ports { platform: port(0), pmh: port(1), identity: port(2), smtp: port(3), mail_page: port(4) };
    let sandbox = crate::sandbox::start(config).await?;
    println!("FHIR platform   {}", sandbox.platform_base);
    println!("PMH             {}   token {}", sandbox.pmh_base, sandbox.pmh_token_url);
    println!("OpenID provider {}", sandbox.issuer);
    println!("SMTP            {}   mails {}", sandbox.smtp_addr, sandbox.mail_page);
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await;
    Ok(())
}
