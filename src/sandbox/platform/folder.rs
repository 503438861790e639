//! Serving a folder of FHIR JSON as it is, dirt included.

use super::store::{Link, Store, Stored, patient_link};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// Reads every `.json` file of the folder: single resources, and Bundles whose entries are taken out. A
/// file that cannot be read as a resource is skipped with a line on standard output.
///
/// # Errors
/// When the folder cannot be listed.
pub fn fill(store: &mut Store, folder: &Path) -> io::Result<()> {
    let mut files: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    for path in files.iter().map(fs::DirEntry::path).filter(|p| p.extension().is_some_and(|e| e == "json")) {
        if let Err(why) = read_file(store, &path) {
            println!("sandbox: {} skipped: {why}", path.display());
        }
    }
    Ok(())
}

fn read_file(store: &mut Store, path: &Path) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|e| e.to_string())?;
    let resource: Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    match resource.get("resourceType").and_then(Value::as_str) {
        None => Err("no resourceType".to_owned()),
        Some("Bundle") => {
            unpack(store, &name, &resource);
            Ok(())
        }
        Some(_) => {
            keep(store, resource, &name, &BTreeMap::new());
            Ok(())
        }
    }
}

fn unpack(store: &mut Store, name: &str, bundle: &Value) {
    let entries: Vec<&Value> = bundle.get("entry").and_then(Value::as_array).into_iter().flatten().collect();
    let ids: BTreeMap<String, String> = entries.iter().filter_map(|entry| full_url_id(entry)).collect();
    for (number, entry) in entries.iter().enumerate() {
        let Some(resource) = entry.get("resource") else { continue };
        let fallback = full_url_id(entry).map_or_else(|| format!("{name}-{number}"), |(_, id)| id);
        keep(store, resource.clone(), &fallback, &ids);
    }
}

/// The last part of an entry's fullUrl and the id of its resource.
fn full_url_id(entry: &Value) -> Option<(String, String)> {
    let tail = entry.get("fullUrl")?.as_str()?.rsplit(['/', ':']).next()?.to_owned();
    let id = entry.get("resource")?.get("id").and_then(Value::as_str).unwrap_or(&tail).to_owned();
    Some((tail, id))
}

fn keep(store: &mut Store, resource: Value, fallback: &str, ids: &BTreeMap<String, String>) {
    let text = |key: &str| resource.get(key).and_then(Value::as_str).map(str::to_owned);
    let Some(kind) = text("resourceType") else { return };
    let id = text("id").unwrap_or_else(|| fallback.to_owned());
    let patient = match patient_link(&resource) {
        Some(Link::Id(tail)) => Some(Link::Id(ids.get(&tail).cloned().unwrap_or(tail))),
        other => other,
    };
    if store.put(&kind, &id, Stored { resource, patient }) {
        println!("sandbox: {kind}/{id} replaced by a later file");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn filled(files: &[(&str, String)]) -> Store {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let mut store = Store::default();
        fill(&mut store, folder.path()).unwrap();
        store
    }

    #[test]
    fn single_resources_are_kept_word_for_word() {
        let resource = json!({ "resourceType": "Condition", "id": "c", "x-new": [1, { "y": null }],
                               "subject": { "reference": "Patient/p" } });
        let store = filled(&[("c.json", resource.to_string())]);
        assert_eq!(store.get("Condition", "c"), Some(&resource));
        assert_eq!(store.about("Condition", "p").len(), 1);
    }

    #[test]
    fn bundles_are_unpacked_and_their_references_resolved() {
        let bundle = json!({ "resourceType": "Bundle", "type": "document", "entry": [
            { "fullUrl": "urn:uuid:77", "resource": { "resourceType": "Patient", "id": "p" } },
            { "fullUrl": "urn:uuid:78", "resource": { "resourceType": "Condition",
                "subject": { "reference": "urn:uuid:77" } } },
            { "resource": { "resourceType": "Condition", "subject": { "reference": "Patient/p" } } }
        ] });
        let store = filled(&[("b.json", bundle.to_string())]);
        let ids: Vec<_> = store.about("Condition", "p").into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["78", "b-2"]);
    }

    #[test]
    fn what_cannot_be_read_is_skipped() {
        let good = json!({ "resourceType": "Patient", "id": "p" }).to_string();
        let store = filled(&[
            ("a.json", "{ not json".to_owned()),
            ("b.json", "{\"a\": 1}".to_owned()),
            ("c.txt", good.clone()),
            ("d.json", good),
        ]);
        assert_eq!(store.counts().into_iter().collect::<Vec<_>>(), [("Patient", 1)]);
    }
}
