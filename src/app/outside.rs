//! The clients of outside systems, each from its settings.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;

use super::ClientKeys;
use crate::adapters::care_base::{CareBase, CareBaseConfig, Format, Version};
use crate::adapters::hospital::{Jose, chain, profile::Profile};
use crate::adapters::identity::{IdentityConfig, OpenId};
use crate::adapters::mail::{MailConfig, Security, Smtp};
use crate::adapters::platform::{Platform, PlatformConfig};
use crate::adapters::pmh::{Pmh, PmhConfig, Vaccination};
use crate::config::Config;
use crate::ports::clinical::ClinicalRecords;
use crate::ports::clock::Clock;
use crate::ports::hub::Hub;
use crate::ports::identity::IdentityProvider;
use crate::ports::mail::Mailer;
use crate::usecases::hub::{CARE_BASE, PMH, VACCINATION};

/// A client, or `None` where its address is not set.
type Shared<T> = anyhow::Result<Option<Arc<T>>>;

/// The national medical platform.
pub(super) fn clinical(
    config: &Config,
    keys: &ClientKeys,
    clock: &Arc<dyn Clock>,
) -> Shared<dyn ClinicalRecords> {
    let url = config.text("platform_url");
    if url.is_empty() {
        return Ok(None);
    }
    let name = config.under("office").get("platform_name").cloned().unwrap_or_else(|| "FHIR".to_owned());
    let platform = PlatformConfig::new(&name, url, config.text("platform_client_id"));
    Ok(Some(Arc::new(Platform::new(platform, keys.p384.clone(), clock.clone())?)))
}

/// The registers that are told of decisions, by name of their connectors.
pub(super) fn hubs(
    config: &Config,
    keys: &ClientKeys,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<BTreeMap<String, Arc<dyn Hub>>> {
    let each = [
        (PMH, pmh(config, keys, clock)?),
        (VACCINATION, vaccination(config, keys, clock)?),
        (CARE_BASE, care_base(config, clock)?),
    ];
    Ok(each.into_iter().filter_map(|(name, hub)| Some((name.to_owned(), hub?))).collect())
}

/// The folder shared with the linkage server of the 介護情報基盤.
fn care_base(config: &Config, clock: &Arc<dyn Clock>) -> Shared<dyn Hub> {
    let folder = config.text("care_base_dir");
    if folder.is_empty() {
        return Ok(None);
    }
    let settings = CareBaseConfig {
        folder: PathBuf::from(folder),
        insurer: config.text("care_base_insurer").to_owned(),
        base_date: config.text("care_base_base_date").parse().context("care_base_base_date")?,
        version: Version::from_code(config.text("care_base_version")).context("care_base_version")?,
        format: Format::from_code(config.text("care_base_format")).context("care_base_format")?,
    };
    Ok(Some(Arc::new(CareBase::new(settings, clock.clone())?)))
}

/// The Public Medical Hub.
fn pmh(config: &Config, keys: &ClientKeys, clock: &Arc<dyn Clock>) -> Shared<dyn Hub> {
    let url = config.text("hub_url");
    if url.is_empty() {
        return Ok(None);
    }
    let token_url = match config.text("hub_token_url") {
        "" => format!("{url}/oauth2/token"),
        given => given.to_owned(),
    };
    let hub = PmhConfig::new(url, &token_url, config.text("hub_client_id"), config.text("hub_org_code"));
    Ok(Some(Arc::new(Pmh::new(hub, keys.p256.clone(), clock.clone())?)))
}

/// Its domain of vaccination, with the same token and the same client.
fn vaccination(config: &Config, keys: &ClientKeys, clock: &Arc<dyn Clock>) -> Shared<dyn Hub> {
    let url = config.text("vaccination_hub_url");
    if url.is_empty() {
        return Ok(None);
    }
    let token_url = match config.text("hub_token_url") {
        "" => format!("{}/oauth2/token", config.text("hub_url")),
        given => given.to_owned(),
    };
    let (client, org) = (config.text("hub_client_id"), config.text("hub_org_code"));
    let hub =
        Pmh::new(PmhConfig::vaccination(url, &token_url, client, org), keys.p256.clone(), clock.clone())?;
    Ok(Some(Arc::new(Vaccination::new(hub))))
}

/// The citizens' identity provider.
pub(super) fn identity(
    config: &Config,
    keys: &ClientKeys,
    clock: &Arc<dyn Clock>,
) -> Shared<dyn IdentityProvider> {
    let issuer = config.text("identity_issuer");
    if issuer.is_empty() {
        return Ok(None);
    }
    let identity = IdentityConfig::new(issuer, config.text("identity_client_id"));
    Ok(Some(Arc::new(OpenId::new(identity, keys.p256.clone(), clock.clone())?)))
}

/// The mail server.
pub(super) fn mailer(config: &Config, clock: &Arc<dyn Clock>) -> Shared<dyn Mailer> {
    let host = config.text("mail_host");
    if host.is_empty() {
        return Ok(None);
    }
    let security = match config.text("mail_tls") {
        "none" => Security::None,
        "tls" => Security::Tls,
        _ => Security::StartTls,
    };
    let ca_pem = match config.text("mail_ca") {
        "" => None,
        path => Some(std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?),
    };
    let user = config.text("mail_user");
    let mail = MailConfig {
        host: host.to_owned(),
        port: config.number("mail_port"),
        security,
        ca_pem,
        account: (!user.is_empty()).then(|| (user.to_owned(), config.secret("mail_password"))),
        from: config.text("mail_from").to_owned(),
        timeout: std::time::Duration::from_secs(20),
    };
    Ok(Some(Arc::new(Smtp::new(mail, clock.clone())?)))
}

/// What hospitals sign, with registered keys or with certificates under the configured authorities.
pub(super) fn hospitals(config: &Config) -> anyhow::Result<Jose> {
    let anchors = match config.text("document_anchors") {
        "" => Vec::new(),
        path => {
            let pem = std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
            chain::anchors(&pem)?
        }
    };
    Ok(Jose::new(Profile::new(anchors)))
}
