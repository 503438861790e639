//! What the reader of a page could do next; the same question is asked again when they do it.

use crate::domain::permission::{Relation, grant};
use crate::domain::program::vocabulary::CommandName;
use crate::usecases::access::Opened;

/// Whether the reader's roles allow a command on the case as it stands.
pub fn may(opened: &Opened, command: CommandName) -> bool {
    let case = &opened.stored.case;
    let actor = opened.granted.actor();
    let relation = Relation { own: case.applicant == actor.id, assigned: false, state: Some(case.state) };
    grant(actor, command, &opened.program.definition, &relation).is_ok()
}
