//! The office's view of a ledger: months, lines, who posted them, what corrects what; and lines from paper.

use serde::Serialize;

use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::citizen::ledger::{Hint, hints};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::ledger::shown::{self, ShownLine, ShownMonth};
use crate::usecases::ledger::typed::Typed;
use crate::usecases::ledger::{counter, sheet};

use super::dossier::Choice;
use super::may::may;
use super::shell::{Shell, Tab, shell};

/// The tab 管理票.
#[derive(Clone, Debug, Serialize)]
pub struct LedgerTab {
    /// What stands around it.
    #[serde(flatten)]
    pub shell: Shell,
    /// Months, the newest first.
    pub months: Vec<ShownMonth>,
    /// The criteria.
    pub hints: Vec<Hint>,
    /// Whether the reader may type lines in.
    pub may_type: bool,
}

/// The ledger of a granted case.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or the reader must not see it.
pub fn tab(house: &House, caller: &Caller, case: &str) -> Result<LedgerTab, Error> {
    house.read(caller, case, "ledger", |conn, opened| {
        let shell = shell(house, conn, opened, Tab::Ledger)?;
        let today = house.today();
        let sheets = sheet::recent(conn, opened, today)?;
        Ok(LedgerTab {
            shell,
            hints: hints(opened, &sheets, today, Lang::Ja)?,
            months: sheets.iter().map(|sheet| shown::month(opened, sheet, Lang::Ja)).collect(),
            may_type: may(opened, CommandName::TypeLedger),
        })
    })
}

/// The form for a line on paper.
#[derive(Clone, Debug, Serialize)]
pub struct PaperForm {
    /// What stands around it.
    #[serde(flatten)]
    pub shell: Shell,
    /// Kinds of care.
    pub kinds: Vec<Choice>,
    /// The line that is to be corrected.
    pub line: Option<ShownLine>,
    /// What stands in the boxes at first.
    #[serde(skip)]
    pub typed: Typed,
}

/// The form for typing a line in, or for correcting one that was.
///
/// # Errors
/// [`Error::NotFound`] for a line that does not come from paper; `permission.denied`.
pub fn form(house: &House, caller: &Caller, case: &str, line: Option<&str>) -> Result<PaperForm, Error> {
    house.read_as(caller, case, CommandName::TypeLedger, "ledger", |conn, opened| {
        let shell = shell(house, conn, opened, Tab::Ledger)?;
        let Some(id) = line else {
            let typed = Typed::default();
            return Ok(PaperForm { shell, kinds: counter::kinds(opened)?, line: None, typed });
        };
        let found = crate::store::ledger::find(conn, &opened.granted, &opened.stored, id)?;
        let shown = shown_line(opened, &sheet::of(conn, opened, found.month)?, id);
        let shown = shown.filter(|line| line.paper && !line.corrected).ok_or(Error::NotFound)?;
        let typed = Typed {
            care_on: found.care_on.to_string(),
            kind: found.kind,
            total: found.total.0.to_string(),
            institution: found.content.institution,
            collected: found.collected.0.to_string(),
            ..Typed::default()
        };
        Ok(PaperForm { shell, kinds: counter::kinds(opened)?, line: Some(shown), typed })
    })
}

fn shown_line(opened: &Opened, sheet: &sheet::Sheet, id: &str) -> Option<ShownLine> {
    shown::month(opened, sheet, Lang::Ja).lines.into_iter().find(|line| line.id == id)
}
