//! What the reader of a page could do next; the same question is asked again when they do it.

use crate::domain::permission::{Relation, grant};
use crate::domain::program::vocabulary::CommandName;
use crate::usecases::access::Opened;

/// Whether the reader's roles allow a command on the case as it stands.
pub fn may(opened: &Opened, command: CommandName) -> bool {
    let case = &opened.stored.case;
    let actor = opened.granted.actor();
    let own = case.applicant == actor.id;
    let custody = case.custody(actor.office.as_deref());
    let relation = Relation { own, state: Some(case.state), custody, ..Relation::default() };
    grant(actor, command, &opened.program.definition, &relation).is_ok()
}
