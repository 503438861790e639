//! A form that is filled in where there is no network: taken along on a device, and what was typed
//! there sent back.
//!
//! What comes back is weighed question by question against two things: what the answer was when it
//! was taken along, and what it is now. So it does no harm when a piece arrives twice, and what
//! somebody else answered meanwhile is never overwritten unasked.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::domain::forms::{
    Answers, Change, Dependence, Form, Item, Posted, StepView, changes, enabled_steps, read_step, step_view,
};
use crate::domain::program::Program;
use crate::programs::Prompt;

use super::request::{Head, Remark, head, remark};
use super::save::change;
use super::sheet::{Sheet, step_of};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// Why a case is opened, as the record of access has it.
const PURPOSE: &str = "offline";
/// Days after which a device forgets pages that were taken along: as many as the guideline of the
/// ministry gives a survey. What lies longer was forgotten.
const KEEP_DAYS: i64 = 7;
/// Days after which a device forgets even what was typed and never sent. Long enough for somebody
/// who fell ill to come back; after that the home is visited again.
const LAST_DAYS: i64 = 30;
/// Ends of the names of fields that belong to one question.
const PARTS: [&str; 9] = ["", ".era", ".year", ".month", ".day", ".shown", ".dispute", ".choice", ".place"];

/// What a device takes along.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The person and the request.
    pub head: Head,
    /// Title of the form.
    pub title: String,
    /// Until when the device keeps it.
    pub until: DateTime<Utc>,
    /// Until when it keeps what was typed and not sent.
    pub last: DateTime<Utc>,
    /// Every step, with every question.
    pub steps: Vec<TakenStep>,
    /// What the device asks to look at again, by the answers there.
    pub prompts: Vec<TakenPrompt>,
    /// The codes that were chosen when it was taken along, of every question of the prompts.
    pub given: BTreeMap<String, Vec<String>>,
}

/// A remark that the device makes by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TakenPrompt {
    /// The answers that raise it together.
    pub all: Vec<Raised>,
    /// The sentence.
    pub text: String,
    /// The question to look at.
    pub path: String,
    /// Its step.
    pub step: Option<String>,
}

/// An answer that raises a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Raised {
    /// The question.
    pub question: String,
    /// Its step.
    pub step: String,
    /// The code it must have.
    pub value: String,
}

/// A step on a device.
#[derive(Clone, Debug)]
pub struct TakenStep {
    /// Its page.
    pub view: StepView,
    /// Digest of each question's answer as it was.
    pub base: BTreeMap<String, String>,
    /// When which question is asked.
    pub when: Vec<Dependence>,
}

/// What was typed on a step of a device.
#[derive(Clone, Debug, Default)]
pub struct Piece {
    /// The step.
    pub step: String,
    /// The fields as the page would post them.
    pub fields: Posted,
    /// Digests of the answers as they were known to who typed.
    pub base: BTreeMap<String, String>,
    /// Questions whose answer in the house was chosen to stay.
    pub leave: BTreeSet<String>,
}

/// A question answered on the device and meanwhile otherwise in the house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clash {
    /// The question.
    pub path: String,
    /// Its label.
    pub label: String,
    /// The answer in the house as shown.
    pub office: String,
    /// The answer on the device as shown.
    pub device: String,
    /// Digest of the answer in the house.
    pub seen: String,
}

/// Whether the caller may take the form along: it is theirs to sign, and the program allows it.
pub fn is_portable(opened: &Opened, sheet: &Sheet) -> bool {
    let shape = opened.program.definition.work_item(&sheet.item.kind);
    !sheet.assisted && shape.is_some_and(|shape| shape.offline)
}

fn admit(opened: &Opened, sheet: &Sheet) -> Result<(), Error> {
    if !is_portable(opened, sheet) {
        return Err(Error::NotFound);
    }
    if sheet.item.state.is_done() { Err(Error::refused("work.closed")) } else { Ok(()) }
}

/// Hands the caller's form out, every page of it.
///
/// # Errors
/// [`Error::NotFound`] when none is theirs or it must stay in the house; `work.closed` once the
/// office has taken the result.
pub fn take(house: &House, caller: &Caller, case_id: &str) -> Result<Taken, Error> {
    let now = house.now();
    house.read(caller, case_id, PURPOSE, |conn, opened| {
        let sheet = Sheet::of(house, conn, opened, caller)?;
        admit(opened, &sheet)?;
        let prompts = prompts(house, opened, &sheet);
        Ok(Taken {
            given: given(&sheet, &prompts),
            prompts,
            head: head(conn, opened, caller)?,
            title: sheet.form.title(sheet.env().lang).to_owned(),
            until: now + TimeDelta::days(KEEP_DAYS),
            last: now + TimeDelta::days(LAST_DAYS),
            steps: steps(&sheet),
        })
    })
}

fn prompts(house: &House, opened: &Opened, sheet: &Sheet) -> Vec<TakenPrompt> {
    let program = &opened.program;
    let Some(rules) = house.programs.rules(&program.definition.id) else { return Vec::new() };
    let all = (rules.prompts)(&sheet.name, &program.tables, house.today());
    all.into_iter().map(|prompt| taken_prompt(program, sheet, prompt)).collect()
}

fn taken_prompt(program: &Program, sheet: &Sheet, prompt: Prompt) -> TakenPrompt {
    let Remark { text, path, step, .. } = remark(program, sheet.form, &prompt.finding);
    let raised = |(question, value): (String, String)| {
        let step = step_of(sheet.form, &question)?.link_id.clone();
        Some(Raised { question, step, value })
    };
    TakenPrompt { all: prompt.all.into_iter().filter_map(raised).collect(), text, path, step }
}

fn given(sheet: &Sheet, prompts: &[TakenPrompt]) -> BTreeMap<String, Vec<String>> {
    let codes = |path: &str| sheet.answers.codes(path).into_iter().map(str::to_owned).collect();
    let asked = prompts.iter().flat_map(|prompt| &prompt.all).map(|raised| raised.question.as_str());
    asked.map(|path| (path.to_owned(), codes(path))).collect()
}

fn steps(sheet: &Sheet) -> Vec<TakenStep> {
    let form = sheet.form.all_asked();
    let asked = enabled_steps(&form, &sheet.answers, &sheet.env());
    asked.iter().map(|step| taken(sheet, &form, step)).collect()
}

fn taken(sheet: &Sheet, all_asked: &Form, step: &Item) -> TakenStep {
    let base = questions(step).into_iter().map(|path| (path.to_owned(), sheet.answers.digest(path)));
    TakenStep {
        view: step_view(all_asked, &step.link_id, &sheet.answers, &[], &sheet.env()),
        base: base.collect(),
        when: sheet.form.dependences(&step.link_id),
    }
}

/// The questions of a step that a person answers.
fn questions(item: &Item) -> Vec<&str> {
    let own = item.is_open().then_some(item.link_id.as_str());
    own.into_iter().chain(item.items.iter().flat_map(questions)).collect()
}

/// Takes in what was typed on a step. While anything clashes nothing of it is stored, and the
/// clashes are told.
///
/// # Errors
/// As [`take`].
pub fn send(house: &House, caller: &Caller, case_id: &str, piece: &Piece) -> Result<Vec<Clash>, Error> {
    let mut clashes = Vec::new();
    let outcome = change(house, caller, case_id, |opened, sheet| {
        admit(opened, sheet)?;
        let step = sheet.form.steps().iter().find(|step| step.link_id == piece.step);
        let weighed = Weighed::new(sheet, step.ok_or(Error::NotFound)?, piece);
        clashes = weighed.clashes();
        if clashes.is_empty() { Ok(weighed.merged()) } else { Err(Error::Conflict(Vec::new())) }
    });
    match outcome {
        Err(Error::Conflict(_)) if !clashes.is_empty() => Ok(clashes),
        other => other.map(|()| Vec::new()),
    }
}

/// A piece beside what the house has now.
struct Weighed<'w> {
    sheet: &'w Sheet<'w>,
    step: &'w Item,
    piece: &'w Piece,
    device: Answers,
}

impl<'w> Weighed<'w> {
    fn new(sheet: &'w Sheet<'w>, step: &'w Item, piece: &'w Piece) -> Weighed<'w> {
        let device = read(sheet, &step.link_id, &piece.fields);
        Weighed { sheet, step, piece, device }
    }

    /// Whether the device has nothing to say about a question: it was not touched there, or the
    /// answer in the house was chosen.
    fn stays(&self, path: &str) -> bool {
        self.piece.leave.contains(path) || self.piece.base.get(path) == Some(&self.device.digest(path))
    }

    /// Whether the house still has the answer that was known on the device.
    fn is_known(&self, path: &str) -> bool {
        self.piece.base.get(path) == Some(&self.sheet.answers.digest(path))
    }

    fn clashes(&self) -> Vec<Clash> {
        let asked = questions(self.step);
        let clashing = |change: &Change| {
            let path = change.path.as_str();
            asked.contains(&path) && !self.stays(path) && !self.is_known(path)
        };
        let found = changes(self.sheet.form, &self.sheet.answers, &self.device, &self.sheet.env());
        found.into_iter().filter(clashing).map(|change| self.clash(change)).collect()
    }

    fn clash(&self, change: Change) -> Clash {
        let seen = self.sheet.answers.digest(&change.path);
        Clash { path: change.path, label: change.label, office: change.before, device: change.after, seen }
    }

    /// The house's answers with what the device has to say.
    fn merged(&self) -> Answers {
        let mut fields = self.piece.fields.clone();
        for path in questions(self.step).into_iter().filter(|path| self.stays(path)) {
            PARTS.iter().for_each(|part| drop(fields.remove(&format!("{path}{part}"))));
        }
        read(self.sheet, &self.step.link_id, &fields)
    }
}

fn read(sheet: &Sheet, step: &str, fields: &Posted) -> Answers {
    let mut answers = sheet.answers.clone();
    read_step(sheet.form, step, fields, &mut answers, &sheet.env());
    answers
}
