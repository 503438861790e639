//! A request opened by its physician: the patient, a page of the certificate, and the record beside it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::domain::case::work::WorkItem;
use crate::domain::forms::{
    Answer, Answers, Change, FieldError, Form, Item, Origin, Posted, StepStatus, StepView, changes, check,
    check_step, enabled_steps, read_step, step_statuses, step_view,
};
use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::domain::proposal::{Finding, Proposal, Severity, WorkingStep};
use crate::store::Conn;
use crate::store::answers::{self, DRAFT};

use super::evidence::{self, EvidenceView};
use super::inbox::returned;
use super::offers::{Offer, offers};
use super::offline::is_portable;
use super::prepare::{Preparation, preparation};
use super::sheet::{PATIENT, Sheet, digest_of, item_at_hand, step_of};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::clerk::names::Names;
use crate::usecases::clerk::words;
use crate::usecases::earlier::{self, Earlier, Since};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::{slots, standing};

/// Why a physician opens a case, as the record of access has it.
pub const PURPOSE: &str = "certificate";
/// Begins the slot path of a certificate's item.
const ROOT: &str = "certificate.";

/// The patient and the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The case.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// Name.
    pub patient: String,
    /// Kana.
    pub kana: String,
    /// ISO date of birth.
    pub birth: String,
    /// 性別 as the application shows it.
    pub sex: Option<String>,
    /// The program, and what is written for it.
    pub program: String,
    /// By when.
    pub due_on: NaiveDate,
}

/// A step in the list beside the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepLine {
    /// The step.
    pub step: String,
    /// Its title.
    pub title: String,
    /// How it stands.
    pub status: StepStatus,
}

/// What the rules compute from the certificate; information only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gate {
    /// What it is called.
    pub title: String,
    /// The results.
    pub text: String,
    /// How they came about.
    pub working: Vec<Working>,
}

/// One step of the working.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Working {
    /// What was done.
    pub label: String,
    /// From what, and what came out.
    pub value: String,
    /// Article and row of the table.
    pub source: Option<String>,
}

/// What stands against the certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// It stops the signing; otherwise it asks for a second look.
    pub blocks: bool,
    /// The sentence.
    pub text: String,
    /// The item, if it is about one.
    pub path: String,
    /// The step of the item.
    pub step: Option<String>,
}

/// A fault that stops the signing, with its step.
pub type Missing = (FieldError, Option<String>);

/// A page of the certificate.
#[derive(Clone, Debug)]
pub struct Request {
    /// The patient and the request.
    pub head: Head,
    /// Every step that is asked.
    pub steps: Vec<StepLine>,
    /// The step to fill in.
    pub step: StepView,
    /// What is to be mended in the step, once it was sent.
    pub errors: Vec<FieldError>,
    /// What is to be mended in any step that was sent.
    pub missing: Vec<Missing>,
    /// The pulled record.
    pub record: Option<EvidenceView>,
    /// What the record offers.
    pub offers: Vec<Offer>,
    /// What the rules compute.
    pub gate: Option<Gate>,
    /// What changed in this step since the patient's last certificate, where the caller signed that too.
    pub since: Option<Since>,
    /// What stands against it.
    pub remarks: Vec<Remark>,
    /// Whether it may be taken along to where there is no network.
    pub portable: bool,
    /// What the office asks, when it gave the certificate back.
    pub question: Option<String>,
    /// When the draft was saved.
    pub saved_at: Option<DateTime<Utc>>,
    /// Number of the newest signed version.
    pub signed: Option<i64>,
    /// Whether the office has taken the result, so that nothing can be changed any more.
    pub closed: bool,
    /// Digest of the answers of the step as they are stored.
    pub base: String,
    /// Whether the caller writes for the physician.
    pub assists: bool,
    /// Who prepared it, if somebody did.
    pub prepared: Option<Preparation>,
    /// What somebody else saved meanwhile, when the step was sent over it.
    pub overtaken: Option<Overtaken>,
}

/// A step that somebody saved while somebody else typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overtaken {
    /// Who saved it.
    pub name: String,
    /// When.
    pub at: Option<DateTime<Utc>>,
    /// What was typed, and what is stored instead.
    pub changes: Vec<Change>,
}

/// Opens the caller's certificate at a step; the first one when none is named.
///
/// # Errors
/// [`Error::NotFound`] when the case or the step is none of the caller's.
pub fn open(house: &House, caller: &Caller, case_id: &str, step: &str) -> Result<Request, Error> {
    house.read(caller, case_id, PURPOSE, |conn, opened| {
        let sheet = Sheet::of(house, conn, opened, caller)?;
        show(house, conn, opened, caller, &sheet, step)
    })
}

/// Opens a step with what was typed on it, beside what somebody else saved there meanwhile.
///
/// # Errors
/// As [`open`].
pub fn overtaken(
    house: &House,
    caller: &Caller,
    case_id: &str,
    step: &str,
    posted: &Posted,
) -> Result<Request, Error> {
    house.read(caller, case_id, PURPOSE, |conn, opened| {
        let mut sheet = Sheet::of(house, conn, opened, caller)?;
        let stored = sheet.answers.clone();
        let mut typed = stored.clone();
        read_step(sheet.form, step, posted, &mut typed, &sheet.env());
        sheet.answers = typed;
        let other = changes(sheet.form, &sheet.answers, &stored, &sheet.env());
        let saved = answers::find(conn, &opened.granted, &opened.stored, &sheet.name, DRAFT)?;
        let author = saved.as_ref().map_or("", |saved| saved.author.as_str());
        let name = Names::default().of(house, conn, author)?;
        let overtaken =
            Overtaken { name, at: saved.map(|saved| saved.at), changes: within(&sheet, step, other) };
        let base = digest_of(sheet.form, step, &stored)?;
        let shown = show(house, conn, opened, caller, &sheet, step)?;
        Ok(Request { base, overtaken: Some(overtaken), ..shown })
    })
}

fn show(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    caller: &Caller,
    sheet: &Sheet,
    step: &str,
) -> Result<Request, Error> {
    let saved_at = saved_at(conn, opened, &sheet.name)?;
    let prepared = preparation(conn, opened, sheet)?;
    let head = head(conn, opened, caller)?;
    let request = request(house, opened, sheet, head, step)?;
    let earlier = earlier::certificate(house, conn, caller, opened, (&sheet.name, &sheet.answers))?;
    let since = earlier.map(|earlier| in_step(sheet, &request.step.step, &earlier));
    Ok(Request { saved_at, since, prepared, ..request })
}

fn request(house: &House, opened: &Opened, sheet: &Sheet, head: Head, step: &str) -> Result<Request, Error> {
    let (form, env) = (sheet.form, sheet.env());
    let asked = enabled_steps(form, &sheet.answers, &env);
    let current = if step.is_empty() { asked.first() } else { asked.iter().find(|it| it.link_id == step) };
    let current = &current.ok_or(Error::NotFound)?.link_id;
    let visited = sheet.answers.visited(current);
    let errors = if visited { check_step(form, current, &sheet.answers, &env) } else { Vec::new() };
    let statuses = step_statuses(form, &sheet.answers, &env);
    let status = |id: &str| statuses.iter().find(|(step, _)| step == id).map(|(_, status)| *status);
    let line = |step: &&Item| StepLine {
        step: step.link_id.clone(),
        title: step.text.get(Lang::Ja).to_owned(),
        status: status(&step.link_id).unwrap_or(StepStatus::NotStarted),
    };
    Ok(Request {
        head,
        steps: asked.iter().map(line).collect(),
        step: step_view(form, current, &sheet.answers, &errors, &env),
        errors,
        missing: in_sent_steps(sheet),
        record: sheet.record.as_ref().map(evidence::shown),
        offers: offers(sheet, &opened.program.definition.evidence),
        gate: gate(house, opened, sheet),
        remarks: remarks(house, opened, sheet, &sheet.final_answers()),
        portable: is_portable(opened, sheet),
        question: sheet.item.reason.clone().filter(|_| returned(sheet.item)),
        since: None,
        saved_at: None,
        signed: opened.stored.case.revision(&sheet.name).map(|revision| revision.number),
        closed: sheet.item.state.is_done(),
        base: digest_of(form, current, &sheet.answers)?,
        assists: sheet.assisted,
        prepared: None,
        overtaken: None,
    })
}

/// What changed in the questions of a step.
fn in_step(sheet: &Sheet, step: &str, earlier: &Earlier) -> Since {
    let mut since = earlier.since(sheet.form, &sheet.answers, &sheet.env());
    since.changes = within(sheet, step, since.changes);
    since
}

fn within(sheet: &Sheet, step: &str, mut changes: Vec<Change>) -> Vec<Change> {
    changes.retain(|change| step_of(sheet.form, &change.path).is_some_and(|it| it.link_id == step));
    changes
}

fn saved_at(conn: &mut Conn, opened: &Opened, form: &str) -> Result<Option<DateTime<Utc>>, Error> {
    let found = answers::find(conn, &opened.granted, &opened.stored, form, DRAFT)?;
    Ok(found.map(|saved| saved.at))
}

/// Head of every page about the caller's request.
///
/// # Errors
/// [`Error::NotFound`] when no item of the case is theirs.
pub fn head(conn: &mut Conn, opened: &Opened, caller: &Caller) -> Result<Head, Error> {
    let (case, program) = (&opened.stored.case, &opened.program);
    let item = item_at_hand(conn, opened, &caller.actor)?;
    let application = standing::answers(conn, opened)?;
    let (patient, kana, birth) = slots::person(program, &application);
    Ok(Head {
        id: case.id.clone(),
        version: case.version,
        patient,
        kana,
        birth,
        sex: sex(program, &application),
        program: paper(program, item),
        due_on: item.due_on,
    })
}

/// The program and what is written for it.
pub fn paper(program: &Program, item: &WorkItem) -> String {
    let text = |key: &str| program.texts.text(Lang::Ja, key, &Default::default());
    let shape = program.definition.work_item(&item.kind);
    let label = shape.map(|shape| text(&shape.label)).unwrap_or_default();
    format!("{}　{label}", text(&program.definition.title))
}

fn sex(program: &Program, application: &Answers) -> Option<String> {
    let item = program.definition.subject.sex.as_ref()?;
    match application.get(item)? {
        Answer::Choice(coding) => Some(coding.display.clone()),
        _ => None,
    }
}

fn gate(house: &House, opened: &Opened, sheet: &Sheet) -> Option<Gate> {
    let program = &opened.program;
    let rules = house.programs.rules(&program.definition.id)?;
    let kind = &opened.stored.case.kind;
    let proposal: Proposal =
        (rules.assess_paper)(&sheet.paper(&sheet.answers, kind), &program.tables, house.today());
    let text = |key: &str| program.texts.text(Lang::Ja, key, &Default::default());
    let field = |key: &str| program.definition.decision.field(key).map(|field| text(&field.label));
    let label = |key: &str| field(key).unwrap_or_else(|| text(key));
    let found: Vec<_> = proposal.fields.iter().collect();
    let lines = found.iter().map(|(key, value)| format!("{}　{}", label(key), value.shown));
    let working = found.iter().flat_map(|(_, value)| &value.steps).map(|step| working(program, step));
    let title = words::gate(program, &sheet.name);
    let gate = Gate { title, text: lines.collect::<Vec<_>>().join("／"), working: working.collect() };
    (!gate.text.is_empty()).then_some(gate)
}

fn working(program: &Program, step: &WorkingStep) -> Working {
    let inputs: Vec<&str> = step.inputs.iter().map(|input| input.value.as_str()).collect();
    let row = step.table.as_ref().zip(step.row.as_ref()).map(|(table, row)| format!("表 {table} の {row}"));
    let source: Vec<String> = step.article.iter().cloned().chain(row).collect();
    Working {
        label: program.texts.text(Lang::Ja, &step.what, &Default::default()),
        value: format!("{} → {}", inputs.join("、"), step.result),
        source: (!source.is_empty()).then(|| source.join("　")),
    }
}

/// What is missing or wrong in the whole form, so that it cannot be signed.
pub fn missing(sheet: &Sheet, answers: &Answers) -> Vec<Missing> {
    let hard = check(sheet.form, answers, &sheet.env()).into_iter().filter(|error| !error.soft);
    hard.map(|error| {
        let step = step_of(sheet.form, &error.path).map(|step| step.link_id.clone());
        (error, step)
    })
    .collect()
}

/// A step that nobody has been at yet is not reproached with being empty.
fn in_sent_steps(sheet: &Sheet) -> Vec<Missing> {
    let sent = |(_, step): &Missing| step.as_ref().is_some_and(|step| sheet.answers.visited(step));
    missing(sheet, &sheet.answers).into_iter().filter(sent).collect()
}

/// What the program's rules hold against the answers.
pub fn remarks(house: &House, opened: &Opened, sheet: &Sheet, answers: &Answers) -> Vec<Remark> {
    let program = &opened.program;
    let differing = unlike_application(sheet.form, answers);
    let Some(rules) = house.programs.rules(&program.definition.id) else { return differing };
    let kind = &opened.stored.case.kind;
    let findings = (rules.review_paper)(&sheet.paper(answers, kind), &program.tables, house.today());
    let own = findings.iter().map(|finding| remark(program, sheet.form, finding));
    own.chain(differing).collect()
}

/// A finding of the rules as a sentence about an item of the form.
pub fn remark(program: &Program, form: &Form, finding: &Finding) -> Remark {
    let path = finding.field.as_deref().and_then(|path| path.strip_prefix(ROOT)).unwrap_or_default();
    Remark {
        blocks: finding.severity == Severity::Block,
        text: program.texts.text(Lang::Ja, &finding.key, &finding.args),
        step: step_of(form, path).map(|step| step.link_id.clone()),
        path: path.to_owned(),
    }
}

/// Particulars of the patient that are not those of the application.
pub fn unlike_application(form: &Form, answers: &Answers) -> Vec<Remark> {
    let changed = |path: &str| matches!(answers.origin(path), Some(Origin::Changed { source, .. }) if source == PATIENT);
    let remark = |(path, _): (&str, &Answer)| {
        let item = form.item(slots::link_id(path))?;
        Some(Remark {
            blocks: false,
            text: format!(
                "「{}」が申請書と違います。患者本人の診断書か確かめてください。",
                item.text.get(Lang::Ja)
            ),
            path: path.to_owned(),
            step: step_of(form, path).map(|step| step.link_id.clone()),
        })
    };
    answers.iter().filter(|(path, _)| changed(path)).filter_map(remark).collect()
}
