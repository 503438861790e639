//! Our forms are FHIR: another engine reads every expression, and comes to the same results.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::NaiveDate;
use madoguchi::domain::forms::{Answers, Env, Form, Status, check, enabled_steps, populate, summary};
use madoguchi::domain::lang::Lang;
use madoguchi::domain::program::Program;
use madoguchi::domain::program::cases::WorkedCase;
use madoguchi::domain::program::run::type_in;
use serde_json::{Value, json};

use super::support::{on_path, skip_or_fail};
use super::{programs, root};

/// Days on which each worked case is looked at besides its own: on the first most of its people are
/// children, on the second not born, so that rules about ages and dates say both yes and no.
const OTHER_DAYS: [(i32, u32, u32); 2] = [(1975, 6, 1), (1930, 1, 1)];

#[test]
fn another_engine_agrees_on_every_form() {
    let Some(folder) = installed() else { return };
    let jobs: Vec<Value> = programs().iter().flat_map(|(folder, program)| jobs(folder, program)).collect();
    let (differences, counts) = ask(&folder, &jobs);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(counts.0 >= 40 && counts.1 >= 40, "only {counts:?} expressions were read and compared");
}

/// The folder with node's packages, installed where they are not; nothing where that cannot be done.
fn installed() -> Option<PathBuf> {
    let missing = ["node", "npm"].into_iter().find(|program| on_path(program).is_none());
    if let Some(program) = missing {
        skip_or_fail("node", &format!("there is no {program}: install Node.js 20 or newer with npm"));
        return None;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("node");
    std::fs::create_dir_all(&folder).unwrap();
    for file in ["package.json", "forms.mjs"] {
        std::fs::copy(root().join("tests/node").join(file), folder.join(file)).unwrap();
    }
    if !has_packages(&folder) && !install(&folder) {
        skip_or_fail("node", "npm could not install what tests/node/package.json names");
        return None;
    }
    Some(folder)
}

fn has_packages(folder: &Path) -> bool {
    let version = |path: PathBuf, pointer: &str| {
        let text = std::fs::read_to_string(path).ok()?;
        serde_json::from_str::<Value>(&text).ok()?.pointer(pointer)?.as_str().map(str::to_owned)
    };
    let wanted = version(folder.join("package.json"), "/dependencies/fhirpath");
    wanted.is_some() && version(folder.join("node_modules/fhirpath/package.json"), "/version") == wanted
}

fn install(folder: &Path) -> bool {
    let arguments =
        ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--fetch-retries=1"];
    let done = Command::new("npm").args(arguments).current_dir(folder).output();
    done.is_ok_and(|output| output.status.success()) && has_packages(folder)
}

/// What the script says: the differences, and how many expressions were read and compared.
fn ask(folder: &Path, jobs: &[Value]) -> (Vec<String>, (usize, usize)) {
    let mut child = Command::new("node")
        .arg("forms.mjs")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(json!(jobs).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the script failed");
    let mut lines: Vec<String> =
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    let last = lines.pop().unwrap();
    let mut numbers = last.split(|it: char| !it.is_ascii_digit()).filter_map(|it| it.parse().ok());
    (lines, (numbers.next().unwrap(), numbers.next().unwrap()))
}

fn jobs(folder: &str, program: &Program) -> Vec<Value> {
    let mut found = Vec::new();
    for (name, case) in &program.cases {
        for (form, typed) in &case.answers {
            let days =
                OTHER_DAYS.map(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).unwrap());
            for today in [case.today].into_iter().chain(days) {
                let worked = Worked { program, case, form: &program.forms[form], today };
                found.push(worked.job(&format!("{folder} {form} {name} {today}"), typed));
            }
        }
    }
    found
}

/// A worked case's answers to one form, looked at on one day.
struct Worked<'a> {
    program: &'a Program,
    case: &'a WorkedCase,
    form: &'a Form,
    today: NaiveDate,
}

impl Worked<'_> {
    fn job(&self, name: &str, typed: &BTreeMap<String, toml::Value>) -> Value {
        let context = records();
        // Choices come from tables, which hold on the case's own day.
        let catalogues = self.program.catalogues(self.case.today);
        let env = |today| Env { today, context: &context, catalogues: &catalogues, lang: Lang::Ja };
        let answers = type_in(self.form, typed, &[], &env(self.case.today));
        let env = env(self.today);
        let response = answers.to_response(self.form, Status::Completed, &env);
        let populated = populate(self.form, &env).to_response(self.form, Status::InProgress, &env);
        json!({
            "name": name,
            "today": self.today,
            "questionnaire": self.form.json(),
            "response": response,
            "context": context,
            "ours": {
                "asked": self.asked(&answers, &env),
                "broken": self.broken(&answers, &env),
                "calculated": values(&response),
                "populated": values(&populated),
            },
        })
    }

    fn asked(&self, answers: &Answers, env: &Env<'_>) -> BTreeSet<String> {
        let rows = summary(self.form, answers, env).into_iter().flat_map(|it| it.rows).map(|row| row.path);
        // A step whose rows are all optional has no row to show.
        let steps = enabled_steps(self.form, answers, env).into_iter().map(|step| step.link_id.clone());
        rows.chain(steps).collect()
    }

    fn broken(&self, answers: &Answers, env: &Env<'_>) -> BTreeSet<String> {
        let errors = check(self.form, answers, env).into_iter();
        errors
            .filter(|it| it.key == "form.constraint")
            .filter_map(|it| it.args.get("rule").cloned())
            .collect()
    }
}

/// The answers of a response by linkId: codes of codings, everything else as text.
fn values(response: &Value) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    collect(response, &mut found);
    found
}

fn collect(holder: &Value, found: &mut BTreeMap<String, Vec<String>>) {
    for item in holder["item"].as_array().into_iter().flatten() {
        let answers = item["answer"].as_array().into_iter().flatten();
        let link_id = item["linkId"].as_str().unwrap().to_owned();
        found.entry(link_id).or_default().extend(answers.filter_map(value));
        collect(item, found);
    }
}

fn value(answer: &Value) -> Option<String> {
    let (_, value) = answer.as_object()?.iter().find(|(name, _)| name.starts_with("value"))?;
    match value.get("code").unwrap_or(value) {
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Invented records around a case, by the names that forms use; numbers are written as ours are kept.
fn records() -> BTreeMap<String, Value> {
    let records = json!({
        "patient": {
            "resourceType": "Patient",
            "birthDate": "1965-05-03",
            "gender": "female",
            "name": [
                { "text": "架空　花子", "family": "架空", "given": ["花子"] },
                { "text": "カクウ　ハナコ", "family": "カクウ", "given": ["ハナコ"] },
            ],
            "address": [{ "text": "架空県城南市本町1-2-3", "postalCode": "9990001", "state": "架空県",
                "city": "城南市", "line": ["本町1-2-3"] }],
            "telecom": [
                { "system": "email", "value": "hanako@example.jp" },
                { "system": "phone", "value": "0990000001" },
            ],
        },
        "coverage": { "resourceType": "Coverage", "period": { "start": "2024-04-01" },
            "payor": [{ "display": "架空健康保険協会", "identifier": { "value": "01010016" } }] },
        "user": { "resourceType": "Practitioner", "name": [{ "text": "医師　一郎" }],
            "identifier": [{ "value": "0000001" }],
            "qualification": [{ "code": { "coding": [{ "code": "designated" }] }, "period": { "end": "2029-03-31" } }] },
        "organization": { "resourceType": "Organization", "name": "架空中央病院",
            "identifier": [{ "value": "9910000019" }], "address": [{ "text": "架空県城南市中央1-1" }],
            "telecom": [{ "system": "phone", "value": "0990000100" }] },
        "case": { "kind": "NEW", "procedure": "new", "diseaseNumber": "6" },
    });
    records.as_object().unwrap().clone().into_iter().collect()
}
