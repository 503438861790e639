//! All answers before filing: what stops it, what does not.

use serde::Serialize;

use crate::domain::forms::{FieldError, SummarySection, check, summary};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::State;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::attach;
use super::sheet::{Head, Sheet, head, step_of};

/// Something to mend, with the step on which it stands.
#[derive(Clone, Debug, Serialize)]
pub struct ToMend {
    /// linkId of the step.
    pub step: String,
    /// What is to be mended.
    pub error: FieldError,
}

/// All answers.
#[derive(Clone, Debug, Serialize)]
pub struct Review {
    /// Title line.
    pub head: Head,
    /// Every asked question with its answer.
    pub sections: Vec<SummarySection>,
    /// What stops the filing.
    pub stops: Vec<ToMend>,
    /// What does not stop it.
    pub warnings: Vec<FieldError>,
}

/// All answers of a draft.
///
/// # Errors
/// [`Error::NotFound`] as well when the case is filed already.
pub fn page(house: &House, caller: &Caller, lang: Lang, case_id: &str) -> Result<Review, Error> {
    attach::finish_scans(house, caller, case_id)?;
    house.read(caller, case_id, "own", |conn, opened| {
        if opened.stored.case.state != State::Draft {
            return Err(Error::NotFound);
        }
        let sheet = Sheet::open(house, conn, opened, lang)?;
        let env = sheet.around.env();
        let (warnings, stops): (Vec<_>, Vec<_>) =
            check(sheet.form, &sheet.answers, &env).into_iter().partition(|error| error.soft);
        let place = |path: &str| step_of(sheet.form, path).map(|it| it.link_id.clone()).unwrap_or_default();
        Ok(Review {
            head: head(opened, lang),
            sections: summary(sheet.form, &sheet.answers, &env),
            stops: stops.into_iter().map(|error| ToMend { step: place(&error.path), error }).collect(),
            warnings,
        })
    })
}
