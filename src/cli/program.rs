//! `madoguchi program check`: every fault of every program folder, with file, line and what to do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::app::{law_folders, program_folders};
use crate::config::Config;
use crate::domain::problem::Problem;
use crate::domain::program::cases::WorkedCase;
use crate::domain::program::run::{RuleInputs, run as work};
use crate::domain::program::{DEFINITION, Files, Program, is_offered, load, load_law};
use crate::domain::tables::{MANIFEST, Tables};
use crate::programs::{Inputs, Paid, Stretch, rules};

/// What can be done with program folders.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Print every fault of every program folder, with file, line and what to do.
    Check {
        /// A program folder, or a folder of program folders; without it those of the settings.
        dir: Option<PathBuf>,
    },
    /// Work decided cases again under a changed program folder, and print what would be otherwise.
    Simulate(super::simulate::Options),
}

/// What was found in one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What keeps the program from being used.
    pub problems: Vec<Problem>,
    /// What should be looked at.
    pub warnings: Vec<Problem>,
    /// How many worked cases were run.
    pub cases: usize,
    /// Whether the folder holds law only, so that nobody can apply under it.
    pub only_law: bool,
}

/// Checks the program folders below `dir`, that folder itself, or those of the settings; `false` when
/// one of them cannot be used.
///
/// # Errors
/// When there is no program folder.
pub fn check(config: &Config, dir: Option<&Path>) -> anyhow::Result<bool> {
    let found = examine_all(&folders(config, dir)?);
    for (folder, findings) in &found {
        for problem in &findings.problems {
            println!("{folder}/{problem}");
        }
        for warning in &findings.warnings {
            println!("warning: {folder}/{warning}");
        }
        let (problems, warnings) = (findings.problems.len(), findings.warnings.len());
        let holds = if findings.only_law {
            "law only".to_owned()
        } else {
            format!("{} worked cases", findings.cases)
        };
        println!("{folder}: {problems} problems, {warnings} warnings, {holds}");
    }
    Ok(found.values().all(|findings| findings.problems.is_empty()))
}

/// Loads the program of one folder.
///
/// # Errors
/// When there is none, or with its faults.
pub fn read(folder: &Path) -> anyhow::Result<Program> {
    let place = folder.canonicalize()?;
    let (parent, name) = (place.parent().context("it has no parent")?, place.file_name().context("no name")?);
    let mut found = program_folders(&parent.to_string_lossy())?;
    let files = found.remove(&*name.to_string_lossy()).context("there is no program.toml in it")?;
    load(&files).map_err(|problems| {
        anyhow::anyhow!(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

fn folders(config: &Config, dir: Option<&Path>) -> anyhow::Result<BTreeMap<String, Files>> {
    let asked = dir.map_or_else(|| PathBuf::from(config.text("programs_dir")), Path::to_path_buf);
    let single = [DEFINITION, MANIFEST].iter().any(|name| asked.join(name).is_file());
    let place = if single {
        asked.canonicalize()?.parent().map(Path::to_path_buf).unwrap_or_default()
    } else {
        asked.clone()
    };
    let mut folders = law_folders(&place.to_string_lossy())?;
    if single {
        let name = asked.canonicalize()?.file_name().map(|it| it.to_string_lossy().into_owned());
        folders.retain(|folder, _| Some(folder) == name.as_ref());
    }
    if folders.is_empty() {
        bail!("no folder below {} holds a {DEFINITION} or {MANIFEST}", asked.display());
    }
    Ok(folders)
}

/// Loads every folder, looks at its tables with the eyes of its rules, and works its cases.
pub fn examine_all(folders: &BTreeMap<String, Files>) -> BTreeMap<String, Findings> {
    let examined = |name: &String, files: &Files| {
        if is_offered(files) { examine(files) } else { examine_law(name, files) }
    };
    folders.iter().map(|(folder, files)| (folder.clone(), examined(folder, files))).collect()
}

fn examine(files: &Files) -> Findings {
    match load(files) {
        Err(problems) => Findings { problems, ..Findings::default() },
        Ok(program) => {
            let cases = program.cases.iter().flat_map(|(name, case)| worked(name, case, &program));
            let tables = faults(&program.definition.id, &program.tables).into_iter();
            Findings {
                problems: tables.chain(cases).collect(),
                warnings: program.warnings.clone(),
                cases: program.cases.len(),
                only_law: false,
            }
        }
    }
}

/// What the earlier decision of a worked case granted, with an empty ledger.
fn granted(program: &Program, before: &BTreeMap<String, Value>) -> Paid {
    let shape = &program.definition.decision;
    let day = |key: &str| before.get(key).and_then(Value::as_str).and_then(|day| day.parse().ok());
    let stretch = day(&shape.starts).zip(day(&shape.ends));
    let stretch = stretch.map(|(from, to)| Stretch { from, to, fields: before.clone() });
    let rounding = program.definition.ledger.as_ref().map(|ledger| ledger.rounding).unwrap_or_default();
    Paid { stretches: stretch.into_iter().collect(), lines: Vec::new(), rounding }
}

fn examine_law(name: &str, files: &Files) -> Findings {
    let (problems, warnings) = match load_law(files) {
        Err(problems) => (problems, Vec::new()),
        Ok(law) => (faults(name, &law.tables), law.warnings),
    };
    Findings { problems, warnings, cases: 0, only_law: true }
}

/// What the rules of a program find wrong with its tables.
fn faults(program: &str, tables: &Tables) -> Vec<Problem> {
    rules(program).map(|law| (law.check_tables)(tables)).unwrap_or_default()
}

/// Works a case; with the program's rules of law where it has some.
fn worked(name: &str, case: &WorkedCase, program: &Program) -> Vec<Problem> {
    let Some(law) = rules(&program.definition.id) else { return work(name, case, program, None) };
    let propose = |it: &RuleInputs<'_>| {
        let inputs = Inputs {
            kind: it.kind,
            received_on: it.received_on,
            application: it.application,
            certificate: it.certificate,
            office: it.office,
            further: it.further,
            before: it.before,
            paid: &granted(program, it.before),
            settings: it.settings,
        };
        (law.propose)(&inputs, &program.tables, it.today)
    };
    work(name, case, program, Some(&propose))
}
