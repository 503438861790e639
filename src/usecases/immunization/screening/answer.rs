//! The form on one's own pages: begun, answered page by page, handed in, confirmed, changed until a clinic locks it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::forms::{
    Answers, FieldError, Posted, StepStatus, StepView, SummarySection, check, enabled_steps, read_step,
    step_statuses, step_view,
};
use crate::domain::immunization::screening::{Content, Screening, ScreeningState};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::{Conn, StoreError, screenings};
use crate::usecases::access::Caller;
use crate::usecases::citizen::question::spare_fresh;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access;

use super::paper::code;
use super::sheet::{Sheet, asked, note};
use super::shown::next_dose;

const COMMAND: CommandName = CommandName::AnswerScreening;

/// A page of the questions with its state.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// linkId.
    pub step: String,
    /// Title.
    pub title: String,
    /// How far it has come.
    pub status: StepStatus,
}

/// The form as a whole.
#[derive(Clone, Debug, Serialize)]
pub struct Overview {
    /// Id of the form.
    pub id: String,
    /// The person.
    pub subject: String,
    /// Their name.
    pub person: String,
    /// Name of the vaccine.
    pub vaccine: String,
    /// Number of the dose.
    pub dose: String,
    /// How it stands; `expired` as well before the nightly upkeep says so.
    pub state: &'static str,
    /// When it was answered or confirmed.
    pub answered_on: Option<NaiveDate>,
    /// Whether it can be shown at a clinic today without being confirmed again.
    pub fresh: bool,
    /// Days before the visit from which answers count.
    pub days: u64,
    /// The last day of the dose.
    pub valid_to: Option<NaiveDate>,
    /// The pages.
    pub steps: Vec<Step>,
    /// Every question with its answer.
    pub sections: Vec<SummarySection>,
    /// How many questions are still to be answered or mended.
    pub missing: usize,
    /// The first page that is not complete.
    pub next: Option<String>,
    /// The text of the code that opens the form at a clinic.
    pub code: Option<String>,
}

/// One page of questions.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// Id of the form.
    pub id: String,
    /// The person.
    pub subject: String,
    /// Their name.
    pub person: String,
    /// Name of the vaccine.
    pub vaccine: String,
    /// Number of the dose.
    pub dose: String,
    /// The questions.
    pub step: StepView,
}

/// Where a sent page leads.
#[derive(Clone, Debug)]
pub enum Leads {
    /// The same page, because something is to be mended.
    Mend(Box<Page>),
    /// The same page, because a question came up on it.
    Here(String),
    /// The next page.
    Step(String),
    /// The form as a whole.
    Overview,
}

/// Begins the form for the next dose of a vaccine, or gives the one that is there. Its id.
///
/// # Errors
/// [`Error::NotFound`] for a person of somebody else; `screening.none` where no dose is next or the town has no form.
pub fn begin(house: &House, caller: &Caller, subject: &str, vaccine: &str) -> Result<String, Error> {
    house.database.write(|conn| {
        let ledger = access::open(house, conn, caller, subject, COMMAND)?;
        let none = || Error::refused("screening.none");
        let asked = asked(house, &ledger.keeping, vaccine).ok_or_else(none)?;
        let (dose, valid_to) = next_dose(house, conn, &ledger, vaccine, asked.days)?.ok_or_else(none)?;
        let same = |it: &Screening| it.state.is_living() && (&*it.vaccine, &it.dose) == (vaccine, &dose);
        if let Some(there) = screenings::of_subject(conn, &ledger.stored)?.into_iter().find(same) {
            return Ok(there.id);
        }
        let form = ledger.keeping.program.forms.get(&asked.form).ok_or_else(none)?;
        let screening = Screening {
            id: house.new_id("scr")?,
            subject: subject.to_owned(),
            vaccine: vaccine.to_owned(),
            dose,
            state: ScreeningState::Draft,
            answered_on: None,
            valid_to,
            institution: None,
            line: None,
            revision: 1,
            content: Content { version: form.version().to_owned(), ..Content::default() },
        };
        begun(screenings::insert(conn, &ledger.stored, &screening, house.now()))?;
        note(house, conn, caller, &screening, "begin_screening")?;
        Ok(screening.id)
    })
}

fn begun(done: Result<(), StoreError>) -> Result<(), Error> {
    match done {
        Err(StoreError::Duplicate(_)) => Err(Error::refused("screening.moved")),
        other => Ok(other?),
    }
}

fn open(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    place: (&str, &str),
    lang: Lang,
) -> Result<Sheet, Error> {
    Sheet::open(house, conn, caller, place, COMMAND, lang)
}

/// The form as a whole.
///
/// # Errors
/// [`Error::NotFound`].
pub fn overview(house: &House, caller: &Caller, lang: Lang, place: (&str, &str)) -> Result<Overview, Error> {
    house.database.write(|conn| {
        let sheet = open(house, conn, caller, place, lang)?;
        let (form, env, own) = (sheet.questions()?, sheet.env(), &sheet.screening);
        let answers = &own.content.answers;
        let asked = enabled_steps(form, answers, &env);
        let statuses = step_statuses(form, answers, &env);
        let status = |step: &str| {
            let found = statuses.iter().find(|(name, _)| name == step);
            found.map_or(StepStatus::NotStarted, |(_, status)| *status)
        };
        let step = |item: &&crate::domain::forms::Item| Step {
            step: item.link_id.clone(),
            title: item.text.get(lang).to_owned(),
            status: status(&item.link_id),
        };
        let steps: Vec<Step> = asked.iter().map(step).collect();
        let next = steps.iter().find(|it| it.status != StepStatus::Complete).map(|it| it.step.clone());
        let over = own.is_over(house.today());
        let shown = own.state == ScreeningState::Answered && !over;
        Ok(Overview {
            id: own.id.clone(),
            subject: own.subject.clone(),
            person: sheet.ledger.subject().person.name.clone(),
            vaccine: sheet.name(lang),
            dose: own.dose.clone(),
            state: if over { ScreeningState::Expired.code() } else { own.state.code() },
            answered_on: own.answered_on,
            fresh: own.is_fresh(house.today(), sheet.asked.days),
            days: sheet.asked.days,
            valid_to: own.valid_to,
            steps,
            next,
            sections: sheet.sections()?,
            missing: check(form, answers, &env).iter().filter(|error| !error.soft).count(),
            code: shown.then(|| code(house, &own.id).text()),
        })
    })
}

/// One page of questions. What is wrong is told on request: whoever comes for the first time has made no mistake.
///
/// # Errors
/// [`Error::NotFound`] for a page that is not asked.
pub fn page(
    house: &House,
    caller: &Caller,
    lang: Lang,
    place: (&str, &str),
    step: &str,
) -> Result<Page, Error> {
    house.database.write(|conn| shown(&open(house, conn, caller, place, lang)?, lang, step, &[]))
}

fn shown(sheet: &Sheet, lang: Lang, step: &str, errors: &[FieldError]) -> Result<Page, Error> {
    let view = step_view(sheet.questions()?, step, &sheet.screening.content.answers, errors, &sheet.env());
    if !view.asked {
        return Err(Error::NotFound);
    }
    Ok(Page {
        id: sheet.screening.id.clone(),
        subject: sheet.screening.subject.clone(),
        person: sheet.ledger.subject().person.name.clone(),
        vaccine: sheet.name(lang),
        dose: sheet.screening.dose.clone(),
        step: view,
    })
}

/// Takes a sent page: keeps every field, right or wrong, and says where it leads.
///
/// # Errors
/// `screening.locked`, `screening.ended`, `screening.expired` or `screening.moved`; [`Error::NotFound`].
pub fn send(
    house: &House,
    caller: &Caller,
    lang: Lang,
    place: (&str, &str),
    step: &str,
    posted: &Posted,
) -> Result<Leads, Error> {
    house.database.write(|conn| {
        let mut sheet = open(house, conn, caller, place, lang)?;
        let mut answers: Answers = sheet.screening.content.answers.clone();
        let errors = read_step(sheet.questions()?, step, posted, &mut answers, &sheet.env());
        sheet.screening.write(answers, house.today())?;
        sheet.store(house, conn, caller, "save_screening")?;
        let mut page = shown(&sheet, lang, step, &errors)?;
        if posted.get("action").is_some_and(|it| it.iter().any(|button| button == "save")) {
            return Ok(Leads::Overview);
        }
        let seen: BTreeSet<String> = posted.get("seen").into_iter().flatten().cloned().collect();
        let fresh = spare_fresh(&mut page.step, &seen);
        Ok(match (page.step.errors.iter().any(|error| !error.soft), fresh) {
            (true, _) => Leads::Mend(Box::new(page)),
            (false, Some(path)) => Leads::Here(path),
            (false, None) => page.step.next.map_or(Leads::Overview, Leads::Step),
        })
    })
}

/// Hands the form in, or confirms on the day that nothing has changed.
///
/// # Errors
/// `screening.incomplete` while something is missing; as [`send`].
pub fn hand_in(house: &House, caller: &Caller, place: (&str, &str)) -> Result<(), Error> {
    house.database.write(|conn| {
        let mut sheet = open(house, conn, caller, place, Lang::Ja)?;
        let mut answers = sheet.screening.content.answers.clone();
        let form = sheet.questions()?;
        if check(form, &answers, &sheet.env()).iter().any(|error| !error.soft) {
            return Err(Refusal::new("screening.incomplete").into());
        }
        answers.retain_enabled(form, &sheet.env());
        sheet.screening.content.answers = answers;
        sheet.screening.hand_in(house.today(), &caller.actor.name)?;
        sheet.store(house, conn, caller, "answer_screening")
    })
}
