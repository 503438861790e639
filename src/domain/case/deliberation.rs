//! What comes back from a committee: never without a session at which enough of its members sat.

use crate::domain::committee::{Quorum, Sitting};
use crate::domain::program::committee::CommitteeShape;
use crate::domain::refusal::Refusal;

use super::Case;
use super::command::Command;
use super::decide::{Context, Outcome};
use super::event::Event;
use super::review_text;

pub(super) fn step(case: &Case, command: &Command, context: &Context) -> Outcome {
    match command {
        Command::RecordCommitteeResult { sitting, met, criterion, opinion, result } => {
            let shape = held(sitting, context)?;
            let opinion = review_text(opinion, "committee.opinion", "opinion")?;
            named(*met, criterion.as_deref(), shape)?;
            let found = Event::CommitteeFound {
                held_on: sitting.held_on,
                met: *met,
                opinion,
                criterion: criterion.clone(),
                session: Some(sitting.session.clone()),
            };
            Ok(fixed(case, result.as_deref(), shape)?.into_iter().chain([found]).collect())
        }
        Command::AskByCommittee { sitting, question } => {
            held(sitting, context)?;
            let question = review_text(question, "committee.question", "opinion")?;
            let (held_on, session) = (sitting.held_on, sitting.session.clone());
            Ok(vec![Event::CommitteeAsked { held_on, session, question }])
        }
        _ => Err(Refusal::new("case.state")),
    }
}

/// The form of the result as a revision, where the committee concludes by one, and only there.
fn fixed(case: &Case, digest: Option<&str>, shape: &CommitteeShape) -> Result<Option<Event>, Refusal> {
    match (&shape.result, digest) {
        (None, None) => Ok(None),
        (Some(result), Some(digest)) => {
            let number = case.revision(&result.form).map_or(1, |last| last.number + 1);
            let form = result.form.clone();
            Ok(Some(Event::RevisionFixed { form, number, digest: digest.to_owned() }))
        }
        _ => Err(Refusal::new("committee.conclusion").at("conclusion")),
    }
}

/// The session lay not ahead, and had its quorum for this case.
fn held<'a>(sitting: &Sitting, context: &'a Context) -> Result<&'a CommitteeShape, Refusal> {
    let shape = context.definition.committee.as_ref().ok_or_else(|| Refusal::new("case.state"))?;
    if sitting.held_on > context.stamp.today {
        return Err(Refusal::new("committee.day").at("held_on"));
    }
    let percent = shape.quorum_percent.number(sitting.held_on, context.settings);
    let quorum = percent.map(|more_than_percent| Quorum { more_than_percent });
    match quorum {
        Some(quorum) if quorum.holds(sitting.present, sitting.members) => Ok(shape),
        _ => Err(Refusal::new("committee.quorum")
            .with("present", sitting.present)
            .with("members", sitting.members)),
    }
}

/// A condition is named when one is not met, and only then.
fn named(met: bool, criterion: Option<&str>, shape: &CommitteeShape) -> Result<(), Refusal> {
    match criterion {
        None if met => Ok(()),
        Some(code) if !met && shape.refuses_with(code) => Ok(()),
        _ => Err(Refusal::new("committee.criterion").at("criterion")),
    }
}
