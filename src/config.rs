//! Settings: from defaults, a file, the environment and flags, each remembering where it came from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use crate::domain::program::work::{SettingValue, Settings};
use crate::store::Address;

/// Where a value came from. A later one in this order wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Built in.
    Default,
    /// A settings file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// The command line.
    Flag,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Default => f.write_str("default"),
            Source::File(path) => write!(f, "file {}", path.display()),
            Source::Environment(name) => write!(f, "environment {name}"),
            Source::Flag => f.write_str("flag --set"),
        }
    }
}

/// What is known of a setting before it is read.
struct Spec {
    name: &'static str,
    default: &'static str,
    form: &'static str,
    secret: bool,
}

const fn spec(name: &'static str, default: &'static str, form: &'static str) -> Spec {
    Spec { name, default, form, secret: false }
}

const fn secret(name: &'static str, form: &'static str) -> Spec {
    Spec { name, default: "", form, secret: true }
}

/// Every setting, with its default and the form it takes. `office.*` and `settings.*` are free.
const SPECS: &[Spec] = &[
    spec("bind", "127.0.0.1:8080", "an address and port, 127.0.0.1:8080; port 0 takes a free one"),
    spec("public_url", "", "https://host without a slash at the end; empty means http://<bind>"),
    spec("database_url", "", "sqlite:///path/file.db or postgres://user@host/name; empty starts the demo"),
    spec("database_pool", "8", "a number from 1 to 64"),
    spec("data_dir", "data", "a folder"),
    spec("key_file", "", "a file with 32 bytes in base64; empty means <data_dir>/master.key"),
    secret("key", "32 bytes in base64, instead of key_file"),
    spec("programs_dir", "", "a folder of program folders; empty means the built-in ones"),
    spec("workers", "2", "a number from 1 to 64"),
    spec("nightly_at", "0 0 2 * * *", "six cron fields, seconds first, in Japan's time"),
    spec("trusted_proxies", "", "addresses separated by commas"),
    spec("fonts", "", "font files separated by commas, used after the built-in one"),
    spec("rate_all", "600", "requests a minute from one address"),
    spec("rate_posts", "120", "forms a minute from one address"),
    spec("rate_sign_in", "20", "tries to sign in a minute from one address"),
    spec("platform_url", "", "base address of a FHIR R4 server; empty means none"),
    spec("platform_client_id", "madoguchi", "the client id registered there"),
    spec("hub_url", "", "base address of the register of subsidies; empty means none"),
    spec("hub_token_url", "", "its token address; empty means <hub_url>/oauth2/token"),
    spec("vaccination_hub_url", "", "base address of its domain of vaccination; empty means none"),
    spec("hub_client_id", "madoguchi", "the client id registered there"),
    spec("hub_org_code", "", "全国地方公共団体コード, six digits"),
    spec("care_base_dir", "", "the folder shared with the 介護情報基盤; empty means none"),
    spec("care_base_insurer", "", "保険者番号, six digits"),
    spec("care_base_base_date", "", "基準日, YYYY-MM-DD: decisions up to it are the baseline"),
    spec("care_base_version", "2.0", "1.0 or 2.0, the version of the interface"),
    spec("care_base_format", "csv", "csv or json"),
    spec("identity_issuer", "", "issuer of an OpenID provider; empty means none"),
    spec("identity_client_id", "madoguchi", "the client id registered there"),
    spec(
        "document_anchors",
        "",
        "a PEM file of authorities for document signatures; empty means registered keys",
    ),
    spec("mail_host", "", "name of a mail server; empty means letters go on paper"),
    spec("mail_port", "587", "a number from 1 to 65535"),
    spec("mail_tls", "starttls", "none, starttls or tls"),
    spec("mail_ca", "", "a PEM file of the mail server's authority; empty means the public ones"),
    spec("mail_user", "", "a user name; empty means no sign-in"),
    secret("mail_password", "a password"),
    spec("mail_from", "madoguchi@localhost", "a mail address"),
];

/// A setting that cannot be used. Starting stops with it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("setting `{name}` ({source_text}): it takes {form}")]
pub struct ConfigError {
    /// Its name.
    pub name: String,
    /// Where the value came from.
    pub source_text: String,
    /// The accepted form.
    pub form: String,
}

/// A value and where it came from.
#[derive(Clone)]
struct Value {
    text: String,
    source: Source,
}

/// All settings, read and checked.
#[derive(Clone)]
pub struct Config {
    values: BTreeMap<String, Value>,
}

/// One line of the printed settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Name.
    pub name: String,
    /// Value; stars for a secret.
    pub value: String,
    /// Where it came from.
    pub source: Source,
}

impl Config {
    /// Reads the settings: defaults, then `file`, then `environment`, then `flags`.
    ///
    /// # Errors
    /// The first unknown name or wrong value, with the form it takes.
    pub fn read(
        file: Option<&Path>,
        environment: &BTreeMap<String, String>,
        flags: &[(String, String)],
    ) -> Result<Config, ConfigError> {
        let mut config = Config { values: BTreeMap::new() };
        for spec in SPECS {
            config.put(spec.name, spec.default, Source::Default);
        }
        if let Some(path) = file {
            for (name, text) in read_file(path)? {
                config.put_known(&name, &text, Source::File(path.to_owned()))?;
            }
        }
        for spec in SPECS {
            for variable in variables(spec.name) {
                if let Some(text) = environment.get(&variable) {
                    config.put(spec.name, text, Source::Environment(variable));
                }
            }
        }
        for (name, text) in flags {
            config.put_known(name, text, Source::Flag)?;
        }
        config.check()?;
        Ok(config)
    }

    fn put(&mut self, name: &str, text: &str, source: Source) {
        self.values.insert(name.to_owned(), Value { text: text.to_owned(), source });
    }

    fn put_known(&mut self, name: &str, text: &str, source: Source) -> Result<(), ConfigError> {
        let free = name.starts_with("office.") || name.starts_with("settings.");
        if !free && find(name).is_none() {
            let names = SPECS.iter().map(|spec| spec.name).collect::<Vec<_>>().join(", ");
            let form = format!("no such name; known are {names}, office.* and settings.*");
            return Err(ConfigError { name: name.to_owned(), source_text: source.to_string(), form });
        }
        self.put(name, text, source);
        Ok(())
    }

    fn check(&self) -> Result<(), ConfigError> {
        for spec in SPECS {
            if !fits(spec.name, self.text(spec.name)) {
                return Err(self.wrong(spec.name));
            }
        }
        Ok(())
    }

    fn wrong(&self, name: &str) -> ConfigError {
        ConfigError {
            name: name.to_owned(),
            source_text: self.values.get(name).map(|it| it.source.to_string()).unwrap_or_default(),
            form: find(name).map(|spec| spec.form).unwrap_or_default().to_owned(),
        }
    }

    /// The text of a setting; empty when it is not set.
    pub fn text(&self, name: &str) -> &str {
        self.values.get(name).map_or("", |value| value.text.as_str())
    }

    /// A setting as a number; checked when read.
    pub fn number<T: std::str::FromStr + Default>(&self, name: &str) -> T {
        self.text(name).parse().unwrap_or_default()
    }

    /// A secret.
    pub fn secret(&self, name: &str) -> SecretString {
        SecretString::from(self.text(name).to_owned())
    }

    /// Whether nothing was configured that a real installation has: then it is the demo.
    pub fn is_demo(&self) -> bool {
        self.text("database_url").is_empty()
    }

    /// The database address.
    ///
    /// # Errors
    /// When it is neither form.
    pub fn database(&self) -> Result<Address, ConfigError> {
        Address::parse(self.text("database_url")).map_err(|_| self.wrong("database_url"))
    }

    /// Sets a value that follows from others, such as the addresses of the demo's stand-ins.
    pub fn set(&mut self, name: &str, text: &str) {
        self.put(name, text, Source::Default);
    }

    /// A list separated by commas.
    pub fn list(&self, name: &str) -> Vec<String> {
        self.text(name).split(',').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
    }

    /// Everything under a prefix such as `office`, without the prefix.
    pub fn under(&self, prefix: &str) -> BTreeMap<String, String> {
        let strip = |name: &str| name.strip_prefix(prefix)?.strip_prefix('.').map(str::to_owned);
        self.values.iter().filter_map(|(name, value)| Some((strip(name)?, value.text.clone()))).collect()
    }

    /// The authority's own values for its programs.
    pub fn program_settings(&self) -> Settings {
        let value = |text: String| text.parse().map_or(SettingValue::Text(text), SettingValue::Number);
        self.under("settings").into_iter().map(|(name, text)| (name, value(text))).collect()
    }

    /// Every setting as the operator may see it.
    pub fn lines(&self) -> Vec<Line> {
        let shown = |name: &str, text: &str| match find(name) {
            Some(spec) if spec.secret && !text.is_empty() => "********".to_owned(),
            _ => without_password(text),
        };
        let line = |(name, value): (&String, &Value)| Line {
            name: name.clone(),
            value: shown(name, &value.text),
            source: value.source.clone(),
        };
        self.values.iter().map(line).collect()
    }
}

/// `postgres://user:password@host` without the password.
fn without_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    match rest.split_once('@') {
        Some((who, host)) => {
            let user = who.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{host}")
        }
        None => text.to_owned(),
    }
}

fn find(name: &str) -> Option<&'static Spec> {
    SPECS.iter().find(|spec| spec.name == name)
}

/// `MADOGUCHI_BIND` for `bind`; the database also answers to the customary `DATABASE_URL`.
fn variables(name: &str) -> Vec<String> {
    let own = format!("MADOGUCHI_{}", name.to_uppercase());
    if name == "database_url" { vec!["DATABASE_URL".to_owned(), own] } else { vec![own] }
}

fn read_file(path: &Path) -> Result<Vec<(String, String)>, ConfigError> {
    let fault = |form: String| ConfigError {
        name: "config".to_owned(),
        source_text: path.display().to_string(),
        form,
    };
    let text = std::fs::read_to_string(path).map_err(|error| fault(format!("a readable file: {error}")))?;
    let table: toml::Table =
        text.parse().map_err(|error: toml::de::Error| fault(format!("a TOML file: {error}")))?;
    let mut found = Vec::new();
    for (name, value) in &table {
        match value {
            toml::Value::Table(inner) => {
                found.extend(inner.iter().map(|(key, value)| (format!("{name}.{key}"), plain(value))));
            }
            other => found.push((name.clone(), plain(other))),
        }
    }
    Ok(found)
}

fn plain(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn fits(name: &str, text: &str) -> bool {
    let between =
        |low: u32, high: u32| text.parse::<u32>().is_ok_and(|number| (low..=high).contains(&number));
    let address = || text.is_empty() || is_url(text);
    match name {
        "bind" => text.parse::<std::net::SocketAddr>().is_ok(),
        "public_url" => text.is_empty() || is_url(text) && !text.ends_with('/'),
        "platform_url" | "hub_url" | "vaccination_hub_url" | "hub_token_url" | "identity_issuer" => address(),
        "database_url" => text.is_empty() || Address::parse(text).is_ok(),
        "database_pool" | "workers" => between(1, 64),
        "rate_all" | "rate_posts" | "rate_sign_in" => between(1, 10_000_000),
        "mail_port" => between(1, 65_535),
        "mail_tls" => ["none", "starttls", "tls"].contains(&text),
        "nightly_at" => text.split_whitespace().count() == 6,
        "care_base_base_date" => text.is_empty() || text.parse::<chrono::NaiveDate>().is_ok(),
        "care_base_version" => ["1.0", "2.0"].contains(&text),
        "care_base_format" => ["csv", "json"].contains(&text),
        "hub_org_code" | "care_base_insurer" => {
            text.is_empty() || text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
        }
        "trusted_proxies" => {
            text.split(',').all(|it| it.trim().is_empty() || it.trim().parse::<std::net::IpAddr>().is_ok())
        }
        "mail_from" => text.contains('@') && !text.contains(char::is_whitespace),
        "data_dir" => !text.is_empty(),
        _ => true,
    }
}

fn is_url(text: &str) -> bool {
    (text.starts_with("http://") || text.starts_with("https://")) && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let own = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>()
        };
        Config::read(None, &own(environment).into_iter().collect(), &own(flags))
    }

    #[test]
    fn a_flag_wins_over_the_environment_and_both_over_the_default() {
        let config = read(
            &[("MADOGUCHI_BIND", "127.0.0.1:1"), ("MADOGUCHI_WORKERS", "3")],
            &[("bind", "127.0.0.1:2")],
        );
        let config = config.unwrap();
        assert_eq!(config.text("bind"), "127.0.0.1:2");
        assert_eq!(config.number::<usize>("workers"), 3);
        let line = config.lines().into_iter().find(|line| line.name == "workers").unwrap();
        assert_eq!(line.source, Source::Environment("MADOGUCHI_WORKERS".to_owned()));
    }

    #[test]
    fn a_wrong_value_is_named_with_the_form_it_takes() {
        let error = read(&[], &[("bind", "everywhere")]).err().unwrap();
        assert_eq!(error.name, "bind");
        assert!(error.to_string().contains("127.0.0.1:8080"));
        assert!(read(&[], &[("database_url", "/tmp/typo.db")]).is_err());
        assert!(read(&[], &[("bnid", "127.0.0.1:1")]).is_err());
    }

    #[test]
    fn secrets_are_not_printed() {
        let config = read(
            &[("DATABASE_URL", "postgres://city:geheim@db/m"), ("MADOGUCHI_MAIL_PASSWORD", "geheim")],
            &[],
        );
        let printed = config.unwrap().lines().into_iter().map(|line| line.value).collect::<String>();
        assert!(!printed.contains("geheim"));
        assert!(printed.contains("postgres://city@db/m"));
    }

    #[test]
    fn free_names_reach_their_places() {
        let config = read(&[], &[("office.name", "架空県"), ("settings.mail_attach_letters", "1")]).unwrap();
        assert_eq!(config.under("office").get("name").map(String::as_str), Some("架空県"));
        assert_eq!(config.program_settings().get("mail_attach_letters"), Some(&SettingValue::Number(1)));
    }
}
