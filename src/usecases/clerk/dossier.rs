//! The content of an application, item by item, with what the office thinks of each.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::case::facts::Items;
use crate::domain::case::forwarding::is_formal;
use crate::domain::case::verdict::{Ruling, item_key};
use crate::domain::forms::{Answers, Change, SummaryRow, changes, summary};
use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::domain::program::definition::ItemGroup;
use crate::domain::program::vocabulary::Holder;
use crate::store::{Conn, answers as revisions};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{fixed_answers, items};
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::slots::link_id;
use crate::usecases::{previous, standing};

use super::proof::{self, Proof};
use super::shell::{Shell, Tab, shell};

/// A choice in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What is posted.
    pub value: String,
    /// What is shown.
    pub label: String,
}

/// An item as it is shown, with the verdict on it.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    #[serde(flatten)]
    row: SummaryRow,
    n: usize,
    verdict: &'static str,
    verdict_reason: Option<String>,
    news: bool,
    previous: Option<String>,
    evidence: Option<String>,
    selected: bool,
}

/// A group of items as a link.
#[derive(Clone, Debug, Serialize)]
pub struct GroupLink {
    title: String,
    href: String,
    current: bool,
    open: usize,
}

/// A group of items.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    code: String,
    title: String,
    items: Vec<Item>,
}

/// The tab 内容.
#[derive(Clone, Debug, Serialize)]
pub struct Dossier {
    /// What stands around it.
    #[serde(flatten)]
    pub shell: Shell,
    sections: Vec<GroupLink>,
    section: Section,
    reasons: Vec<Choice>,
    waivers: Vec<Choice>,
    evidence: Option<Proof>,
}

/// Which part of the content is wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Code of an item group; the first unseen one when empty.
    pub section: String,
    /// Number of the selected item.
    pub item: Option<usize>,
}

/// The content of a case.
///
/// # Errors
/// [`Error::NotFound`] when the caller must not read the case.
pub fn dossier(house: &House, caller: &Caller, case: &str, wanted: &Wanted) -> Result<Dossier, Error> {
    house.read(caller, case, "dossier", |conn, opened| {
        let shell = shell(house, conn, opened, Tab::Content)?;
        let all = all_items(house, conn, opened)?;
        let current = chosen(&all, &wanted.section);
        let links =
            all.iter().enumerate().map(|(at, (group, items))| link(opened, group, items, at == current));
        let sections = links.collect();
        let Some((group, mut rows)) = all.into_iter().nth(current) else { return Err(Error::NotFound) };
        let selected = wanted.item.and_then(|n| rows.iter_mut().find(|item| item.n == n));
        let evidence = match selected {
            Some(item) => {
                item.selected = true;
                Some(proof::of(house, conn, opened, &group, &item.row)?)
            }
            None => None,
        };
        let title = super::words::text(&opened.program, &group.label);
        Ok(Dossier {
            shell,
            sections,
            section: Section { code: group.code.clone(), title, items: rows },
            reasons: reasons(opened, &group),
            waivers: waivers(&opened.program),
            evidence,
        })
    })
}

/// The items that the reader may see, by group.
fn all_items(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<(ItemGroup, Vec<Item>)>, Error> {
    let Some(form) = opened.program.application() else { return Ok(Vec::new()) };
    let name = &opened.program.definition.forms.application;
    let answers = fixed_answers(conn, opened, name)?.unwrap_or_default();
    let around = Surroundings::of_case(house, conn, opened)?.in_language(Lang::Ja);
    let known = items(house, conn, opened)?;
    let news = news(house, conn, opened, &around)?;
    let sections = summary(form, &answers, &around.env());
    let (mut found, mut n) = (Vec::new(), 0);
    for group in opened.program.definition.item_groups.iter().filter(|it| opened.granted.sees(it.class)) {
        let mut rows = Vec::new();
        for section in &sections {
            for row in section.rows.iter().filter(|row| covers(group, &section.step, row)) {
                n += 1;
                rows.push(item(opened, group, row, n, &known, &answers.digest(&row.path), &news));
            }
        }
        if !rows.is_empty() {
            found.push((group.clone(), rows));
        }
    }
    Ok(found)
}

/// Whether an item of the application belongs to a group.
pub fn covers(group: &ItemGroup, step: &str, row: &SummaryRow) -> bool {
    group.items.iter().any(|item| item == step || item == link_id(&row.path))
}

fn item(
    opened: &Opened,
    group: &ItemGroup,
    row: &SummaryRow,
    n: usize,
    known: &Items,
    digest: &str,
    news: &BTreeMap<String, Change>,
) -> Item {
    let key = item_key(&opened.program.definition.forms.application, &row.path);
    let given = opened.stored.case.verdicts.get(&key).filter(|verdict| verdict.content == digest);
    let verdict = match given.map(|it| &it.ruling) {
        Some(Ruling::Accepted) => "accepted",
        Some(Ruling::Returned { .. }) => "returned",
        Some(Ruling::Waived { .. }) => "waived",
        None if known.contains_key(&key) => "unseen",
        None => "not_applicable",
    };
    // News stays news until somebody has ruled on it.
    let change = news.get(&row.path).filter(|_| verdict == "unseen");
    let proven = !row.files.is_empty() || !group.evidence.is_empty() || row.origin.is_some();
    let case = &opened.stored.case.id;
    Item {
        row: row.clone(),
        n,
        verdict,
        verdict_reason: given.and_then(|it| ruling_words(&opened.program, &it.ruling)),
        news: change.is_some(),
        previous: change.map(|it| it.before.clone()).filter(|before| !before.is_empty()),
        evidence: proven.then(|| format!("/staff/cases/{case}?section={}&item={n}#evidence", group.code)),
        selected: false,
    }
}

fn ruling_words(program: &Program, ruling: &Ruling) -> Option<String> {
    match ruling {
        Ruling::Accepted => None,
        Ruling::Returned { reason, note, .. } => {
            let label = program.phrases.returned(reason).map_or(reason.as_str(), |it| it.label.as_str());
            Some(if note.is_empty() { label.to_owned() } else { format!("{label}：{note}") })
        }
        Ruling::Waived { reason } => {
            Some(program.phrases.waived(reason).map_or(reason.clone(), |it| it.label.clone()))
        }
    }
}

/// What changed since the revision before, or in a renewal since the earlier application, by path.
fn news(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    around: &Surroundings,
) -> Result<BTreeMap<String, Change>, Error> {
    let name = &opened.program.definition.forms.application;
    let (Some(form), Some(before)) = (opened.program.application(), answers_before(house, conn, opened)?)
    else {
        return Ok(BTreeMap::new());
    };
    let now = fixed_answers(conn, opened, name)?.unwrap_or_default();
    let found = changes(form, &before, &now, &around.env());
    Ok(found.into_iter().map(|change| (change.path.clone(), change)).collect())
}

fn answers_before(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Option<Answers>, Error> {
    let case = &opened.stored.case;
    let name = &opened.program.definition.forms.application;
    let newest = case.revision(name).map_or(0, |revision| revision.number);
    if newest > 1 {
        let earlier = revisions::find(conn, &opened.granted, &opened.stored, name, newest - 1)?;
        return Ok(earlier.map(|saved| serde_json::from_slice(&saved.body)).transpose()?);
    }
    let Some(follows) = &case.follows else { return Ok(None) };
    if opened.effect().attaches() {
        return standing::before(conn, opened).map(Some);
    }
    let earlier = previous::followed(house, conn, opened, follows)?;
    standing::now(conn, &earlier).map(Some)
}

fn chosen(all: &[(ItemGroup, Vec<Item>)], wanted: &str) -> usize {
    let named = all.iter().position(|(group, _)| group.code == wanted);
    named.or_else(|| all.iter().position(|(_, items)| open(items) > 0)).unwrap_or(0)
}

fn open(items: &[Item]) -> usize {
    items.iter().filter(|item| !item.row.heading && item.verdict == "unseen").count()
}

fn link(opened: &Opened, group: &ItemGroup, items: &[Item], current: bool) -> GroupLink {
    GroupLink {
        title: super::words::text(&opened.program, &group.label),
        href: format!("/staff/cases/{}?section={}", opened.stored.case.id, group.code),
        current,
        open: open(items),
    }
}

/// The reasons of a group; at an office that only receives, those about form.
fn reasons(opened: &Opened, group: &ItemGroup) -> Vec<Choice> {
    let receives = opened.stored.case.holder() == Holder::Receiving;
    let fits = |code: &String| group.reasons.is_empty() || group.reasons.contains(code);
    let all = opened.program.phrases.returns.iter().filter(|phrase| fits(&phrase.code));
    let phrases = all.filter(|phrase| !receives || is_formal(phrase.effect));
    phrases.map(|it| Choice { value: it.code.clone(), label: it.label.clone() }).collect()
}

fn waivers(program: &Program) -> Vec<Choice> {
    program
        .phrases
        .waivers
        .iter()
        .map(|it| Choice { value: it.code.clone(), label: it.label.clone() })
        .collect()
}
