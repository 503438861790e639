//! `madoguchi serve`: the pages, the outbox, the nightly clock; or the demo with all around it.

use std::net::TcpListener;

use anyhow::{Context, bail};

use crate::app::{App, ClientKeys};
use crate::config::Config;
use crate::web::frame::WebConfig;

use super::demo::{self, Demo};

/// Serves until it is told to stop.
///
/// # Errors
/// What keeps it from starting, in words for the operator.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let listener = TcpListener::bind(config.text("bind"))
        .with_context(|| format!("cannot listen on {}", config.text("bind")))?;
    if config.is_demo() {
        return demo::run(config, listener).await;
    }
    refuse_demo_secrets(&config)?;
    let public_url = public_url(&config, &listener)?;
    let web = web_config(&config, &public_url, None)?;
    let app = App::build(&config, web, &public_url)?;
    println!("窓口 Madoguchi is at {public_url}");
    serve(&app, &config, listener).await
}

/// Serves an app, with its outbox and clock, until it is told to stop; then lets running work end.
///
/// # Errors
/// When the server or the clock cannot run.
pub async fn serve(app: &App, config: &Config, listener: TcpListener) -> anyhow::Result<()> {
    let background = app.background(config).await?;
    app.server(listener)?.await?;
    background.stop().await;
    Ok(())
}

/// The address under which people reach us.
///
/// # Errors
/// When the listener has none.
pub fn public_url(config: &Config, listener: &TcpListener) -> anyhow::Result<String> {
    match config.text("public_url") {
        "" => Ok(format!("http://{}", listener.local_addr()?)),
        given => Ok(given.to_owned()),
    }
}

/// Settings of the web floor.
///
/// # Errors
/// When our keys cannot be read.
pub fn web_config(config: &Config, public_url: &str, demo: Option<&Demo>) -> anyhow::Result<WebConfig> {
    let keys = ClientKeys::open(std::path::Path::new(config.text("data_dir")))?;
    Ok(WebConfig {
        secure: public_url.starts_with("https://"),
        demo: demo.is_some(),
        demo_notes: demo.map(Demo::notes).unwrap_or_default(),
        trusted_proxies: config.list("trusted_proxies").iter().filter_map(|it| it.parse().ok()).collect(),
        identity_origin: origin(config.text("identity_issuer")),
        jwks: keys.public()?,
    })
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return String::new() };
    format!("{scheme}://{}", rest.split('/').next().unwrap_or_default())
}

/// What the demo is built with must not guard anything real.
fn refuse_demo_secrets(config: &Config) -> anyhow::Result<()> {
    let address = config.database()?;
    let database = crate::store::Database::open(&address, 1)?;
    crate::store::migrate::migrate(&database)?;
    let logins: Vec<&str> = demo::STAFF.iter().map(|person| person.login).collect();
    if crate::usecases::operator::has_demo_accounts(&database, &logins, demo::PASSWORD)? {
        bail!("this database holds accounts with the demo's password; close them before serving it");
    }
    Ok(())
}
