//! The cases of one certificate: the one that opened it, and those that change, reprint, pay or end it.
//!
//! Whoever has a right to one of them has it to what the others decided: it is part of the same certificate.

use crate::domain::case::decision::Decision;
use crate::domain::case::entitlement::{Ruling, rulings};
use crate::domain::program::vocabulary::Effect;
use crate::store::{Conn, cases};

use super::access::Opened;
use super::error::Error;
use super::house::House;

impl Opened {
    /// What a grant of this case does.
    pub fn effect(&self) -> Effect {
        self.program.definition.effect(&self.stored.case.kind)
    }

    /// Id of the case that opened the certificate to which this one belongs.
    pub fn root(&self) -> &str {
        let case = &self.stored.case;
        let attached = self.effect().attaches();
        case.follows.as_deref().filter(|_| attached).unwrap_or(&case.id)
    }

    /// This case and the others of the same certificate: first the one that opened it, then the others in
    /// the order in which they were decided or filed.
    pub fn members(&self) -> Vec<&Opened> {
        let mut all: Vec<&Opened> = std::iter::once(self).chain(&self.kin).collect();
        let place = |it: &Opened| {
            let case = &it.stored.case;
            (it.effect().attaches(), case.decision().map(|it| it.at).or(case.received_at), case.id.clone())
        };
        all.sort_by_key(|it| place(it));
        all
    }

    /// The case of an id among those of the certificate.
    pub fn member(&self, id: &str) -> Option<&Opened> {
        self.members().into_iter().find(|it| it.stored.case.id == id)
    }

    /// What was decided on the certificate, in order.
    pub fn rulings(&self) -> Vec<Ruling<'_>> {
        rulings(self.members().into_iter().map(|it| (&it.stored.case, it.effect())))
    }

    /// The newest decision on what the certificate says, but for those of one case.
    pub fn certified_but_for(&self, case: &str) -> Option<&Decision> {
        let rulings = self.rulings().into_iter().rev();
        let mut certifying = rulings.filter(|it| it.effect.certifies() && !it.undone && it.case != case);
        certifying.find(|it| it.decision.draft.content.outcome.grants()).map(|it| it.decision)
    }
}

impl House {
    /// The case with the others of its certificate.
    pub(super) fn with_kin(&self, conn: &mut Conn, mut opened: Opened) -> Result<Opened, Error> {
        if opened.stored.case.decision().is_none() && !opened.effect().attaches() {
            return Ok(opened);
        }
        for stored in cases::of_certificate(conn, &self.keys, opened.root())? {
            if stored.case.id == opened.stored.case.id {
                continue;
            }
            let program = self.programs.pinned(conn, &stored.case.definition)?;
            let kin = Opened::new(stored, program, opened.granted.clone());
            if kin.root() == opened.root() {
                opened.kin.push(kin);
            }
        }
        Ok(opened)
    }
}
