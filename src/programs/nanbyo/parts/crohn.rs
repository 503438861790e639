//! 96 クローン病: IOIBD, and the category that the main and minor findings make.

use chrono::NaiveDate;

use super::{CATEGORY, Observed, Part, Signs, score};
use crate::domain::tables::{TableError, Tables};
use crate::programs::read::Slots;

/// The part.
pub const PART: Part = Part { disease: 96, category: CATEGORY, severity, signs };

/// How far the findings go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Category {
    Neither,
    Probable,
    Definite,
}

fn severity(slots: Slots, tables: &Tables, on: NaiveDate) -> Result<Observed, TableError> {
    score::observed(slots, "ioibd", ("crohn.ioibd", "ioibd.pain"), tables, on)
}

fn signs(slots: Slots, _: &Tables, _: NaiveDate) -> Result<Signs, TableError> {
    let chosen = match slots.code(CATEGORY) {
        Some("definite") => Category::Definite,
        Some("probable") => Category::Probable,
        _ => return Ok(Signs::default()),
    };
    Ok(Signs::plain(category(slots).is_some_and(|found| found < chosen)))
}

/// Definite: A or B; C with a or b; a, b and c. Probable: C with c, C alone, A or B that cannot be told
/// from another disease, one or two minor findings. `None` while a finding is unanswered.
fn category(slots: Slots) -> Option<Category> {
    let yes = |sign: &str| slots.yes(&format!("crohn.{sign}"));
    let main = yes("longitudinal")? | yes("cobblestone")?;
    let granuloma = yes("granuloma")?;
    let minor = [yes("aphtha")?, yes("anal-lesion")?, yes("gastroduodenal")?];
    let clear = yes("indistinct") != Some(true);
    let definite = (main && clear) || (granuloma && (minor[0] || minor[1])) || minor == [true; 3];
    let probable = main || granuloma || minor.contains(&true);
    Some(match (definite, probable) {
        (true, _) => Category::Definite,
        (false, true) => Category::Probable,
        (false, false) => Category::Neither,
    })
}
