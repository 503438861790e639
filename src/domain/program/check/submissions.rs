//! Documents that are handed in: their profiles and forms exist.

use super::{Parts, Report};

/// Checks every `[[submission]]`.
pub fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    for (at, submission) in parts.definition.submissions.iter().enumerate() {
        let place = format!("submission[{at}]");
        let known = parts.profiles.holds(&submission.profile);
        report.need(known, &place, "no profile of fhir/ has this address", "name a StructureDefinition");
        let form = parts.forms.get(&submission.form);
        report.need(form.is_some(), &place, "there is no such form", "name a questionnaire");
        for same in &submission.same {
            let item = form.is_none_or(|form| form.item(&same.item).is_some());
            report.need(item, &place, "the form has no such item", "name an item of the form");
        }
    }
}
