//! The resources the platform holds, in memory.

use serde_json::Value;
use std::collections::BTreeMap;

/// How a resource names its patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// By the id of a Patient resource.
    Id(String),
    /// By an identifier: system and value.
    Identifier(String, String),
}

/// A resource and whom it is about. The resource itself is kept as it came.
pub struct Stored {
    /// The resource.
    pub resource: Value,
    /// Its patient; `None` for a Patient and where none could be made out.
    pub patient: Option<Link>,
}

/// Resources by type, then by id, so that answers have a stable order.
#[derive(Default)]
pub struct Store {
    by_type: BTreeMap<String, BTreeMap<String, Stored>>,
}

impl Store {
    /// Keeps a resource under its type and id. `true`: one of that id was there and is replaced.
    pub fn put(&mut self, kind: &str, id: &str, stored: Stored) -> bool {
        self.by_type.entry(kind.to_owned()).or_default().insert(id.to_owned(), stored).is_some()
    }

    /// One resource.
    #[must_use]
    pub fn get(&self, kind: &str, id: &str) -> Option<&Value> {
        self.by_type.get(kind)?.get(id).map(|s| &s.resource)
    }

    /// Every resource of a type with its id.
    pub fn all(&self, kind: &str) -> impl Iterator<Item = (&str, &Stored)> {
        self.by_type.get(kind).into_iter().flatten().map(|(id, stored)| (id.as_str(), stored))
    }

    /// Resources of a type about a patient, whether named by id or by one of the patient's identifiers.
    #[must_use]
    pub fn about(&self, kind: &str, patient: &str) -> Vec<(&str, &Value)> {
        let own = self.get("Patient", patient).map(identifiers).unwrap_or_default();
        self.all(kind)
            .filter(|(_, stored)| match &stored.patient {
                Some(Link::Id(id)) => id == patient,
                Some(Link::Identifier(system, value)) => {
                    own.iter().any(|(s, v)| (s, v) == (&system.as_str(), &value.as_str()))
                }
                None => false,
            })
            .map(|(id, stored)| (id, &stored.resource))
            .collect()
    }

    /// Number of resources by type.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<&str, usize> {
        self.by_type.iter().map(|(kind, all)| (kind.as_str(), all.len())).collect()
    }
}

/// System and value of each identifier of a resource.
#[must_use]
pub fn identifiers(resource: &Value) -> Vec<(&str, &str)> {
    let list = resource.get("identifier").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|i| Some((i.get("system").and_then(Value::as_str)?, i.get("value")?.as_str()?)))
        .collect()
}

/// How the resource names its patient: by reference, else by identifier.
#[must_use]
pub fn patient_link(resource: &Value) -> Option<Link> {
    let named = ["subject", "patient", "beneficiary"].iter().find_map(|key| resource.get(key))?;
    if let Some(reference) = named.get("reference").and_then(Value::as_str) {
        return Some(Link::Id(reference.rsplit(['/', ':']).next()?.to_owned()));
    }
    let identifier = named.get("identifier")?;
    Some(Link::Identifier(
        identifier.get("system")?.as_str()?.to_owned(),
        identifier.get("value")?.as_str()?.to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patient_is_named_in_four_ways() {
        for (reference, id) in
            [("Patient/a", "a"), ("https://h/fhir/Patient/b", "b"), ("urn:uuid:0f-1", "0f-1")]
        {
            let resource = json!({ "subject": { "reference": reference } });
            assert_eq!(patient_link(&resource), Some(Link::Id(id.to_owned())));
        }
        let resource = json!({ "patient": { "identifier": { "system": "s", "value": "v" } } });
        assert_eq!(patient_link(&resource), Some(Link::Identifier("s".into(), "v".into())));
        assert_eq!(patient_link(&json!({ "subject": { "display": "x" } })), None);
    }

    #[test]
    fn resources_are_found_by_id_and_by_identifier() {
        let mut store = Store::default();
        let patient = json!({ "identifier": [{ "system": "s", "value": "v" }] });
        store.put("Patient", "a", Stored { resource: patient, patient: None });
        for (id, link) in [
            ("1", Link::Id("a".into())),
            ("2", Link::Identifier("s".into(), "v".into())),
            ("3", Link::Identifier("s".into(), "w".into())),
        ] {
            store.put("Condition", id, Stored { resource: json!({}), patient: Some(link) });
        }
        let found: Vec<_> = store.about("Condition", "a").into_iter().map(|(id, _)| id).collect();
        assert_eq!(found, ["1", "2"]);
    }
}
