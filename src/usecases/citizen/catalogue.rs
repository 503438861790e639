//! What can be applied for: the catalogue with its search, and the page before an application.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::domain::program::definition::KindRule;
use crate::domain::program::vocabulary::{Body, CaseKind, ClockKind, Effect, State};
use crate::domain::text::search_key;
use crate::store::cases;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::filer::Filer;
use super::renewal::{self, Renewal};
use super::sheet::{head_of, text};

/// The part of a query's letter pairs that a program must have to be found.
const ENOUGH: f64 = 0.5;

/// A program in the catalogue.
#[derive(Clone, Debug, Serialize)]
pub struct Card {
    /// Short name, as in addresses.
    pub code: String,
    /// Name.
    pub name: String,
    /// One sentence.
    pub summary: String,
    /// Whether it can be applied for now.
    pub open: bool,
}

/// The programs that fit a query in everyday words, the best first; all of them without a query.
pub fn offered(house: &House, lang: Lang, query: &str) -> Vec<Card> {
    let wanted = pairs(query);
    let mut found: Vec<(f64, Card)> = house
        .programs
        .offered()
        .map(|program| (score(&wanted, &words(house, program)), card(program, lang)))
        .filter(|(score, _)| wanted.is_empty() || *score >= ENOUGH)
        .collect();
    found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    found.into_iter().map(|(_, card)| card).collect()
}

fn card(program: &Program, lang: Lang) -> Card {
    let definition = &program.definition;
    Card {
        code: definition.id.clone(),
        name: text(program, lang, &definition.title),
        summary: text(program, lang, &definition.start.summary),
        open: !definition.kinds.is_empty(),
    }
}

/// Everything by which a program is found: its start page in every language, and what its forms
/// let one choose from tables.
fn words(house: &House, program: &Program) -> BTreeSet<String> {
    let definition = &program.definition;
    let start = &definition.start;
    let labels = start.documents.iter().map(|document| &document.label);
    let keys =
        [&definition.title, &start.summary].into_iter().chain(&start.gives).chain(&start.who).chain(labels);
    let spoken = keys.flat_map(|key| Lang::ALL.map(|lang| text(program, lang, key)));
    let catalogues = program.catalogues(house.today());
    let choices = catalogues.values().flatten().map(|choice| choice.label.ja.clone());
    spoken.chain(choices).flat_map(|text| pairs(&text)).collect()
}

/// The pairs of neighbouring letters; a single letter stands alone.
fn pairs(text: &str) -> BTreeSet<String> {
    let key: Vec<char> = search_key(text).chars().filter(|c| c.is_alphanumeric()).collect();
    match key.as_slice() {
        [one] => BTreeSet::from([one.to_string()]),
        _ => key.windows(2).map(|pair| pair.iter().collect()).collect(),
    }
}

fn score(wanted: &BTreeSet<String>, known: &BTreeSet<String>) -> f64 {
    let has = |pair: &&String| {
        known.contains(*pair) || known.iter().any(|it| pair.chars().count() == 1 && it.contains(*pair))
    };
    let found = u32::try_from(wanted.iter().filter(has).count()).unwrap_or(u32::MAX);
    f64::from(found) / f64::from(u32::try_from(wanted.len().max(1)).unwrap_or(u32::MAX))
}

/// A label with a note.
#[derive(Clone, Debug, Serialize)]
pub struct Noted {
    /// What it is.
    pub label: String,
    /// Who needs it, where to get it.
    pub note: Option<String>,
}

/// An application that the person has under a program.
#[derive(Clone, Debug, Serialize)]
pub struct OpenCase {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// When it was begun or arrived.
    pub at: DateTime<Utc>,
}

/// A kind of procedure that can be started.
#[derive(Clone, Debug, Serialize)]
pub struct Kind {
    /// Its code; a renewal names the case as well: `renewal/case_…`.
    pub code: String,
    /// Its name.
    pub label: String,
    /// The grant that it renews.
    pub renews: Option<Renewal>,
}

/// The page before an application.
#[derive(Clone, Debug, Serialize)]
pub struct Start {
    /// Short name of the program.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What one gets.
    pub gives: Vec<String>,
    /// Who gets it.
    pub who: Vec<String>,
    /// What to have ready.
    pub needs: Vec<Noted>,
    /// Statutes.
    pub law: Vec<String>,
    /// Minutes for filling in.
    pub minutes: u32,
    /// Days to the decision, as told by the body.
    pub days: Option<u32>,
    /// What can be started now.
    pub kinds: Vec<Kind>,
    /// What the person has under way.
    pub open_cases: Vec<OpenCase>,
}

/// The page before an application; a signed-in person sees as well what is under way.
///
/// # Errors
/// [`Error::NotFound`] for an unknown program.
pub fn start_page(house: &House, caller: Option<&Caller>, lang: Lang, code: &str) -> Result<Start, Error> {
    let program = house.programs.newest(code)?;
    let definition = &program.definition;
    let say = |key: &String| text(&program, lang, key);
    let start = &definition.start;
    let needs = start.documents.iter();
    let needs = needs.map(|it| Noted { label: say(&it.label), note: it.note.as_ref().map(say) }).collect();
    Ok(Start {
        code: code.to_owned(),
        name: say(&definition.title),
        gives: start.gives.iter().map(say).collect(),
        who: start.who.iter().map(say).collect(),
        needs,
        law: definition.legal_basis.clone(),
        minutes: start.minutes,
        days: days(house, &program),
        kinds: kinds(house, caller, lang, &program)?,
        open_cases: open_cases(house, caller, lang, code)?,
    })
}

/// What can be started now: first what the person has to renew, then what anybody can start.
fn kinds(house: &House, caller: Option<&Caller>, lang: Lang, program: &Program) -> Result<Vec<Kind>, Error> {
    let definition = &program.definition;
    let label = |kind: &CaseKind| text(program, lang, &format!("kind.{}", kind.code()));
    let due = match caller {
        Some(caller) => house
            .database
            .read(|conn| renewal::due(house, conn, &Filer::themself(caller), lang, Some(&definition.id)))?,
        None => Vec::new(),
    };
    let renewing = definition.kinds_that(Effect::Renews).next();
    let renewals = renewing.into_iter().flat_map(|kind| due.iter().map(move |grant| (kind, grant.clone())));
    let renewals = renewals.map(|(kind, grant)| Kind {
        code: format!("{}/{}", kind.code(), grant.head.id),
        label: label(kind),
        renews: Some(grant),
    });
    let free = |kind: &&KindRule| !kind.effect.attaches() && kind.effect != Effect::Renews;
    let offered = |kind: &&KindRule| kind.is_offered(house.today(), &house.settings);
    let others = definition.kinds.iter().filter(|kind| kind.by.contains(&Body::Applicant)).filter(free);
    let others = others.filter(offered);
    let others =
        others.map(|kind| Kind { code: kind.code.code().to_owned(), label: label(&kind.code), renews: None });
    Ok(renewals.chain(others).collect())
}

/// The promised days, or else the legal ones.
fn days(house: &House, program: &Program) -> Option<u32> {
    let of = |kind: ClockKind| program.definition.clocks.iter().find(|clock| clock.kind == kind);
    let clock = of(ClockKind::Promise).or_else(|| of(ClockKind::Legal))?;
    clock.days.number(house.today(), &house.settings)
}

fn open_cases(
    house: &House,
    caller: Option<&Caller>,
    lang: Lang,
    code: &str,
) -> Result<Vec<OpenCase>, Error> {
    let Some(caller) = caller else { return Ok(Vec::new()) };
    house.database.read(|conn| {
        let stored = cases::of_applicant(conn, &house.keys, &caller.actor.id)?;
        let under_way = |state: State| !matches!(state, State::Decided | State::Ended);
        let mut open = Vec::new();
        for case in
            stored.into_iter().map(|it| it.case).filter(|it| it.program == code && under_way(it.state))
        {
            let program = house.programs.pinned(conn, &case.definition)?;
            let at = case.received_at.unwrap_or(case.started_at);
            open.push(OpenCase { title: head_of(&case, &program, lang).title, id: case.id, at });
        }
        Ok(open)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_words_are_found_and_others_are_not() {
        let known: BTreeSet<String> =
            ["病気の治療にかかる医療費の負担を軽くする制度です。", "パーキンソン病"]
                .iter()
                .flat_map(|it| pairs(it))
                .collect();
        let found = |query: &str| score(&pairs(query), &known) >= ENOUGH;
        assert!(found("病気の医療費"));
        assert!(found("ぱーきんそん病"));
        assert!(found("病"));
        assert!(!found("保育園"));
        assert!(!found("x"));
    }
}
