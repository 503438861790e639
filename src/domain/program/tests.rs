//! The shipped programs, and what happens when somebody breaks one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use super::check::{Parts, check};
use super::definition::Definition;
use super::run::run;
use super::source::{self, Lines};
use super::{Files, Program, load};
use crate::domain::problem::Problem;

/// The repository's root, from which tests run.
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn read(folder: &Path, prefix: &str, files: &mut Files) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            read(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
}

fn shipped() -> BTreeMap<String, Files> {
    let folders = std::fs::read_dir(Path::new(ROOT).join("forms")).unwrap().map(Result::unwrap);
    let programs = folders.filter(|entry| entry.path().join("program.toml").exists());
    let read_one = |entry: std::fs::DirEntry| {
        let mut files = Files::new();
        read(&entry.path(), "", &mut files);
        (entry.file_name().to_str().unwrap().to_owned(), files)
    };
    programs.map(read_one).collect()
}

/// The shipped program that uses the most of what a definition can say: it shares caps and keeps a ledger.
fn any() -> Files {
    let says = |files: &Files, what: &[u8]| files["program.toml"].windows(what.len()).any(|it| it == what);
    shipped()
        .into_values()
        .find(|files| says(files, b"\n[partners]\n") && says(files, b"\n[ledger]\n"))
        .unwrap()
}

/// One shipped program, loaded once because reading its forms takes a while.
static SOUND: LazyLock<Program> = LazyLock::new(|| load(&any()).unwrap());

/// The problems after replacing text in `program.toml`; the other files stay as they are.
fn misdefined(from: &str, to: &str) -> Vec<Problem> {
    let text = std::str::from_utf8(&SOUND.files["program.toml"]).unwrap();
    assert!(text.contains(from), "no {from}");
    recheck(&text.replacen(from, to, 1))
}

fn recheck(text: &str) -> Vec<Problem> {
    let definition = match source::read::<Definition>("program.toml", text) {
        Ok(definition) => definition,
        Err(problem) => return vec![problem],
    };
    let parts = Parts {
        definition: &definition,
        forms: &SOUND.forms,
        profiles: &SOUND.profiles,
        letters: &SOUND.letters,
        enquiries: &SOUND.enquiries,
        phrases: &SOUND.phrases,
        texts: &SOUND.texts,
        lines: &Lines::of("program.toml", text),
    };
    check(&parts)
}

/// Loads a shipped program after replacing text in one file.
fn broken(file: &str, from: &str, to: &str) -> Vec<Problem> {
    let mut files = any();
    let text = String::from_utf8(files[file].clone()).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    files.insert(file.to_owned(), text.replacen(from, to, 1).into_bytes());
    load(&files).map(|_: Program| ()).unwrap_err()
}

fn says(problems: &[Problem], words: &str) -> bool {
    problems.iter().any(|problem| problem.message.contains(words))
}

#[test]
fn every_shipped_program_is_sound() {
    for (name, files) in shipped() {
        let problems = load(&files).map(|_| ()).err().unwrap_or_default();
        let told: Vec<String> = problems.iter().map(Problem::to_string).collect();
        assert!(problems.is_empty(), "{name}:\n{}", told.join("\n"));
    }
}

#[test]
fn the_shipped_simple_texts_are_easy() {
    let told: Vec<String> = SOUND.warnings.iter().map(Problem::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn a_stored_folder_loads_again_under_the_same_hash() {
    assert_eq!(load(&SOUND.files).unwrap().hash, SOUND.hash);
}

#[test]
fn every_byte_and_every_name_counts_for_the_hash() {
    let files = Files::from([("a".to_owned(), b"bc".to_vec())]);
    let moved = Files::from([("ab".to_owned(), b"c".to_vec())]);
    let split = Files::from([("a".to_owned(), b"b".to_vec()), ("c".to_owned(), vec![])]);
    assert_ne!(super::load::hash(&files), super::load::hash(&moved));
    assert_ne!(super::load::hash(&files), super::load::hash(&split));
}

#[test]
fn a_syntax_error_names_file_and_line() {
    let problems = broken("program.toml", "id = \"", "id = = \"");
    assert!(problems.iter().any(|it| it.file == "program.toml" && it.line.is_some()), "{problems:?}");
}

#[test]
fn a_fault_in_one_file_does_not_hide_another() {
    let mut files = any();
    files.insert("program.toml".to_owned(), b"id = =".to_vec());
    files.insert("texts/en.toml".to_owned(), b"x = =".to_vec());
    let problems = load(&files).unwrap_err();
    assert!(problems.iter().any(|it| it.file == "program.toml"));
    assert!(problems.iter().any(|it| it.file == "texts/en.toml"));
}

#[test]
fn a_file_that_nothing_reads_is_told() {
    let mut files = any();
    files.insert("notes.txt".to_owned(), vec![]);
    assert!(says(&load(&files).unwrap_err(), "nothing reads"));
}

#[test]
fn a_program_cannot_add_states_or_switch_a_protection_off() {
    for added in ["states = [\"printed\"]", "four_eyes = false", "audit = false"] {
        let problems = misdefined("id = \"", &format!("{added}\nid = \""));
        assert!(says(&problems, "unknown field"), "{added}: {problems:?}");
    }
}

#[test]
fn adverse_decisions_keep_reasons_appeal_and_four_eyes() {
    let refused = |from: &str, to: &str| {
        let text = std::str::from_utf8(&SOUND.files["program.toml"]).unwrap();
        let (before, after) = text.split_at(text.find("code = \"refused\"").unwrap());
        assert!(after.contains(from), "{from}");
        recheck(&format!("{before}{}", after.replacen(from, to, 1)))
    };
    assert!(says(&refused("adverse = true", "adverse = false"), "always adverse"));
    assert!(says(&refused("approvers = [\"approver\", \"manager\"]", "approvers = []"), "nobody approves"));
    assert!(says(&refused("appeal = \"appeal\"", ""), "without 教示"));
    assert!(says(&refused("reasons = [", "reasons = []\n# ["), "without reasons"));
}

#[test]
fn an_adverse_decision_needs_its_letter_with_appeal() {
    let problems = broken("letters/refusal-notice.toml", "adverse = true", "adverse = false");
    assert!(says(&problems, "no letter tells"), "{problems:?}");
    let problems = broken("letters/refusal-notice.toml", "{phrase.appeal}", "");
    assert!(says(&problems, "without 教示"), "{problems:?}");
}

#[test]
fn nobody_drafts_and_approves_and_only_the_deciding_body_decides() {
    let both = misdefined("\"approve_level\"", "\"approve_level\", \"draft_decision\"");
    assert!(says(&both, "both drafts and approves"));
    let outside = misdefined("\"register_paper\"", "\"register_paper\", \"draft_decision\"");
    assert!(says(&outside, "outside the deciding body"));
    let together = misdefined("incompatible = [\"reviewer\", \"manager\"]", "");
    assert!(says(&together, "not incompatible"));
}

#[test]
fn whoever_prepares_does_no_more() {
    let commands = "[\"save_item\", \"prepare_item\", \"read\"]";
    for more in ["complete_item", "start_item", "pull_records"] {
        let problems = misdefined(commands, &format!("[\"{more}\", \"prepare_item\", \"read\"]"));
        assert!(says(&problems, &format!("may {more}")), "{problems:?}");
    }
    let own = misdefined("\"complete_item\", \"send_message\"", "\"prepare_item\", \"complete_item\"");
    assert!(says(&own, "needs no preparing"), "{own:?}");
}

#[test]
fn the_applicant_keeps_the_own_rights() {
    assert!(says(&misdefined("\"withdraw\", \"send_message\"", "\"send_message\""), "may not withdraw"));
    assert!(says(&misdefined(", \"read_log\",\n", ",\n"), "may not read_log"));
}

#[test]
fn names_that_lead_nowhere_are_told_with_their_line() {
    for (from, to) in [
        ("form = \"office\"", "form = \"nowhere\""),
        ("name = [\"patient.family-name\"", "name = [\"patient.nowhere\""),
        ("waive_reasons = [\"certificate_on_paper\"]", "waive_reasons = [\"nowhere\"]"),
        ("accepted_by = [\"reviewer\"]", "accepted_by = [\"nowhere\"]"),
        ("consent(platform_pull)", "consent(nowhere)"),
        ("answer(physician.way, paper)", "answer(physician.way, nowhere)"),
        ("now = \"stage.draft\"", "now = \"stage.nowhere\""),
        ("value = \"decision.disease_name\"", "value = \"decision.nowhere\""),
        ("steps = [\"review\"]", "steps = [\"nowhere\"]"),
        ("from = \"requested(medical_certificate)\"", "from = \"requested(nowhere)\""),
    ] {
        let problems = misdefined(from, to);
        let told = problems.iter().any(|it| it.line.is_some() && it.file == "program.toml");
        assert!(told, "{from}: {problems:?}");
    }
}

#[test]
fn a_form_with_rows_or_one_of_the_office_is_not_taken_along() {
    let office = misdefined("form = \"office\"", "form = \"office\"\noffline = true");
    assert!(says(&office, "may be taken along"), "{office:?}");
}

#[test]
fn the_office_is_not_paid_for_its_own_work() {
    let office = misdefined("form = \"office\"", "form = \"office\"\npaid = true");
    assert!(says(&office, "outside the office is paid"), "{office:?}");
}

#[test]
fn work_items_that_wait_for_each_other_are_told() {
    let when = "state(in_review) and with(deciding)";
    let open = format!("opens = \"{when}\"\nassignee = \"clerk\"");
    let problems = misdefined(&open, &open.replace(when, "done(identity_check)"));
    assert!(says(&problems, "waits, in the end, for itself"), "{problems:?}");
}

#[test]
fn a_state_without_a_stage_is_told() {
    let problems = misdefined("when = \"state(ended)\"", "when = \"state(draft)\"");
    assert!(says(&problems, "no stage fits the state `ended`"));
}

#[test]
fn periods_of_a_setting_follow_each_other() {
    let first = "values = [{ value = 14, valid_from = \"2015-01-01\"";
    let gap = "values = [{ value = 9, valid_from = \"2014-01-01\", valid_to = \"2014-06-30\", source = \"x\" }, \
               { value = 14, valid_from = \"2015-01-01\"";
    assert!(says(&misdefined(first, gap), "overlap or leave a gap"));
}

#[test]
fn a_refusal_reason_without_its_facts_is_told() {
    assert!(says(&broken("phrases/refusal.toml", "「{observed}」でした", "でした"), "exactly the slots"));
}

#[test]
fn a_worked_case_that_says_otherwise_is_told() {
    let (name, case) = SOUND.cases.first_key_value().unwrap();
    assert_eq!(run(name, case, &SOUND, None), []);
    let mut wrong = case.clone();
    wrong.expect.documents = Some(vec!["nothing".to_owned()]);
    let form = wrong.expect.forms.entry("application".to_owned()).or_default();
    form.disabled.push("filer.role".to_owned());
    form.errors.push("filer.role".to_owned());
    let problems = run(name, &wrong, &SOUND, None);
    assert!(says(&problems, "`nothing` does not come out"));
    assert!(says(&problems, "`filer.role` is asked"));
    assert!(says(&problems, "`filer.role` does not come out"));
}

#[test]
fn an_answer_that_nobody_asks_for_is_told() {
    let (name, case) = SOUND.cases.first_key_value().unwrap();
    let mut wrong = case.clone();
    let answers = wrong.answers.get_mut("application").unwrap();
    answers.insert("nobody.asks".to_owned(), toml::Value::from("x"));
    assert!(says(&run(name, &wrong, &SOUND, None), "not asked, or not understood"));
}

#[test]
fn an_office_that_applies_for_a_person_does_nothing_that_is_the_persons_own() {
    let text = |files: &Files| String::from_utf8(files["program.toml"].clone()).unwrap();
    let mut files = shipped().into_values().find(|files| text(files).contains("\n[mandate]\n")).unwrap();
    let sound = text(&files);
    let mut problems = |from: &str, to: &str| {
        assert!(sound.contains(from), "no {from}");
        files.insert("program.toml".to_owned(), sound.replacen(from, to, 1).into_bytes());
        load(&files).map(drop).unwrap_err()
    };
    let consents = problems("\"read\", \"read_client\"", "\"give_consent\", \"read_client\"");
    assert!(says(&consents, "may give_consent"), "{consents:?}");
    let unknown = problems("with = { granted = \"level\" }", "with = { granted = \"grade\" }");
    assert!(says(&unknown, "no decision field `grade`"), "{unknown:?}");
    let nobody = problems("reach = \"entrusted\"", "reach = \"own\"");
    assert!(says(&nobody, "belong together"), "{nobody:?}");
}
