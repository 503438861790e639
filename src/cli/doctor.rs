//! `madoguchi doctor`: the settings with their sources, and whether everything they name is there and
//! answers, with what to do where it does not. It changes nothing in the database.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::adapters::clock::SystemClock;
use crate::adapters::files::Folder;
use crate::adapters::pdf::fonts::FontSet;
use crate::app::{load_programs, outside, program_folders};
use crate::config::Config;
use crate::domain::program::phrases::AppealSlot;
use crate::ports::clock::Clock;
use crate::ports::files::Files;
use crate::store::{Address, Database, audit_search, migrate};
use crate::usecases::operator::checks::{self, Check, Found, Standing};

use super::place;

/// Prints settings and findings; `false` when something failed.
///
/// # Errors
/// None of its own: what cannot be looked at is a finding.
pub async fn run(config: &Config) -> anyhow::Result<bool> {
    println!("Settings");
    for line in config.lines() {
        println!("  {} = {}   ({})", line.name, line.value, line.source);
    }
    if config.is_demo() {
        println!("\nNothing is configured: `serve` starts the demo. Set database_url for an installation.");
        return Ok(true);
    }
    println!("\nChecks");
    let mut sound = true;
    for check in all(config).await {
        print(&check);
        sound &= check.state != Standing::Failed;
    }
    Ok(sound)
}

fn print(check: &Check) {
    let mark = match check.state {
        Standing::Ok => "ok     ",
        Standing::Warning => "warning",
        Standing::Failed => "FAILED ",
    };
    println!("  {mark} {}: {}", check.name, check.text);
    if let Some(advice) = &check.advice {
        println!("          → {advice}");
    }
}

/// Looks at everything that the settings name.
pub async fn all(config: &Config) -> Vec<Check> {
    let at = SystemClock.now();
    let mut checks = vec![
        database(config).named("データベース", at),
        transport(config).named("データベースとの通信", at),
        keys(config).named("鍵", at),
        clock(config, at).named("時計", at),
        files(config).named("ファイル置き場", at),
        space(config).named("空き容量", at),
        programs(config).named("制度のフォルダー", at),
        fonts(config).named("書体", at),
        public_url(config).named("公開アドレス", at),
        office(config).named("発行機関", at),
    ];
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    match outside(config, &clock) {
        Ok(systems) => checks.extend(checks::outside(systems, at).await),
        Err(error) => {
            checks.push(failed(&error, "名前の出ている設定を直してください。").named("外部との接続", at))
        }
    }
    checks
}

fn failed(error: &anyhow::Error, advice: &str) -> Found {
    Found::failed(format!("{error:#}"), advice)
}

fn database(config: &Config) -> Found {
    let pending = place::database(config).and_then(|it| Ok(migrate::pending(&it)?));
    match pending {
        Ok(names) if names.is_empty() => Found::ok("つながり、最新の形です。"),
        Ok(names) => Found::warning(
            format!("まだの変更：{}", names.join("、")),
            "madoguchi migrate を実行するか、serve の起動時に変更されます。先にバックアップを取ってください。",
        ),
        Err(error) => failed(&error, "database_url と、データベースが動いているかを確かめてください。"),
    }
}

/// The built-in PostgreSQL client speaks no TLS.
fn transport(config: &Config) -> Found {
    match config.database() {
        Ok(Address::Postgres(url)) if !is_local(&url) => Found::warning(
            "内蔵の PostgreSQL クライアントは暗号化（TLS）をしません。別の機械へ平文で通信します。",
            "同じ機械、UNIXソケット、または TLS のトンネル（stunnel、WireGuard など）を使ってください。",
        ),
        Ok(_) => Found::ok("この機械の外には出ません。"),
        Err(error) => failed(&error.into(), "database_url を直してください。"),
    }
}

/// Whether a PostgreSQL address stays on this machine.
fn is_local(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |it| it.1);
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let place = place.rsplit_once('@').map_or(place, |it| it.1);
    let authority = place.split('/').next().unwrap_or_default();
    let named = query.split('&').find_map(|it| it.strip_prefix("host="));
    let host = named.unwrap_or_else(|| host_of(authority)).to_ascii_lowercase();
    let socket = host.is_empty() || host.starts_with('/') || host.starts_with("%2f");
    socket || host == "localhost" || host == "::1" || host.starts_with("127.")
}

fn host_of(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

fn keys(config: &Config) -> Found {
    let opened = existing(config).and_then(|database| place::keys(config, &database));
    match opened {
        Ok(_) => Found::ok("データベースを開けます。"),
        Err(error) => failed(&error, "key_file の鍵が、このデータベースのものかを確かめてください。"),
    }
}

/// A database in its newest shape: an older one may lack the tables that are read.
fn existing(config: &Config) -> anyhow::Result<Database> {
    let database = place::database(config)?;
    if migrate::pending(&database)?.is_empty() {
        return Ok(database);
    }
    anyhow::bail!("the database is not in its newest shape yet")
}

fn clock(config: &Config, now: DateTime<Utc>) -> Found {
    let read = existing(config).and_then(|it| Ok(it.read(audit_search::latest)?));
    checks::clock_found(now, read.map_err(|error| format!("{error:#}")))
}

fn files(config: &Config) -> Found {
    let folder = Path::new(config.text("data_dir")).join("files");
    let probe = || -> anyhow::Result<()> {
        let files = Folder::open(&folder)?;
        files.put("probe-doctor", b"probe")?;
        files.get("probe-doctor")?;
        Ok(files.remove("probe-doctor")?)
    };
    match probe() {
        Ok(()) => Found::ok(format!("{} に書いて、読んで、消せました。", folder.display())),
        Err(error) => failed(&error, "data_dir の持ち主、権限、空き容量を確かめてください。"),
    }
}

fn space(config: &Config) -> Found {
    let folder = Folder::open(&Path::new(config.text("data_dir")).join("files"));
    checks::space_found(folder.ok().and_then(|it| it.free_bytes()))
}

fn programs(config: &Config) -> Found {
    let advice = "madoguchi program check で、ファイルと行と直し方を見てください。";
    match program_folders(config.text("programs_dir")).map(|folders| load_programs(&folders)) {
        Ok(Ok(programs)) if programs.is_empty() => Found::failed("制度がひとつもありません。", advice),
        Ok(Ok(programs)) => {
            let names: Vec<&str> = programs.iter().map(|it| it.definition.id.as_str()).collect();
            Found::ok(names.join("、"))
        }
        Ok(Err(problems)) => Found::failed(format!("{}か所に誤りがあります。", problems.len()), advice),
        Err(error) => failed(&error, "programs_dir を確かめてください。"),
    }
}

fn fonts(config: &Config) -> Found {
    let paths: Vec<_> = config.list("fonts").into_iter().map(Into::into).collect();
    match FontSet::load(&paths) {
        Ok(fonts) => checks::fonts_found(&crate::adapters::pdf::PdfRenderer::new(fonts), SystemClock.today()),
        Err(error) => Found::failed(error, "fonts に設定したファイルを確かめてください。"),
    }
}

fn public_url(config: &Config) -> Found {
    let url = config.text("public_url");
    let outward = config.text("bind").parse().is_ok_and(|it: std::net::SocketAddr| !it.ip().is_loopback());
    if url.starts_with("https://") && !outward {
        return Found::ok(url);
    }
    if outward {
        return Found::warning(
            "bind が、この機械の外からの接続を受けます。暗号化されていません。",
            "bind を 127.0.0.1 にして、前に TLS のプロキシを置いてください。",
        );
    }
    Found::warning(
        "https:// で始まっていません。Cookie が保護されません。",
        "申請者が入力するアドレスを public_url に設定してください。",
    )
}

fn office(config: &Config) -> Found {
    let office = config.under("office");
    let mut needed = appeal_values(config);
    needed.extend(["name", "title", "department", "address", "phone"].map(str::to_owned));
    let missing: Vec<String> =
        needed.into_iter().filter(|key| office.get(key).is_none_or(String::is_empty)).collect();
    if missing.is_empty() {
        return Found::ok(office.get("name").cloned().unwrap_or_default());
    }
    let names = missing.iter().map(|it| format!("office.{it}")).collect::<Vec<_>>().join("、");
    Found::failed(
        format!("文書に印刷する値がありません：{names}"),
        "設定ファイルの [office] に書いてください。",
    )
}

/// The values that the appeal texts (教示) of the offered programs name: without one of them no refusal can go out.
fn appeal_values(config: &Config) -> BTreeSet<String> {
    let folders = program_folders(config.text("programs_dir")).unwrap_or_default();
    let programs = load_programs(&folders).unwrap_or_default();
    let slots = programs.iter().flat_map(|program| &program.phrases.appeals).flat_map(|appeal| &appeal.slots);
    let named = slots.filter(|slot| matches!(slot, AppealSlot::Office { .. }));
    named.map(|slot| slot.name().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_local() {
        for url in [
            "postgres://city@localhost/m",
            "postgres://city:p@127.0.0.1:5432/m",
            "postgres://city@[::1]:5432/m",
            "postgres:///m?host=/run/postgresql",
            "postgres://city@%2Frun%2Fpostgresql/m",
        ] {
            assert!(is_local(url), "{url}");
        }
        assert!(!is_local("postgres://city@db.example/m"));
        assert!(!is_local("postgres://city:p@10.0.0.5:5432/m?sslmode=disable"));
        assert!(!is_local("postgres:///m?host=db.example"));
    }
}
