//! The tab 履歴: what happened, who read, what was sent and registered, as one stream.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::domain::program::vocabulary::{CommandName, DataClass};
use crate::store::hub_lines::{self, RowLine};
use crate::store::{Conn, audit, cases, letters};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::hub::title;

use super::may::may;
use super::names::Names;
use super::shell::{Shell, Tab, shell};
use super::work::who;
use super::{events, words};

/// Entries of a page.
const PAGE: usize = 50;
/// Rows of the record that are looked at.
const RECORDED: i64 = 1000;

/// An entry.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    at: DateTime<Utc>,
    who: String,
    what: String,
    detail: Option<String>,
}

/// A kind of entry as a link.
#[derive(Clone, Debug, Serialize)]
pub struct KindLink {
    href: String,
    label: &'static str,
    count: Option<usize>,
    current: bool,
}

/// The tab.
#[derive(Clone, Debug, Serialize)]
pub struct History {
    /// What stands around it.
    #[serde(flatten)]
    pub shell: Shell,
    kinds: Vec<KindLink>,
    events: Vec<Entry>,
    /// Whether the page of what the register should show is open to the reader.
    may_look: bool,
    previous: Option<String>,
    next: Option<String>,
}

const KINDS: [(&str, &str); 5] =
    [("", "すべて"), ("events", "できごと"), ("reads", "閲覧"), ("letters", "通知"), ("sync", "連携")];

/// A page of the history of a case, the newest first.
///
/// # Errors
/// [`Error::NotFound`].
pub fn history(
    house: &House,
    caller: &Caller,
    case: &str,
    kind: &str,
    page: usize,
) -> Result<History, Error> {
    house.read(caller, case, "history", |conn, opened| {
        let shell = shell(house, conn, opened, Tab::History)?;
        let registered = !opened.program.definition.connectors.is_empty();
        let mut all = entries(house, conn, opened, kind)?;
        all.sort_by_key(|entry| std::cmp::Reverse(entry.at));
        let address = |page: usize| format!("/staff/cases/{case}/history?kind={kind}&page={page}");
        let more = all.len() > (page + 1) * PAGE;
        let logged = may(opened, CommandName::ReadLog);
        let kinds = KINDS.iter().filter(|(code, _)| *code != "reads" || logged);
        let link = |(code, label): &(&str, &'static str)| KindLink {
            href: format!("/staff/cases/{case}/history?kind={code}"),
            label,
            count: None,
            current: *code == kind,
        };
        Ok(History {
            shell,
            kinds: kinds.map(link).collect(),
            events: all.into_iter().skip(page * PAGE).take(PAGE).collect(),
            may_look: registered && opened.granted.sees(DataClass::Decision),
            previous: page.checked_sub(1).map(address),
            next: more.then(|| address(page + 1)),
        })
    })
}

fn entries(house: &House, conn: &mut Conn, opened: &Opened, kind: &str) -> Result<Vec<Entry>, Error> {
    let wants = |code: &str| kind.is_empty() || kind == code;
    let mut found = Vec::new();
    if wants("events") {
        found.extend(happened(house, conn, opened)?);
    }
    if wants("reads") && may(opened, CommandName::ReadLog) {
        found.extend(recorded(house, conn, opened)?);
    }
    if wants("letters") {
        found.extend(sent(conn, opened)?);
    }
    if wants("sync") {
        found.extend(registered(house, conn, opened)?);
    }
    Ok(found)
}

fn happened(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<Entry>, Error> {
    let mut names = Names::default();
    let mut found = Vec::new();
    for (event, stamp) in cases::events_after(conn, &opened.stored, -1)? {
        let (what, detail) = events::words(&opened.program, &event);
        found.push(Entry { at: stamp.at, who: who(house, conn, &mut names, &stamp)?, what, detail });
    }
    Ok(found)
}

/// Who read, and what was refused.
fn recorded(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<Entry>, Error> {
    let mut names = Names::default();
    let rows = audit::newest(conn, &opened.stored.case.id, None, RECORDED)?;
    let mut found = Vec::new();
    for row in rows.iter().filter(|row| row.action == "read" || row.outcome != "done") {
        let what = words::command(&row.action);
        let refused = if row.outcome == "done" { "" } else { "（断られました）" };
        found.push(Entry {
            at: row.at.and_utc(),
            who: names.of(house, conn, &row.actor)?,
            what: format!("{what}{refused}"),
            detail: purpose(&row.detail),
        });
    }
    Ok(found)
}

fn purpose(detail: &str) -> Option<String> {
    let detail: Value = serde_json::from_str(detail).ok()?;
    let words = match detail.get("purpose")?.as_str()? {
        "dossier" => "申請の内容",
        "documents" | "document" => "書類",
        "certificate" => "診断書",
        "offline" => "端末への持ち出し",
        "income" => "世帯・所得",
        "judgement" => "判定",
        "notes" => "メモ",
        "messages" => "やりとり",
        "history" => "履歴",
        "register" => "連携先の内容",
        "letter" | "letter_preview" => "通知文",
        "approval" => "決裁",
        "draft" => "起案",
        "print" => "印刷",
        "holders" => "受給者台帳",
        "own" => "申請の代行",
        "client" => "代行する事業所の閲覧",
        "papers" => "代行する事業所による書類の閲覧",
        other => other,
    };
    Some(words.to_owned())
}

fn sent(conn: &mut Conn, opened: &Opened) -> Result<Vec<Entry>, Error> {
    let rows = letters::of_case(conn, &opened.stored)?;
    let label = |id: &Option<String>| {
        let kind = rows.iter().find(|row| Some(&row.id) == id.as_ref()).map(|row| row.kind.as_str())?;
        let rule = opened.program.definition.letters.iter().find(|rule| rule.code == kind)?;
        Some(words::text(&opened.program, &rule.label))
    };
    let lines = letters::deliveries_of(conn, &opened.stored.case.id)?;
    let entry = |(_, _, letter, channel, state, attempts, problem, at): letters::DeliveryLine| Entry {
        at: at.and_utc(),
        who: "システム".to_owned(),
        what: format!("{}　{}", label(&letter).unwrap_or_default(), words::delivery(&channel, &state)),
        detail: (!problem.is_empty()).then(|| format!("{attempts}回試しました：{problem}")),
    };
    Ok(lines.into_iter().map(entry).collect())
}

fn registered(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<Entry>, Error> {
    let rows = hub_lines::lines(conn, "", "", &opened.stored.case.id, "", 100)?;
    let entry = |(_, connector, _, _, key, _, _, state, _, problem, at): RowLine| Entry {
        at: at.and_utc(),
        who: "システム".to_owned(),
        what: format!("{}：{}", title(house, &connector), words::sync(&state)),
        detail: Some([key, problem].join("　").trim().to_owned()),
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// Walks the whole chain of the record; whether it is unbroken.
///
/// # Errors
/// [`Error::NotFound`] for somebody who must not read the case.
pub fn verify(house: &House, caller: &Caller, case: &str) -> Result<bool, Error> {
    house.read(caller, case, "history", |_, _| Ok(()))?;
    house.database.read(|conn| Ok(audit::verify(conn, &house.keys)?.is_ok()))
}
