//! What a sandbox is started with.

use chrono::NaiveDate;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

/// TCP ports of the stand-ins; 0 lets the system choose a free one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    /// FHIR platform.
    pub platform: u16,
    /// Public Medical Hub.
    pub pmh: u16,
    /// OpenID provider.
    pub identity: u16,
    /// SMTP listener.
    pub smtp: u16,
    /// Web page showing the mails the SMTP listener took.
    pub mail_page: u16,
    /// Control of the care base.
    pub care_base: u16,
}

/// A system allowed to talk to the stand-ins. The same registration serves the platform, the hub and the
/// OpenID provider; its key set may hold one key for each.
#[derive(Clone, Debug)]
pub struct RegisteredClient {
    /// 1–255 of `[0-9a-zA-Z]` (rule of デジタル認証アプリ).
    pub client_id: String,
    /// JSON Web Key Set (RFC 7517) of public keys; every key carries a `kid`.
    pub jwks: serde_json::Value,
    /// Addresses the OpenID provider may send the browser back to, compared as whole strings.
    pub redirect_uris: Vec<String>,
}

/// Behaviour of the hub that the published documents leave open.
#[derive(Clone, Debug)]
pub struct PmhSettings {
    /// Time a task stays in each of `ACCEPTED` and `RUNNING`.
    pub step: Duration,
    /// Refuse numbers whose check digit is wrong (`PMH-E4001`).
    pub strict_check_digits: bool,
    /// Answer the deletion of an absent row with `UNCHANGED` instead of `PMH-E3004`.
    pub lenient_delete: bool,
    /// Results on one page.
    pub page_size: usize,
}

impl Default for PmhSettings {
    fn default() -> Self {
        Self {
            step: Duration::from_millis(200),
            strict_check_digits: false,
            lenient_delete: false,
            page_size: 200,
        }
    }
}

/// Behaviour of the OpenID provider.
#[derive(Clone, Debug, Default)]
pub struct IdentitySettings {
    /// Write `birthdate` as `YYYYMMDD` instead of `YYYY-MM-DD`; both forms have been reported.
    pub compact_birthdate: bool,
}

/// Behaviour of the mail server.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// Refuse mail before STARTTLS.
    pub require_tls: bool,
    /// User name and password; `None` lets anybody send.
    pub account: Option<(String, String)>,
    /// Largest message in bytes (RFC 1870).
    pub max_size: usize,
}

impl Default for SmtpSettings {
    fn default() -> Self {
        Self { require_tls: true, account: None, max_size: 10 * 1024 * 1024 }
    }
}

/// Behaviour of the care base, which takes files out of a folder.
#[derive(Clone, Debug)]
pub struct CareSettings {
    /// The shared folder; without one the stand-in is not started.
    pub folder: Option<PathBuf>,
    /// The one 保険者番号 it lets in, six digits.
    pub insurer: String,
    /// The one version of the interface it speaks, `1.0` or `2.0`.
    pub version: String,
    /// Time between two looks into the inbox; only on demand when absent.
    pub step: Option<Duration>,
    /// 被保険者番号 that it says it does not know.
    pub unknown_insured: Vec<String>,
}

impl Default for CareSettings {
    fn default() -> Self {
        Self {
            folder: None,
            insurer: "999999".to_owned(),
            version: "2.0".to_owned(),
            step: Some(Duration::from_secs(1)),
            unknown_insured: Vec::new(),
        }
    }
}

/// Everything the sandbox needs to start.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// Address to listen on.
    pub bind: IpAddr,
    /// Host name written into addresses; the bound address when absent.
    pub public_host: Option<String>,
    /// Ports of the stand-ins.
    pub ports: Ports,
    /// Systems allowed in.
    pub clients: Vec<RegisteredClient>,
    /// A folder of FHIR R4 JSON served beside the invented people.
    pub platform_data: Option<PathBuf>,
    /// Six-digit 全国地方公共団体コード of the one organisation the hub lets in.
    pub org_code: String,
    /// Date taken for today where a request names none.
    pub today: Option<NaiveDate>,
    /// Behaviour of the hub.
    pub pmh: PmhSettings,
    /// Behaviour of the care base.
    pub care: CareSettings,
    /// Behaviour of the OpenID provider.
    pub identity: IdentitySettings,
    /// Behaviour of the mail server.
    pub smtp: SmtpSettings,
}

impl SandboxConfig {
    /// Every stand-in on this machine's loopback address at a free port, with the given clients.
    #[must_use]
    pub fn local(org_code: &str, clients: Vec<RegisteredClient>) -> Self {
        Self {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            public_host: None,
            ports: Ports::default(),
            clients,
            platform_data: None,
            org_code: org_code.to_owned(),
            today: None,
            pmh: PmhSettings::default(),
            care: CareSettings::default(),
            identity: IdentitySettings::default(),
            smtp: SmtpSettings::default(),
        }
    }

    /// Host name that addresses given to clients carry.
    #[must_use]
    pub fn host(&self) -> String {
        match (&self.public_host, self.bind) {
            (Some(host), _) => host.clone(),
            (None, bind) if bind.is_unspecified() => "localhost".to_owned(),
            (None, IpAddr::V6(bind)) => format!("[{bind}]"),
            (None, bind) => bind.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_carry_a_host_that_can_be_reached() {
        let host = |bind: &str, public: Option<&str>| {
            let mut config = SandboxConfig::local("132012", Vec::new());
            config.bind = bind.parse().unwrap();
            config.public_host = public.map(str::to_owned);
            config.host()
        };
        assert_eq!(host("127.0.0.1", None), "127.0.0.1");
        assert_eq!(host("0.0.0.0", None), "localhost");
        assert_eq!(host("::1", None), "[::1]");
        assert_eq!(host("0.0.0.0", Some("sandbox.example")), "sandbox.example");
    }
}
