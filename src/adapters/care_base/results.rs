//! Result files, read so that nothing unclear passes for a success. Pure.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::files::{Line, digest};
use super::journal::Part;
use crate::ports::hub::{Defect, RowOutcome, RowResult};

/// Most characters of what the base says that are kept.
const LONGEST_MESSAGE: usize = 200;
/// Numbers of so many digits may be a person's and are hidden.
const LONG_NUMBER: usize = 7;

/// Stands beside a result and is written after it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Seal {
    digest: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResultFile {
    interface_version: String,
    kind: String,
    insurer_no: String,
    digest: String,
    accepted: bool,
    count: usize,
    #[serde(default)]
    errors: Vec<Fault>,
    #[serde(default)]
    records: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    line: usize,
    key: Option<String>,
    history_no: Option<i64>,
    result: String,
    #[serde(default)]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    code: String,
    field: Option<String>,
    #[serde(default)]
    message: String,
}

/// What became of each record of a file, by position of its entry.
pub(super) type Outcomes = Vec<(usize, RowOutcome)>;

/// Reads the result of a part.
///
/// # Errors
/// Why it must not be believed, in words for the operator.
pub(super) fn read(
    (version, insurer): (&str, &str),
    part: &Part,
    (bytes, seal): (&[u8], &[u8]),
) -> Result<Outcomes, String> {
    let name = format!("結果ファイル {}", part.name);
    let whole = serde_json::from_slice::<Seal>(seal).is_ok_and(|seal| seal.digest == digest(bytes));
    if !whole {
        return Err(format!(
            "{name} は壊れています（ダイジェストが合いません）。送りなおしてもらってください"
        ));
    }
    let file: ResultFile = serde_json::from_slice(bytes)
        .map_err(|_| format!("{name} を読み取れません。送りなおしてもらってください"))?;
    if file.interface_version != version {
        let theirs = plain(&file.interface_version);
        return Err(format!("{name} は仕様書{theirs}版です。{version}版の送信の結果としては取り込めません"));
    }
    if file.kind != part.kind || file.insurer_no != insurer || file.digest != part.digest {
        return Err(format!("{name} は別の送信の結果です。連携先に確かめてください"));
    }
    if !file.accepted {
        let said: Vec<String> =
            file.errors.iter().map(|it| format!("{} {}", plain(&it.code), plain(&it.message))).collect();
        let said = said.join("、");
        return Err(format!("{} を介護情報基盤が受け取りませんでした（{said}）", part.name));
    }
    let (sent, told) = (part.lines.len(), file.records.len());
    if told != sent || file.count != sent {
        return Err(format!("{name} の件数が合いません（送った{sent}件に対して{told}件）"));
    }
    if file.records.iter().any(|it| it.key.is_some() != part.keyed || it.history_no.is_some() != part.keyed) {
        return Err(format!("{name} のキーと履歴番号は{version}版の形ではありません"));
    }
    Ok(outcomes(part, &file.records))
}

fn outcomes(part: &Part, records: &[Record]) -> Outcomes {
    let each = records.iter().filter_map(|record| {
        let line = part.lines.get(record.line.checked_sub(1)?)?;
        let same = !part.keyed || is_about(record, line);
        Some((line.entry, if same { outcome(record) } else { RowOutcome::NotUnderstood }))
    });
    each.collect()
}

fn is_about(record: &Record, line: &Line) -> bool {
    record.key.as_ref() == Some(&line.history_key) && record.history_no == Some(line.history_number)
}

fn outcome(record: &Record) -> RowOutcome {
    match record.result.as_str() {
        "REGISTERED" => RowOutcome::Registered,
        "UPDATED" => RowOutcome::Updated,
        "UNCHANGED" => RowOutcome::Unchanged,
        "DELETED" => RowOutcome::Deleted,
        "REJECTED" => RowOutcome::Rejected(record.errors.iter().map(defect).collect()),
        _ => RowOutcome::NotUnderstood,
    }
}

fn defect(fault: &Fault) -> Defect {
    let field = fault.field.as_deref().map(plain);
    Defect { row: None, field, code: plain(&fault.code), message: plain(&fault.message) }
}

/// The rows of a batch from the outcomes of its files: taken only when every file took it.
pub(super) fn rows(parts: &[Part], outcomes: Vec<Outcomes>) -> Vec<RowResult> {
    let mut rows: BTreeMap<usize, (usize, RowOutcome)> = BTreeMap::new();
    for (entry, outcome) in outcomes.into_iter().flatten() {
        let (count, before) = rows.remove(&entry).unwrap_or((0, RowOutcome::Unchanged));
        rows.insert(entry, (count + 1, worse(before, outcome)));
    }
    let files = |entry: usize| parts.iter().flat_map(|it| &it.lines).filter(|it| it.entry == entry).count();
    let whole = rows.into_iter().filter(|(entry, (count, _))| *count == files(*entry));
    let keyed = whole.map(|(entry, (_, outcome))| RowResult {
        row: Some(entry),
        history_key: parts
            .iter()
            .flat_map(|it| &it.lines)
            .find(|it| it.entry == entry)
            .map(|it| it.history_key.clone()),
        outcome,
    });
    keyed.collect()
}

fn worse(before: RowOutcome, now: RowOutcome) -> RowOutcome {
    match (before, now) {
        (RowOutcome::Rejected(mut all), RowOutcome::Rejected(more)) => {
            all.extend(more);
            RowOutcome::Rejected(all)
        }
        (before, now) if rank(&before) > rank(&now) => before,
        (_, now) => now,
    }
}

fn rank(outcome: &RowOutcome) -> u8 {
    match outcome {
        RowOutcome::Unchanged => 0,
        RowOutcome::Updated => 1,
        RowOutcome::Registered => 2,
        RowOutcome::Deleted => 3,
        RowOutcome::Superseded => 4,
        RowOutcome::NotUnderstood => 5,
        RowOutcome::Rejected(_) => 6,
    }
}

/// The base's own words: bounded, on one line, with long numbers hidden.
pub(super) fn plain(text: &str) -> String {
    let line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_MESSAGE).collect();
    line.split_inclusive(|c: char| !c.is_numeric()).map(hide_long_number).collect()
}

fn hide_long_number(part: &str) -> String {
    let digits = part.chars().filter(|c| c.is_numeric()).count();
    if digits >= LONG_NUMBER { part.replace(char::is_numeric, "*") } else { part.to_owned() }
}
