//! From the bytes of a program folder to a checked [`Program`].

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::Program;
use super::cases::WorkedCase;
use super::check::{self, Parts};
use super::definition::Definition;
use super::enquiry::Enquiries;
use super::phrases::{APPEAL, Phrases, REFUSAL, RETURN, WAIVE};
use super::simple;
use super::source::{self, Lines};
use super::texts::{Catalogue, Source};
use crate::domain::document::{self, Profiles};
use crate::domain::forms::Form;
use crate::domain::lang::Lang;
use crate::domain::letter::LetterTemplate;
use crate::domain::problem::Problem;
use crate::domain::tables::{self, Tables};

/// The files of a program folder by relative path with `/`; whoever calls reads the disk.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What makes a folder a program: without it nobody can apply under the folder.
pub const DEFINITION: &str = "program.toml";
const ENQUIRIES: &str = "enquiries.toml";
/// Folder of the FHIR profiles of documents that others send.
const PROFILES: &str = "fhir/";

/// Loads and checks a program folder.
///
/// # Errors
/// Every fault that could be found: first those of single files, and when all are sound in
/// themselves, those of how they fit together.
pub fn load(files: &Files) -> Result<Program, Vec<Problem>> {
    let mut folder = Folder { texts: BTreeMap::new(), problems: Vec::new() };
    folder.decode(files);
    let definition = folder.toml::<Definition>(DEFINITION);
    let forms = folder.each("questionnaires/", ".json", Form::load);
    let letters = folder.each("letters/", ".toml", LetterTemplate::load);
    let cases = folder.each("cases/", ".toml", |text, file| {
        source::read::<WorkedCase>(file, text).map_err(|problem| vec![problem])
    });
    let tables = folder.tables();
    let enquiries = folder.enquiries();
    let phrases = folder.phrases();
    let profiles = folder.profiles();
    let catalogue = folder.catalogue();
    let Folder { texts, problems } = folder;
    let (Some(definition), Some(catalogue)) = (definition, catalogue) else { return Err(problems) };
    if !problems.is_empty() {
        return Err(problems);
    }
    let lines = Lines::of(DEFINITION, texts.get(DEFINITION).copied().unwrap_or_default());
    let parts = Parts {
        definition: &definition,
        forms: &forms,
        profiles: &profiles,
        letters: &letters,
        enquiries: &enquiries,
        phrases: &phrases,
        texts: &catalogue,
        lines: &lines,
    };
    let problems = check::check(&parts);
    if !problems.is_empty() {
        return Err(problems);
    }
    let warnings = simple::lint(&catalogue, &text_file(Lang::JaSimple));
    let hash = hash(files);
    Ok(Program {
        definition,
        forms,
        tables,
        letters,
        enquiries,
        phrases,
        texts: catalogue,
        cases,
        profiles,
        warnings,
        hash,
        files: files.clone(),
    })
}

/// What a folder holds for rules to read, and nothing that can be applied for.
#[derive(Clone, Debug)]
pub struct Law {
    /// Dated tables.
    pub tables: Tables,
    /// The sentences that rules name.
    pub texts: Catalogue,
    /// What `program check` tells without refusing the folder.
    pub warnings: Vec<Problem>,
}

/// Whether people can apply under a folder. One without `program.toml` holds law only.
pub fn is_offered(files: &Files) -> bool {
    files.contains_key(DEFINITION)
}

/// Whether a folder holds tables for rules to read, be it offered or not.
pub fn has_tables(files: &Files) -> bool {
    files.contains_key(tables::MANIFEST)
}

/// Loads a folder that holds law only.
///
/// # Errors
/// Every fault of its tables and texts, and every file that only an application would need.
pub fn load_law(files: &Files) -> Result<Law, Vec<Problem>> {
    let mut folder = Folder { texts: BTreeMap::new(), problems: Vec::new() };
    folder.decode(files);
    folder.only_law();
    let tables = folder.tables();
    let Some(texts) = folder.catalogue().filter(|_| folder.problems.is_empty()) else {
        return Err(folder.problems);
    };
    let warnings = simple::lint(&texts, &text_file(Lang::JaSimple));
    Ok(Law { tables, texts, warnings })
}

/// SHA-256 in small hexadecimal digits over the sorted paths and contents, each with its length
/// before it, so that no two folders share the hashed bytes.
pub fn hash(files: &Files) -> String {
    let mut digest = Sha256::new();
    for (path, content) in files {
        for part in [path.as_bytes(), content] {
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part);
        }
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text_file(lang: Lang) -> String {
    format!("texts/{}.toml", lang.code())
}

struct Folder<'a> {
    texts: BTreeMap<&'a str, &'a str>,
    problems: Vec<Problem>,
}

impl<'a> Folder<'a> {
    fn decode(&mut self, files: &'a Files) {
        for (path, bytes) in files {
            match source::utf8(path, bytes) {
                Ok(text) if belongs(path) => drop(self.texts.insert(path, text)),
                Ok(_) => self.problems.push(Problem::new(path, "", "nothing reads this file", "remove it")),
                Err(problem) => self.problems.push(problem),
            }
        }
    }

    fn only_law(&mut self) {
        let law = |path: &&&str| path.starts_with("tables/") || path.starts_with("texts/");
        let others = self.texts.keys().filter(|path| !law(path));
        let message = format!("without {DEFINITION} nothing reads this file");
        let fix = format!("add {DEFINITION}, or remove it");
        self.problems.extend(others.map(|path| Problem::new(path, "", message.as_str(), fix.as_str())));
    }

    fn toml<T: DeserializeOwned>(&mut self, file: &str) -> Option<T> {
        let Some(text) = self.texts.get(file) else {
            self.problems.push(Problem::new(file, "", "the file is missing", "add it"));
            return None;
        };
        source::read(file, text).map_err(|problem| self.problems.push(problem)).ok()
    }

    /// Reads every file of a subfolder, by stem.
    fn each<T>(
        &mut self,
        folder: &str,
        ending: &str,
        read: impl Fn(&str, &str) -> Result<T, Vec<Problem>>,
    ) -> BTreeMap<String, T> {
        let mut found = BTreeMap::new();
        for (file, text) in &self.texts {
            let stem = file.strip_prefix(folder).and_then(|name| name.strip_suffix(ending));
            match stem.map(|stem| (stem, read(text, file))) {
                Some((stem, Ok(value))) => drop(found.insert(stem.to_owned(), value)),
                Some((_, Err(problems))) => self.problems.extend(problems),
                None => {}
            }
        }
        found
    }

    fn tables(&mut self) -> Tables {
        let tables = self.texts.iter().filter(|(file, _)| file.starts_with("tables/"));
        let tables = tables.map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
        tables::load(&tables).unwrap_or_else(|problems| {
            self.problems.extend(problems);
            Tables::default()
        })
    }

    fn enquiries(&mut self) -> Enquiries {
        if !self.texts.contains_key(ENQUIRIES) {
            return Enquiries::default();
        }
        self.toml(ENQUIRIES).unwrap_or_default()
    }

    fn profiles(&mut self) -> Profiles {
        let ours = self.texts.iter().filter(|(file, _)| file.starts_with(PROFILES));
        document::load(&ours.map(|(file, text)| (*file, *text)).collect()).unwrap_or_else(|problems| {
            self.problems.extend(problems);
            Profiles::default()
        })
    }

    fn phrases(&mut self) -> Phrases {
        Phrases {
            returns: self.phrase_file(RETURN),
            waivers: self.phrase_file(WAIVE),
            refusals: self.phrase_file(REFUSAL),
            appeals: self.phrase_file(APPEAL),
        }
    }

    fn phrase_file<T: DeserializeOwned>(&mut self, file: &str) -> Vec<T> {
        if !self.texts.contains_key(file) {
            return Vec::new();
        }
        self.toml::<PhraseFile<T>>(file).map(|it| it.phrases).unwrap_or_default()
    }

    fn catalogue(&mut self) -> Option<Catalogue> {
        let names = Lang::ALL.map(|lang| (lang, text_file(lang)));
        let sources = names.each_ref().map(|(lang, file)| {
            let text = self.texts.get(file.as_str()).copied().unwrap_or_default();
            Source { lang: *lang, file, text }
        });
        Catalogue::load(&sources).map_err(|problems| self.problems.extend(problems)).ok()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhraseFile<T> {
    #[serde(rename = "phrase")]
    phrases: Vec<T>,
}

/// Whether a path is one that a program folder has.
fn belongs(path: &str) -> bool {
    let texts = Lang::ALL.into_iter().any(|lang| text_file(lang) == path);
    let phrases = [RETURN, WAIVE, REFUSAL, APPEAL].contains(&path);
    let ends = |folder: &str, ending: &str| path.starts_with(folder) && path.ends_with(ending);
    path == DEFINITION
        || path == ENQUIRIES
        || path == tables::MANIFEST
        || texts
        || phrases
        || ends("questionnaires/", ".json")
        || ends("letters/", ".toml")
        || ends("cases/", ".toml")
        || ends(PROFILES, ".json")
        || ends("tables/", ".csv")
}
