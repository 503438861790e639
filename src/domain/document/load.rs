//! From the files of a folder to checked profiles.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::element::{Element, Slicing, Type};
use super::{Profile, Profiles, check, claimed};
use crate::domain::problem::Problem;

/// Canonical address of the base of all FHIRPath types in a snapshot.
const SYSTEM: &str = "http://hl7.org/fhirpath/System.";

/// Parts of an element's definition that people read, or that say nothing more to this checker.
const FOR_READERS: [&str; 9] = [
    "id",
    "path",
    "sliceName",
    "short",
    "definition",
    "comment",
    "mustSupport",
    "isModifier",
    "isModifierReason",
];

#[derive(Deserialize)]
struct Definition {
    url: String,
    version: String,
    #[serde(rename = "type")]
    resource: String,
    snapshot: Snapshot,
}

#[derive(Deserialize)]
struct Snapshot {
    element: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
struct ValueSet {
    url: String,
    compose: Compose,
}

#[derive(Deserialize)]
struct Compose {
    include: Vec<Include>,
}

#[derive(Deserialize)]
struct Include {
    system: String,
    #[serde(default)]
    concept: Vec<Concept>,
}

#[derive(Deserialize)]
struct CodeSystem {
    url: String,
    #[serde(default)]
    concept: Vec<Concept>,
}

#[derive(Deserialize)]
struct Concept {
    code: String,
}

/// Reads the FHIR files of a folder by path: profiles, value sets, code systems, and examples (Bundles),
/// which must follow the profile they claim.
///
/// # Errors
/// Every fault that could be found.
pub fn load(files: &BTreeMap<&str, &str>) -> Result<Profiles, Vec<Problem>> {
    let mut folder = Folder::default();
    for (file, text) in files {
        folder.read(file, text);
    }
    let profiles = folder.finish();
    if folder.problems.is_empty() { Ok(profiles) } else { Err(folder.problems) }
}

#[derive(Default)]
struct Folder {
    profiles: BTreeMap<String, Profile>,
    sets: Vec<(String, ValueSet)>,
    systems: BTreeMap<String, Vec<Concept>>,
    examples: Vec<(String, Value)>,
    problems: Vec<Problem>,
}

impl Folder {
    fn refuse(&mut self, file: &str, path: &str, message: impl Into<String>, fix: &str) {
        self.problems.push(Problem::new(file, path, message, fix));
    }

    fn read(&mut self, file: &str, text: &str) {
        let json: Value = match serde_json::from_str(text) {
            Ok(json) => json,
            Err(error) => return self.refuse(file, "", error.to_string(), "write JSON"),
        };
        let read = match json.get("resourceType").and_then(Value::as_str) {
            Some("StructureDefinition") => serde_json::from_value(json).map(|it| self.definition(file, it)),
            Some("ValueSet") => serde_json::from_value(json).map(|it| self.sets.push((file.to_owned(), it))),
            Some("CodeSystem") => serde_json::from_value::<CodeSystem>(json).map(|it| {
                self.systems.insert(it.url, it.concept);
            }),
            Some("Bundle") => {
                self.examples.push((file.to_owned(), json));
                Ok(())
            }
            _ => return self.refuse(file, "", "nothing reads such a resource", "remove the file"),
        };
        if let Err(error) = read {
            self.refuse(file, "", error.to_string(), "write the resource as FHIR R4 does");
        }
    }

    fn definition(&mut self, file: &str, definition: Definition) {
        let mut root = Element::default();
        for raw in &definition.snapshot.element {
            let id = text(raw, "id").to_owned();
            for key in raw.keys().filter(|key| !is_read(key)) {
                self.refuse(file, &id, format!("the checker does not read {key}"), "say it another way");
            }
            if !put(&mut root, &id, raw) {
                self.refuse(file, &id, "the element above it is missing", "list it before this one");
            }
        }
        let (version, resource) = (definition.version, definition.resource);
        self.profiles.insert(definition.url, Profile { version, resource, root });
    }

    fn finish(&mut self) -> Profiles {
        let sets = std::mem::take(&mut self.sets);
        let value_sets = sets.into_iter().map(|(file, set)| (set.url.clone(), self.expand(&file, &set)));
        let value_sets: BTreeMap<_, _> = value_sets.collect();
        let profiles = Profiles { profiles: std::mem::take(&mut self.profiles), value_sets };
        for (url, profile) in &profiles.profiles {
            self.resolve(url, &profile.root, &profiles);
        }
        for (file, example) in std::mem::take(&mut self.examples) {
            self.example(&file, &example, &profiles);
        }
        profiles
    }

    fn expand(&mut self, file: &str, set: &ValueSet) -> BTreeSet<(String, String)> {
        let mut codes = BTreeSet::new();
        for include in &set.compose.include {
            let whole = self.systems.get(&include.system).map(Vec::as_slice).unwrap_or_default();
            let concepts = if include.concept.is_empty() { whole } else { &include.concept };
            codes.extend(concepts.iter().map(|it| (include.system.clone(), it.code.clone())));
        }
        if codes.is_empty() {
            self.refuse(file, "compose", "the value set has no code", "list its codes");
        }
        codes
    }

    /// What an element names must be in the folder.
    fn resolve(&mut self, url: &str, element: &Element, all: &Profiles) {
        let profiles = element.types.iter().flat_map(|kind| kind.profiles.iter().chain(&kind.targets));
        let profiles = profiles.filter(|it| !all.profiles.contains_key(*it));
        let sets = element.binding.iter().filter(|it| !all.value_sets.contains_key(*it));
        let missing: Vec<String> = profiles.chain(sets).cloned().collect();
        for name in missing {
            self.refuse(url, &element.name, format!("{name} is not in the folder"), "add its file");
        }
        element.children.iter().chain(&element.slices).for_each(|it| self.resolve(url, it, all));
    }

    fn example(&mut self, file: &str, example: &Value, all: &Profiles) {
        let known: Vec<&str> = claimed(example).into_iter().filter(|it| all.holds(it)).collect();
        if known.is_empty() {
            self.refuse(file, "meta.profile", "it follows no profile of the folder", "name one");
        }
        for issue in known
            .iter()
            .flat_map(|url| check::check(all, &all.profiles[url.split('|').next().unwrap_or(url)], example))
        {
            let words = format!("{} {:?}", issue.refusal.key, issue.refusal.args);
            self.refuse(file, issue.expression(), words, "let the example follow its profile");
        }
    }
}

fn is_read(key: &str) -> bool {
    let structure = ["slicing", "min", "max", "base", "type", "contentReference", "maxLength", "binding"];
    FOR_READERS.contains(&key)
        || structure.contains(&key)
        || key.starts_with("fixed")
        || key.starts_with("pattern")
}

/// Puts an element where its id says: `Bundle.entry:answers.resource`. The root itself is only a name.
fn put(root: &mut Element, id: &str, raw: &Map<String, Value>) -> bool {
    let mut parts: Vec<&str> = id.split('.').skip(1).collect();
    let Some(last) = parts.pop() else { return true };
    let Some(holder) = parts.into_iter().try_fold(root, |at, part| find(at, part)) else { return false };
    let element = element(last, raw);
    match last.split_once(':') {
        None => holder.children.push(element),
        Some((name, _)) => match find(holder, name) {
            Some(sliced) => sliced.slices.push(Element { list: sliced.list, ..element }),
            None => return false,
        },
    }
    true
}

fn find<'e>(holder: &'e mut Element, part: &str) -> Option<&'e mut Element> {
    let (name, slice) = part.split_once(':').map_or((part, None), |(name, slice)| (name, Some(slice)));
    let found = holder.children.iter_mut().find(|child| child.name == name.trim_end_matches("[x]"))?;
    match slice {
        None => Some(found),
        Some(slice) => found.slices.iter_mut().find(|it| it.slice.as_deref() == Some(slice)),
    }
}

fn element(last: &str, raw: &Map<String, Value>) -> Element {
    let (name, slice) =
        last.split_once(':').map_or((last, None), |(name, slice)| (name, Some(slice.to_owned())));
    let said =
        |prefix: &str| raw.iter().find(|(key, _)| key.starts_with(prefix)).map(|(_, value)| value.clone());
    let base = raw.get("base").and_then(|base| base.get("max")).and_then(Value::as_str);
    let strong = raw.get("binding").filter(|it| it.get("strength").is_some_and(|it| it == "required"));
    let shared = text(raw, "contentReference").split_once('.').map(|(_, path)| path.to_owned());
    Element {
        name: name.trim_end_matches("[x]").to_owned(),
        choice: name.ends_with("[x]"),
        slice,
        min: number(raw, "min").unwrap_or_default(),
        max: text(raw, "max").parse().ok(),
        list: base.unwrap_or(text(raw, "max")) != "1",
        types: objects(raw.get("type")).map(kind).collect(),
        fixed: said("fixed"),
        pattern: said("pattern"),
        binding: strong.and_then(|it| it.get("valueSet")?.as_str()).map(str::to_owned),
        same_as: shared,
        max_length: number(raw, "maxLength"),
        slicing: slicing(raw.get("slicing")),
        slices: Vec::new(),
        children: Vec::new(),
    }
}

fn kind(raw: &Map<String, Value>) -> Type {
    let code = text(raw, "code");
    let own = code.strip_prefix(SYSTEM).map(|name| name.to_ascii_lowercase());
    let list = |key: &str| {
        let found = raw.get(key).and_then(Value::as_array).into_iter().flatten();
        found.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    Type {
        code: own.unwrap_or_else(|| code.to_owned()),
        profiles: list("profile"),
        targets: list("targetProfile"),
    }
}

fn slicing(raw: Option<&Value>) -> Slicing {
    let discriminators = raw.and_then(|raw| raw.get("discriminator")).and_then(Value::as_array);
    let paths = discriminators.into_iter().flatten().filter_map(|it| it.get("path")?.as_str());
    let closed = raw.and_then(|raw| raw.get("rules")).is_some_and(|rules| rules == "closed");
    Slicing { paths: paths.map(str::to_owned).collect(), closed }
}

fn objects(list: Option<&Value>) -> impl Iterator<Item = &Map<String, Value>> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

fn text<'v>(raw: &'v Map<String, Value>, key: &str) -> &'v str {
    raw.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn number(raw: &Map<String, Value>, key: &str) -> Option<usize> {
    raw.get(key).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok())
}
