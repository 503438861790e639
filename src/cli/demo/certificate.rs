//! The certificate of a demo case: asked for, prepared by an assistant, signed by the physician.

use anyhow::Context;

use crate::domain::case::command::Command;
use crate::domain::forms::{Answers, Origin};
use crate::domain::program::vocabulary::{Assignee, CommandName};
use crate::usecases::physician::prepare;
use crate::usecases::physician::sheet::{self, Sheet};
use crate::usecases::{Caller, signatures};

use super::road::Road;

/// Who is asked for what is signed, and where they work.
const SIGNERS: [(Assignee, &str, &str); 2] =
    [(Assignee::Physician, "ishi", "まどか中央病院"), (Assignee::Surveyor, "chousa", "まどか市介護保険課")];

impl Road<'_> {
    /// Asks the physician and, where the program has one, the surveyor.
    pub(super) fn ask_signers(&self, clerk: &Caller, case: &str) -> anyhow::Result<()> {
        for (role, login, name) in SIGNERS {
            let assignee = self.colleague(login)?.actor.id;
            for shape in self.program.definition.items_of(role) {
                let (kind, assignee, name) = (shape.kind.clone(), assignee.clone(), name.to_owned());
                self.by(clerk, case, CommandName::StartItem, |_| {
                    Ok(Command::StartItem { kind, assignee, name })
                })?;
            }
        }
        Ok(())
    }

    /// The assistant fills in what the worked case says, and leaves it to the physician.
    pub(super) fn prepare(&self, case: &str) -> anyhow::Result<()> {
        let assistant = self.colleague("jimu")?;
        let form = self.program.definition.forms.certificate.clone().context("no certificate")?;
        let mut answers = self.answers(&form)?;
        self.by(&assistant, case, CommandName::SaveItem, |stage| {
            let sheet = Sheet::of(stage.house, stage.conn, stage.opened, &assistant)?;
            known_already(&sheet.answers, &mut answers);
            answers.mark_assisted(&sheet.answers, stage.stamp.today);
            stage.save_answers(&form, answers)?;
            Ok(Command::SaveItem { item: sheet.item.id.clone() })
        })?;
        Ok(prepare::prepare(self.house, &assistant, case, "")?)
    }

    pub(super) fn certify(&self, case: &str) -> anyhow::Result<()> {
        let physician = self.colleague("ishi")?;
        let form = self.program.definition.forms.certificate.clone().context("no certificate")?;
        let mut answers = self.answers(&form)?;
        self.by(&physician, case, CommandName::CompleteItem, |stage| {
            let sheet = Sheet::of(stage.house, stage.conn, stage.opened, &physician)?;
            known_already(&sheet.answers, &mut answers);
            let digest = stage.fix_answers(&form, answers)?;
            signatures::put(stage, &form, &digest, &sheet.user, &sheet.designation)?;
            Ok(Command::CompleteItem { item: sheet.item.id.clone(), digest })
        })?;
        Ok(())
    }
}

/// Who the patient and the physician are stands in the form before anybody types. The disease stays
/// that of the worked case, whatever the person's record says.
fn known_already(sheet: &Answers, answers: &mut Answers) {
    let people = [sheet::PATIENT, sheet::USER, sheet::ORGANIZATION];
    for (path, answer) in sheet.iter() {
        if let Some(Origin::Prefilled { source, on }) = sheet.origin(path)
            && people.contains(&source.as_str())
        {
            let origin = Origin::Prefilled { source: source.clone(), on: *on };
            answers.set_from(path, answer.clone(), origin);
        }
    }
}
