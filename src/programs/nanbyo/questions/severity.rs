//! Diagnosis and severity of a certificate: two outcomes, never one.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{day, known};
use crate::domain::calendar::EnteredDate;
use crate::domain::forms::{Answer, Answers, Coding};
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::nanbyo::certificate::{Assessment, assess};
use crate::programs::read::Slots;

/// The question.
pub const QUESTION: Question = Question {
    name: "severity",
    about: "whether diagnosis and severity of a certificate reach the criteria of the disease; advisory",
    example: r#"{"on":"2026-05-10","disease":6,"answers":{"diagnosis.category":"definite","parkinson.hoehn-yahr":"3","parkinson.life-disability":"1"}}"#,
    answer: Answering::Direct(answer),
};

/// Items of the certificate that are answered with yes or no.
pub const FLAGS: &str = "diagnosis.meets-diagnosis diagnosis.meets-severity \
    parkinson.tremor parkinson.rigidity parkinson.akinesia parkinson.postural parkinson.imaging parkinson.no-drug \
    colitis.bloody-stool colitis.endoscopy colitis.biopsy colitis.excluded colitis.fever colitis.tachycardia \
    colitis.anaemia colitis.inflammation colitis.strong-pain als.adult als.progressive als.excluded \
    sle.ana sle.fever sle.alopecia sle.oral-ulcer sle.discoid sle.acute-skin sle.joint sle.delirium sle.psychosis \
    sle.seizure sle.effusion sle.pericarditis sle.leukopenia sle.thrombocytopenia sle.haemolysis sle.proteinuria \
    sle.nephritis-2-5 sle.nephritis-3-4 sledai.seizure sledai.psychosis sledai.brain sledai.vision \
    sledai.cranial-nerve sledai.headache sledai.stroke sledai.vasculitis sledai.arthritis sledai.myositis \
    sledai.casts sledai.haematuria sledai.proteinuria sledai.pyuria sledai.rash sledai.alopecia \
    sledai.mucosal-ulcer sledai.pleurisy sledai.pericarditis sledai.low-complement sledai.dna sledai.fever \
    sledai.platelets sledai.leukocytes dcm.continuous sarcoidosis.heart crohn.longitudinal crohn.cobblestone \
    crohn.granuloma crohn.aphtha crohn.anal-lesion crohn.gastroduodenal crohn.indistinct ioibd.pain \
    ioibd.diarrhoea ioibd.anal ioibd.fistula ioibd.complication ioibd.mass ioibd.weight-loss ioibd.fever \
    ioibd.tenderness";

/// Items that are answered with a number.
pub const NUMBERS: &str = "colitis.stools colitis.temperature colitis.pulse colitis.haemoglobin colitis.esr \
    colitis.crp colitis.bloody-stools colitis.leukocytes als.upper als.lower sle.immunology dcm.lvef dcm.lvdd \
    dcm.admissions dcm.bnp dcm.nt-probnp sarcoidosis.organs ioibd.haemoglobin crohn.cdai other.mrs \
    other.nutrition other.respiration other.barthel other.vision";

/// Items that are answered with a code of the form.
pub const CODES: &str = "diagnosis.category parkinson.drug-response parkinson.hoehn-yahr \
    parkinson.life-disability colitis.blood colitis.stated als.gene als.grade dcm.family dcm.exclusion dcm.nyha \
    dcm.arrhythmia sarcoidosis.group sarcoidosis.treatment sarcoidosis.disability other.scale other.nyha";

/// The item in which a renewal says that an earlier certification counts.
const COURSE: &str = "diagnosis.course";
const KINDS: [(&str, CaseKind); 2] = [("new", CaseKind::of("new")), ("renewal", CaseKind::of("renewal"))];

fn answer(value: &Value, tables: &Tables, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(value, &["on", "disease", "kind", "written_on", "answers"])?;
    let on = day(&fields, "on", on)?;
    let disease = fields.need("disease", |fields, key| fields.integer(key, 1..=9_999))?;
    let row = tables.row("diseases", &disease.to_string(), on);
    let name = known(&fields, "disease", "the number of a disease listed on the day", row)?.text("name")?;
    let mut answers = read(&fields)?;
    answers.set("disease.number", choice(&disease.to_string()));
    if let Some(day) = written_on(&fields)? {
        answers.set("physician.written-on", day);
    }
    let slots = Slots::new("certificate", Some(&answers));
    let kind = fields.choice("kind", &KINDS)?.unwrap_or(CaseKind::of("new"));
    let Assessment { diagnosis, severity } = assess(slots, disease, &kind, tables, on)?;
    Ok(Worked {
        value: json!({ "name": name, "diagnosis_met": diagnosis.value, "severity_met": severity.value }),
        steps: diagnosis.steps.into_iter().chain(severity.steps).collect(),
        findings: diagnosis.findings.into_iter().chain(severity.findings).collect(),
    })
}

/// The day on which the certificate was written, as the form holds it.
fn written_on(fields: &Fields) -> Result<Option<Answer>, AskError> {
    let Some(day) = fields.day("written_on")? else { return Ok(None) };
    let entered = EnteredDate::parse(&day.format("%Y/%m/%d").to_string());
    entered.map(|entered| Some(Answer::Date(entered))).map_err(|_| fields.invalid("written_on", "a day"))
}

fn read(fields: &Fields) -> Result<Answers, AskError> {
    let keys: Vec<&str> =
        [FLAGS, NUMBERS, CODES, COURSE].into_iter().flat_map(str::split_whitespace).collect();
    let mut answers = Answers::new();
    let Some(given) = fields.object("answers", &keys)? else { return Ok(answers) };
    let mut set = |key: &str, answer: Option<Answer>| answer.into_iter().for_each(|it| answers.set(key, it));
    set(COURSE, given.text(COURSE)?.map(|course| Answer::Text(course.to_owned())));
    for key in FLAGS.split_whitespace() {
        set(key, given.flag(key)?.map(Answer::Boolean));
    }
    for key in NUMBERS.split_whitespace() {
        let number = given.decimal(key)?;
        set(key, number.map(|number| number.whole().map_or(Answer::Decimal(number), Answer::Integer)));
    }
    for key in CODES.split_whitespace() {
        set(key, given.text(key)?.map(choice));
    }
    Ok(answers)
}

fn choice(code: &str) -> Answer {
    Answer::Choice(Coding { system: None, code: code.to_owned(), display: code.to_owned() })
}
