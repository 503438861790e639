//! 予診票: the questions before a dose. The person or a guardian answers them, a clinic locks them to judge by, and
//! the visit ends them: with a dose or without one.

mod asked;
#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::forms::Answers;
use crate::domain::program::vocabulary::vocabulary;
use crate::domain::refusal::Refusal;

pub use asked::{Asked, Raised, Signer, raised};

vocabulary! {
    /// How a form stands.
    ScreeningState {
        /// It is being answered.
        Draft = "draft",
        /// It was handed in and can be shown at a clinic.
        Answered = "answered",
        /// A clinic judges by it; nobody changes it.
        Locked = "locked",
        /// The dose was given.
        Given = "given",
        /// The visit ended without a dose.
        NotGiven = "not_given",
        /// The time of the dose is over, or it was given otherwise.
        Expired = "expired",
    }
}

impl ScreeningState {
    /// Whether it can still lead to a dose.
    pub fn is_living(self) -> bool {
        matches!(self, ScreeningState::Draft | ScreeningState::Answered | ScreeningState::Locked)
    }
}

/// A form about one dose of one person.
#[derive(Clone, Debug, PartialEq)]
pub struct Screening {
    /// Id, `scr_…`.
    pub id: String,
    /// The person, `sub_…`.
    pub subject: String,
    /// Key of the vaccine.
    pub vaccine: String,
    /// Number of the dose.
    pub dose: String,
    /// How it stands.
    pub state: ScreeningState,
    /// The day on which its answers were given or last confirmed.
    pub answered_on: Option<NaiveDate>,
    /// The last day on which the dose may be given, if there is one.
    pub valid_to: Option<NaiveDate>,
    /// 10-digit code of the institution that locked it.
    pub institution: Option<String>,
    /// The line of the ledger with what came of it.
    pub line: Option<String>,
    /// Grows with each change, so that of two changes at once one is refused.
    pub revision: i32,
    /// What is sealed of it.
    pub content: Content,
}

/// What is sealed of a form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    /// The answers.
    pub answers: Answers,
    /// Version of the questionnaire to which they belong.
    pub version: String,
    /// Name of who handed it in.
    pub by: String,
    /// Name of the institution that locked it.
    pub institution: String,
    /// Whether the clinic went through older answers with the person or guardian on the day.
    pub confirmed_there: bool,
    /// What the physician judged and the person or guardian consented to.
    pub judgement: Option<Judgement>,
}

/// The physician's judgement, and the consent after it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Judgement {
    /// Temperature before the examination in tenths of a degree Celsius.
    pub tenths: u32,
    /// 可; otherwise 見合わせ.
    pub fit: bool,
    /// Why it is put off.
    pub reason: String,
    /// Name of the physician.
    pub physician: String,
    /// Whether benefit, side effects and the relief system were explained.
    pub explained: bool,
    /// Whether the person or guardian consents to the dose and to the town's seeing the form.
    pub consent: bool,
    /// Who consented or declined.
    pub signer: String,
    /// What they are to the person: 本人, 母.
    pub relation: String,
    /// When it was written down.
    pub at: DateTime<Utc>,
}

impl Judgement {
    /// Whether the dose may be given.
    pub fn goes_on(&self) -> bool {
        self.fit && self.explained && self.consent
    }
}

impl Screening {
    /// Whether its last day is over.
    pub fn is_over(&self, today: NaiveDate) -> bool {
        self.state == ScreeningState::Expired
            || (self.state != ScreeningState::Locked && self.valid_to.is_some_and(|last| last < today))
    }

    /// Whether the answers are no older than they may be on a day.
    pub fn is_fresh(&self, today: NaiveDate, days: u64) -> bool {
        let since = today.checked_sub_days(chrono::Days::new(days)).unwrap_or(today);
        self.answered_on.is_some_and(|on| on >= since)
    }

    fn open(&self, today: NaiveDate) -> Result<(), Refusal> {
        match self.state {
            _ if self.is_over(today) => Err(Refusal::new("screening.expired")),
            ScreeningState::Draft | ScreeningState::Answered => Ok(()),
            ScreeningState::Locked => Err(Refusal::new("screening.locked")),
            _ => Err(Refusal::new("screening.ended")),
        }
    }

    /// Takes changed answers; what was handed in has to be handed in again.
    ///
    /// # Errors
    /// `screening.locked`, `screening.ended` or `screening.expired`.
    pub fn write(&mut self, answers: Answers, today: NaiveDate) -> Result<(), Refusal> {
        self.open(today)?;
        self.state = ScreeningState::Draft;
        self.answered_on = None;
        self.content.answers = answers;
        Ok(())
    }

    /// Hands the form in, or confirms that nothing has changed since.
    ///
    /// # Errors
    /// As [`Screening::write`].
    pub fn hand_in(&mut self, today: NaiveDate, by: &str) -> Result<(), Refusal> {
        self.open(today)?;
        self.state = ScreeningState::Answered;
        self.answered_on = Some(today);
        self.content.by = by.to_owned();
        Ok(())
    }

    /// Locks the form for an institution, given by code and name, that begins to judge by it, anew at each visit.
    /// Answers older than `days` need that it went through them with the person.
    ///
    /// # Errors
    /// `screening.unanswered`, `screening.stale`, `screening.elsewhere`, `screening.ended` or `screening.expired`.
    pub fn lock(
        &mut self,
        (code, name): (&str, &str),
        today: NaiveDate,
        days: u64,
        confirmed: bool,
    ) -> Result<(), Refusal> {
        if self.state == ScreeningState::Locked {
            return self.held_by(code);
        }
        self.open(today)?;
        if self.state == ScreeningState::Draft {
            return Err(Refusal::new("screening.unanswered"));
        }
        if !confirmed && !self.is_fresh(today, days) {
            return Err(Refusal::new("screening.stale").with("days", days).at("confirmed"));
        }
        self.state = ScreeningState::Locked;
        self.institution = Some(code.to_owned());
        name.clone_into(&mut self.content.institution);
        self.content.confirmed_there = confirmed;
        self.content.judgement = None;
        Ok(())
    }

    /// Gives the form back, as when the person comes another day. What was judged is gone with the visit.
    ///
    /// # Errors
    /// As [`Screening::judge`].
    pub fn release(&mut self, code: &str) -> Result<(), Refusal> {
        self.held_by(code)?;
        self.state = ScreeningState::Answered;
        self.institution = None;
        self.content.institution = String::new();
        self.content.confirmed_there = false;
        self.content.judgement = None;
        Ok(())
    }

    /// Writes down what the physician judged.
    ///
    /// # Errors
    /// `screening.unlocked` or `screening.elsewhere` for whoever did not lock it; `screening.ended`.
    pub fn judge(&mut self, code: &str, judgement: Judgement) -> Result<(), Refusal> {
        self.held_by(code)?;
        self.content.judgement = Some(judgement);
        Ok(())
    }

    fn held_by(&self, code: &str) -> Result<(), Refusal> {
        match self.state {
            ScreeningState::Locked if self.institution.as_deref() == Some(code) => Ok(()),
            ScreeningState::Locked => Err(Refusal::new("screening.elsewhere")),
            ScreeningState::Draft | ScreeningState::Answered => Err(Refusal::new("screening.unlocked")),
            _ => Err(Refusal::new("screening.ended")),
        }
    }

    /// Ends the form by a line of the ledger that an institution wrote.
    ///
    /// # Errors
    /// As [`Screening::judge`]; `screening.vaccine` for another vaccine or dose; `screening.unjudged` for a dose
    /// that was not judged fit and consented to.
    pub fn end(&mut self, code: &str, dose: (&str, &str), given: bool, line: &str) -> Result<(), Refusal> {
        self.held_by(code)?;
        if dose != (self.vaccine.as_str(), self.dose.as_str()) {
            return Err(Refusal::new("screening.vaccine").with("dose", &self.dose).at("dose"));
        }
        if given && !self.content.judgement.as_ref().is_some_and(Judgement::goes_on) {
            return Err(Refusal::new("screening.unjudged"));
        }
        self.state = if given { ScreeningState::Given } else { ScreeningState::NotGiven };
        self.line = Some(line.to_owned());
        Ok(())
    }
}
