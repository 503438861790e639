//! Whether everything the installation leans on is there, with what to do where it is not.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Asia::Tokyo;
use serde::Serialize;

use crate::domain::letter::{Head, Letter};
use crate::domain::permission::Desk;
use crate::ports::clinical::ClinicalRecords;
use crate::ports::hub::Hub;
use crate::ports::identity::IdentityProvider;
use crate::ports::mail::Mailer;
use crate::ports::render::LetterRenderer;
use crate::store::{audit_search, hub_state, migrate, operation, run_holds};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::hub::{CARE_BASE, PMH};
use crate::usecases::off_thread::off_thread;

use super::runs::NIGHTLY;

/// How long an outside system may take to answer.
const PATIENCE: Duration = Duration::from_secs(8);
/// Minutes by which a record may lie ahead of the clock before the clock is doubted.
const AHEAD: i64 = 5;
/// Free space, in bytes, below which somebody must act, and below which somebody should.
const SPACE: (u64, u64) = (500_000_000, 5_000_000_000);
/// Characters that names in Japan have and that small fonts lack.
const RARE: &str = "髙﨑𠮷邉";

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// As it should be.
    Ok,
    /// It works, but somebody should look.
    Warning,
    /// It does not work.
    Failed,
}

/// What was found about one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The thing.
    pub name: &'static str,
    /// How it stands.
    pub state: Standing,
    /// What was found.
    pub text: String,
    /// What to do.
    pub advice: Option<String>,
    /// When it was looked at.
    pub at: DateTime<Utc>,
}

/// A finding before it is named and dated.
pub struct Found(Standing, String, Option<String>);

impl Found {
    /// All is well.
    pub fn ok(text: impl Into<String>) -> Found {
        Found(Standing::Ok, text.into(), None)
    }

    /// Somebody should look.
    pub fn warning(text: impl Into<String>, advice: &str) -> Found {
        Found(Standing::Warning, text.into(), Some(advice.to_owned()))
    }

    /// It does not work.
    pub fn failed(text: impl ToString, advice: &str) -> Found {
        Found(Standing::Failed, text.to_string(), Some(advice.to_owned()))
    }

    /// The finding about a thing at a moment.
    pub fn named(self, name: &'static str, at: DateTime<Utc>) -> Check {
        Check { name, state: self.0, text: self.1, advice: self.2, at }
    }
}

/// The outside systems, as far as they are configured.
pub struct Outside {
    /// The clinical platform.
    pub clinical: Option<Arc<dyn ClinicalRecords>>,
    /// The registers by name of their connectors.
    pub hubs: BTreeMap<String, Arc<dyn Hub>>,
    /// The citizens' identity provider.
    pub identity: Option<Arc<dyn IdentityProvider>>,
    /// The mail server.
    pub mailer: Option<Arc<dyn Mailer>>,
}

impl Outside {
    /// The outside systems of a house.
    pub fn of(house: &House) -> Outside {
        Outside {
            clinical: house.clinical.clone(),
            hubs: house.hubs.clone(),
            identity: house.identity.clone(),
            mailer: house.mailer.clone(),
        }
    }
}

/// Looks at everything.
///
/// # Errors
/// When the caller has no place at the desk.
pub async fn all(house: &Arc<House>, caller: &Caller) -> Result<Vec<Check>, Error> {
    house.seat(caller, Desk::Operation)?;
    let (inside, outside) =
        tokio::join!(off_thread(house, |house| Ok(inside(house))), outside(Outside::of(house), house.now()));
    let mut checks = inside?;
    checks.extend(outside);
    Ok(checks)
}

/// Asks every outside system whether it answers us.
pub async fn outside(of: Outside, at: DateTime<Utc>) -> Vec<Check> {
    let platform = async {
        match &of.clinical {
            Some(it) => asked(it.check(), "platform_url、クライアントIDと、相手に登録した公開鍵（/.well-known/jwks.json）を確かめてください。").await,
            None => Found::warning("設定されていません。診断はファイルか紙で受け取ります。", "つなぐときは platform_url を設定してください。"),
        }
    };
    let hub = async {
        match of.hubs.get(PMH) {
            Some(it) => asked(it.check(), "hub_url、hub_token_url、hub_org_code と、相手に登録した公開鍵を確かめてください。行は失われず、つながったときに送られます。").await,
            None => Found::warning("設定されていません。決定は登録されずに待ちます。", "つなぐときは hub_url を設定してください。"),
        }
    };
    let care = async {
        match of.hubs.get(CARE_BASE) {
            Some(it) => asked(it.check(), "care_base_dir のフォルダと書き込みの権限、care_base_insurer を確かめてください。行は失われず、つながったときに送られます。").await,
            None => Found::warning("設定されていません。認定の決定は登録されずに待ちます。", "つなぐときは care_base_dir を設定してください。"),
        }
    };
    let identity = async {
        match &of.identity {
            Some(it) => asked(
                it.check(),
                "identity_issuer とクライアントIDを確かめてください。サインイン済みの人はそのまま使えます。",
            )
            .await,
            None => Found::warning(
                "設定されていません。申請者はサインインできません。",
                "identity_issuer を設定してください。",
            ),
        }
    };
    let mail = async {
        match &of.mailer {
            Some(it) => asked(it.check(), "mail_host、mail_port、mail_tls、mail_user を確かめてください。送れないものは郵送待ちに入ります。").await,
            None => Found::warning("設定されていません。すべて郵送になります。", "メールで知らせるときは mail_host を設定してください。"),
        }
    };
    let (platform, hub, care, identity, mail) = tokio::join!(platform, hub, care, identity, mail);
    vec![
        platform.named("医療情報プラットフォーム", at),
        hub.named("連携先（PMH）", at),
        care.named("連携先（介護情報基盤）", at),
        identity.named("本人確認", at),
        mail.named("メール", at),
    ]
}

async fn asked<E: std::fmt::Display>(
    question: impl Future<Output = Result<String, E>>,
    advice: &str,
) -> Found {
    match tokio::time::timeout(PATIENCE, question).await {
        Ok(Ok(text)) => Found::ok(text),
        Ok(Err(error)) => Found::failed(error, advice),
        Err(_) => Found::failed(format!("{}秒以内に応答がありません。", PATIENCE.as_secs()), advice),
    }
}

/// Looks at what the installation itself consists of.
fn inside(house: &House) -> Vec<Check> {
    let at = house.now();
    vec![
        database(house).named("データベース", at),
        migrations(house).named("データベースの形", at),
        keys(house).named("鍵", at),
        files(house).named("ファイル置き場", at),
        space(house).named("空き容量", at),
        fonts(house).named("書体", at),
        clock(house).named("時計", at),
        night(house).named("夜間連携", at),
    ]
}

fn database(house: &House) -> Found {
    let kind = if house.database.address().is_embedded() { "SQLite" } else { "PostgreSQL" };
    match crate::usecases::health::ping(house) {
        Ok(()) => Found::ok(format!("{kind}　応答しています。")),
        Err(error) => Found::failed(error, "database_url と、データベースが動いているかを確かめてください。"),
    }
}

fn migrations(house: &House) -> Found {
    match migrate::pending(&house.database) {
        Ok(names) if names.is_empty() => Found::ok("最新です。"),
        Ok(names) => Found::failed(
            format!("まだの変更：{}", names.join("、")),
            "madoguchi migrate を実行してください。",
        ),
        Err(error) => Found::failed(error, "データベースを確かめてください。"),
    }
}

fn keys(house: &House) -> Found {
    let opened = house.database.read(|conn| operation::opens_newest_case(conn, &house.keys));
    match opened {
        Ok(()) => Found::ok("案件を開けます。"),
        Err(error) => {
            Found::failed(error, "鍵を取り替えたあとなら、動いているすべてのプロセスを再起動してください。")
        }
    }
}

fn files(house: &House) -> Found {
    let probe = || -> Result<bool, Error> {
        let name = house.new_id("probe")?;
        house.files.put(&name, b"probe")?;
        let back = house.files.get(&name)?;
        house.files.remove(&name)?;
        Ok(back == b"probe")
    };
    let advice = "data_dir の持ち主、権限、空き容量を確かめてください。";
    match probe() {
        Ok(true) => Found::ok("書いて、読んで、消せました。"),
        Ok(false) => Found::failed("書いたものと違うものが読めました。", advice),
        Err(error) => Found::failed(error, advice),
    }
}

fn space(house: &House) -> Found {
    space_found(house.files.free_bytes())
}

/// What free space, in bytes, means.
pub fn space_found(free: Option<u64>) -> Found {
    let Some(free) = free else {
        return Found::warning("この機械では分かりません。", "空き容量を別の方法で見張ってください。");
    };
    let text = format!("{}.{} GB", free / 1_000_000_000, free / 100_000_000 % 10);
    let advice = "古いバックアップを別の機械に移すか、容量を増やしてください。";
    match free {
        free if free < SPACE.0 => Found::failed(text, advice),
        free if free < SPACE.1 => Found::warning(text, advice),
        _ => Found::ok(text),
    }
}

fn fonts(house: &House) -> Found {
    fonts_found(house.renderer.as_ref(), house.today())
}

/// Whether rare characters of names can be drawn.
pub fn fonts_found(renderer: &dyn LetterRenderer, today: NaiveDate) -> Found {
    match renderer.render(&sample(today)) {
        Ok(drawn) if drawn.missing.is_empty() => Found::ok("まれな文字も印刷できます。"),
        Ok(drawn) => {
            let missing: String = drawn.missing.into_iter().collect();
            let advice = "人名用の書体（IPAmj明朝など）のファイルを fonts に設定してください。ない文字は文書ごとに知らせます。";
            Found::warning(format!("印刷できない文字の例：{missing}"), advice)
        }
        Err(error) => Found::failed(error, "fonts に設定したファイルを確かめてください。"),
    }
}

fn sample(today: NaiveDate) -> Letter {
    let head = Head {
        reference: String::new(),
        date: String::new(),
        to: None,
        from: Vec::new(),
        seal: None,
        code: None,
    };
    Letter {
        kind: "sample".to_owned(),
        title: RARE.to_owned(),
        issued: today,
        head,
        blocks: Vec::new(),
        watermark: None,
    }
}

fn clock(house: &House) -> Found {
    let latest = house.database.read(audit_search::latest);
    clock_found(house.now(), latest.map_err(|error| error.to_string()))
}

/// Whether the clock went back behind the newest record.
pub fn clock_found(now: DateTime<Utc>, latest: Result<Option<DateTime<Utc>>, String>) -> Found {
    let advice = "時刻の同期（NTP）を確かめてください。直るまで夜間連携と期限が正しく動きません。";
    let shown = |at: DateTime<Utc>| at.with_timezone(&Tokyo).format("%Y-%m-%d %H:%M").to_string();
    match latest {
        Ok(Some(latest)) if latest > now + TimeDelta::minutes(AHEAD) => Found::failed(
            format!("記録が未来の日時（{}）にあります。時計が戻っています。", shown(latest)),
            advice,
        ),
        Ok(_) => Found::ok(format!("日本時間 {}", shown(now))),
        Err(error) => Found::failed(error, "データベースを確かめてください。"),
    }
}

fn night(house: &House) -> Found {
    let read = house.database.read(|conn| {
        let stopped: Vec<String> = hub_state::all_stopped(conn)?.into_values().collect();
        Ok::<_, Error>((stopped, run_holds::newest_of(conn, NIGHTLY)?))
    });
    match read {
        Ok((stopped, _)) if !stopped.is_empty() => {
            Found::failed(stopped.join("　"), "原因を直してから「連携」のページで再開してください。")
        }
        Ok((_, Some((state, note)))) if state == "failed" => {
            Found::warning(note, "次の夜にもう一度行います。急ぐときは「連携」のページで始めてください。")
        }
        Ok((_, Some(_))) => Found::ok("動いています。"),
        Ok((_, None)) => Found::ok("まだ一度も動いていません。"),
        Err(error) => Found::failed(error, "データベースを確かめてください。"),
    }
}
