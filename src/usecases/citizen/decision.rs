//! The decision as the person reads it: outcome, facts, reasons, 教示, letters.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;

use crate::domain::calendar::day_in_japan;
use crate::domain::case::decision::Decision;
use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::Audience;
use crate::store::vouchers;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::slots::{reason_rows, shown_field_in};

use super::filed::{LetterLine, letters_of};
use super::procedures::{Procedure, offered_after};
use super::sheet::{Head, head, text};

/// A decision.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// Title line.
    pub head: Head,
    /// The outcome in one sentence.
    pub sentence: String,
    /// Whether the person receives the benefit.
    pub favourable: bool,
    /// The facts that matter: label and value.
    pub facts: Vec<(String, String)>,
    /// Reasons in words.
    pub reasons: Vec<String>,
    /// 教示; none when it stands in the letter only.
    pub appeal: Option<String>,
    /// The day of the decision.
    pub decided_on: NaiveDate,
    /// The last day for applying for renewal.
    pub renew_on: Option<NaiveDate>,
    /// Short name of the program.
    pub program: String,
    /// What it gives occasion to apply for.
    pub offers: Vec<Procedure>,
    /// Its letters.
    pub letters: Vec<LetterLine>,
    /// Whether vouchers were issued by it.
    pub vouchers: bool,
}

/// The newest decision of a case.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn page(house: &House, caller: &Caller, lang: Lang, case_id: &str) -> Result<Told, Error> {
    house.read(caller, case_id, "own", |conn, opened| {
        let decision = opened.stored.case.decision().ok_or(Error::NotFound)?;
        let program = &opened.program;
        let content = &decision.draft.content;
        let rule = program.definition.outcome(&opened.stored.case.kind, content.outcome);
        let reasons = reason_rows(program, content, lang);
        let renews =
            content.outcome.grants() && opened.effect().certifies() && program.definition.renewal.is_some();
        Ok(Told {
            head: head(opened, lang),
            sentence: rule.map(|rule| text(program, lang, &rule.citizen)).unwrap_or_default(),
            favourable: content.outcome.grants(),
            facts: facts(program, decision, lang),
            reasons: reasons.into_iter().filter_map(|mut row| row.remove("text")).collect(),
            appeal: appeal(house, program, decision, lang),
            decided_on: day_in_japan(decision.at),
            renew_on: content.valid_to.filter(|_| renews),
            program: program.definition.id.clone(),
            offers: offered_after(opened, content, lang),
            letters: letters_of(conn, opened, Some(&decision.id), lang)?,
            vouchers: !vouchers::of_case(conn, case_id)?.is_empty(),
        })
    })
}

fn facts(program: &Program, decision: &Decision, lang: Lang) -> Vec<(String, String)> {
    let fields = program.definition.decision.fields.iter();
    let shown = fields.filter(|field| field.shown_on.contains(&Audience::Citizen));
    shown
        .filter_map(|field| {
            let value =
                decision.draft.content.fields.get(&field.key).filter(|value| **value != Value::Null)?;
            Some((text(program, lang, &field.label), shown_field_in(program, &field.key, value, lang)))
        })
        .collect()
}

/// The 教示 as it stood on the day of the decision.
fn appeal(house: &House, program: &Program, decision: &Decision, lang: Lang) -> Option<String> {
    let phrase = program.phrases.appeal(&decision.draft.content.appeal)?;
    phrase.render(lang, &house.office, day_in_japan(decision.at)).ok()
}
