//! Result files: made from what a file says, written whole, and spoilt on demand.

use super::intake::{self, Manifest, Record};
use super::layout::{Column, columns};
use super::state::{State, key};
use super::{Base, Control, Fault};
use serde_json::{Value, json};
use std::io;
use std::path::Path;

/// The answer to a file. A file is taken as a whole or refused as a whole before any record is looked at.
///
/// # Errors
/// When the file cannot be read.
pub fn made(base: &Base, control: &Control, state: &mut State, stem: &str) -> io::Result<Value> {
    let insurer = &base.settings.insurer;
    let Some((manifest, bytes)) = intake::open(&base.folder, insurer, stem)? else {
        return Ok(json!({ "accepted": false, "errors": [{ "code": "KB-C1000", "message": "manifest" }] }));
    };
    let read = read(base, &manifest, &bytes);
    let refused = match &read {
        Err(code) => Some(*code),
        Ok(_) if control.strikes(&format!("/{stem}"), Fault::FailTask) => Some("KB-C9001"),
        Ok(_) => state.refuses(&manifest),
    };
    let (Ok((columns, records)), None) = (read, refused) else {
        return Ok(head(
            base,
            &manifest,
            json!({ "accepted": false, "count": 0,
            "errors": [{ "code": refused.unwrap_or_default(), "message": "ファイル全体を受け取れません" }] }),
        ));
    };
    let mut results = Vec::new();
    let spared = spared(control, stem, records.len());
    for (line, record) in (1..).zip(&records) {
        let taken = match line > spared {
            true => Err(vec![("KB-E9001", "")]),
            false => state.take(&manifest.kind, &columns, record, &base.settings.unknown_insured),
        };
        results.push(result(line, record, taken));
    }
    Ok(head(base, &manifest, json!({ "accepted": true, "count": results.len(), "records": results })))
}

/// How many records from the first on are not refused by a planned fault.
fn spared(control: &Control, stem: &str, count: usize) -> usize {
    match control.take(&format!("/{stem}"), |fault| fault == Fault::RejectRatio) {
        None => count,
        Some(planned) => count - (count as f64 * planned.ratio.unwrap_or(1.0)).round() as usize,
    }
}

type Read = (Vec<Column>, Vec<Record>);

fn read(base: &Base, manifest: &Manifest, bytes: &[u8]) -> Result<Read, &'static str> {
    if manifest.interface_version != base.settings.version {
        return Err("KB-C1001");
    }
    if manifest.insurer_no != base.settings.insurer {
        return Err("KB-C1005");
    }
    if manifest.digest != intake::sha256(bytes) {
        return Err("KB-C1002");
    }
    let columns = columns(&manifest.kind, &base.settings.version).ok_or("KB-C1006")?;
    let records = intake::records(&manifest.file, bytes, &columns).ok_or("KB-C1004")?;
    if records.len() != manifest.count {
        return Err("KB-C1003");
    }
    Ok((columns, records))
}

fn head(base: &Base, manifest: &Manifest, rest: Value) -> Value {
    let mut answer = json!({
        "interfaceVersion": base.settings.version, "kind": manifest.kind, "insurerNo": manifest.insurer_no,
        "file": manifest.file, "digest": manifest.digest,
    });
    if let (Some(answer), Value::Object(rest)) = (answer.as_object_mut(), rest) {
        answer.extend(rest);
    }
    answer
}

fn result(line: usize, record: &Record, taken: Result<&'static str, Vec<super::state::Fault>>) -> Value {
    let mut answer = json!({ "line": line, "result": taken.as_ref().copied().unwrap_or("REJECTED") });
    if let (Some(key), Some(number)) = (key(record), record.get("historyNo")) {
        answer["key"] = json!(key);
        answer["historyNo"] = json!(number.parse::<u64>().unwrap_or_default());
    }
    if let Err(faults) = taken {
        let fault = |(code, field): &super::state::Fault| match *field {
            "" => json!({ "code": code, "message": "" }),
            field => json!({ "code": code, "field": field, "message": "" }),
        };
        answer["errors"] = faults.iter().map(fault).collect();
    }
    answer
}

/// Writes an answer, or what a planned fault makes of it.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(base: &Base, control: &Control, stem: &str, answer: &Value) -> io::Result<()> {
    let strikes = |fault| control.strikes(&format!("/{stem}"), fault);
    let mut spoilt = answer.clone();
    if strikes(Fault::WrongVersion) {
        spoilt["interfaceVersion"] = json!(if base.settings.version == "1.0" { "2.0" } else { "1.0" });
    }
    if strikes(Fault::MissingResults)
        && let Some(records) = spoilt["records"].as_array_mut()
    {
        records.pop();
    }
    if strikes(Fault::ForeignResult) {
        put(&base.folder, &format!("{stem}9"), answer)?;
    }
    put(&base.folder, stem, &spoilt)?;
    if strikes(Fault::DamagedResult) {
        std::fs::write(base.folder.join("result").join(format!("{stem}.result.json")), "{")?;
    }
    Ok(())
}

/// Writes a result and then what stands beside it, without which it is not complete.
///
/// # Errors
/// When the folder cannot be written.
pub fn put(folder: &Path, stem: &str, answer: &Value) -> io::Result<()> {
    let bytes = serde_json::to_vec_pretty(answer)?;
    let file = format!("{stem}.result.json");
    let seal = json!({ "file": file, "digest": intake::sha256(&bytes) });
    whole(&folder.join("result"), &file, &bytes)?;
    whole(&folder.join("result"), &format!("{stem}.result.manifest.json"), &serde_json::to_vec_pretty(&seal)?)
}

fn whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let unfinished = folder.join(format!(".{name}.part"));
    std::fs::write(&unfinished, bytes)?;
    std::fs::rename(unfinished, folder.join(name))
}
