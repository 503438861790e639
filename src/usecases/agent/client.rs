//! A client by themself: what counts, what is under way, what can be begun and read.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::{Effect, State};
use crate::store::Conn;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::citizen::{head_of, procedures, status};
use crate::usecases::clerk::words;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::slots::shown_field;

use super::clients::{Client, one};
use super::desk::{Certified, certified};
use super::papers::open_to_office;

/// A kind of procedure that can be begun for the client.
#[derive(Clone, Debug, Serialize)]
pub struct Kind {
    /// Its code; of one that follows a case, `kind/case_…`.
    pub value: String,
    /// Its name.
    pub label: String,
}

/// A case of the client.
#[derive(Clone, Debug, Serialize)]
pub struct CaseLine {
    /// Id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Its reference, once it was filed.
    pub reference: Option<String>,
    /// Where it stands, in words.
    pub stage: String,
    /// Whether it is a draft of this office.
    pub draft: bool,
    /// Whether this office filed it.
    pub filed_here: bool,
    /// What was decided, as label and value.
    pub decided: Vec<(String, String)>,
    /// The papers that the person lets the office read: name of the form, its title.
    pub papers: Vec<(String, String)>,
    /// Key of the sentence why there is none to read; empty where there are some.
    pub papers_closed: String,
}

/// A client.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// Id of the leave.
    pub id: String,
    /// Name.
    pub name: String,
    /// Birth date, where it is known.
    pub birth: String,
    /// Name of the program.
    pub program: String,
    /// First day of the leave.
    pub since: NaiveDate,
    /// Last day of the leave.
    pub until: NaiveDate,
    /// What counts today.
    pub certified: Option<Certified>,
    /// The cases, the newest first.
    pub cases: Vec<CaseLine>,
    /// What can be begun.
    pub kinds: Vec<Kind>,
}

/// Most cases of a client that are shown.
const MOST: usize = 20;

/// The page of a client; that the office looked is on the record of each case that it shows.
///
/// # Errors
/// [`Error::NotFound`] for whoever is no client of the caller's office.
pub fn page(house: &House, caller: &Caller, mandate: &str) -> Result<Page, Error> {
    house.database.write(|conn| {
        let mut client = one(house, conn, caller, mandate)?;
        client.cases.truncate(MOST);
        let ids: Vec<String> = client.cases.iter().map(|it| it.stored.case.id.clone()).collect();
        let role = client.cases.first().map(|it| it.granted.role().to_owned()).unwrap_or_default();
        house.record_all(conn, caller, "read", &ids, &json!({ "role": role, "purpose": "client" }))?;
        let mut cases = Vec::new();
        for opened in &client.cases {
            cases.push(line(house, conn, caller, opened)?);
        }
        let program = house.programs.newest(&client.mandate.program)?;
        Ok(Page {
            program: words::text(&program, &program.definition.title),
            kinds: kinds(house, &client),
            certified: certified(house, &client),
            cases,
            id: client.mandate.id,
            name: client.profile.name,
            birth: client.profile.birth_date,
            since: client.mandate.begins_on,
            until: client.mandate.ends_on,
        })
    })
}

fn line(house: &House, conn: &mut Conn, caller: &Caller, opened: &Opened) -> Result<CaseLine, Error> {
    let case = &opened.stored.case;
    let head = head_of(case, &opened.program, Lang::Ja);
    let (papers, papers_closed) = papers(opened);
    let here = case.agency.as_ref().map(|agency| &agency.code);
    Ok(CaseLine {
        id: head.id,
        title: head.title,
        reference: head.reference,
        stage: status::stage(house, conn, opened, Lang::Ja)?,
        draft: case.state == State::Draft,
        filed_here: here.is_some() && here == caller.actor.institution.as_ref(),
        decided: decided(opened),
        papers,
        papers_closed,
    })
}

/// What can be read of a decided case, or why nothing can.
fn papers(opened: &Opened) -> (Vec<(String, String)>, String) {
    let case = &opened.stored.case;
    let Some(shape) = &opened.program.definition.mandate else { return Default::default() };
    if let Err(refusal) = open_to_office(shape, case) {
        return (Vec::new(), refusal.key);
    }
    let signed = shape.papers.iter().filter(|paper| case.revision(&paper.form).is_some());
    let title = |name: &str| opened.program.forms.get(name).map(|form| form.title(Lang::Ja).to_owned());
    (signed.filter_map(|it| Some((it.form.clone(), title(&it.form)?))).collect(), String::new())
}

/// The fields of the newest decision that lists show.
fn decided(opened: &Opened) -> Vec<(String, String)> {
    let Some(decision) = opened.stored.case.decision() else { return Vec::new() };
    let program = &opened.program;
    let fields = &decision.draft.content.fields;
    let shown = |key: &String| {
        let field = program.definition.decision.field(key)?;
        Some((words::text(program, &field.label), shown_field(program, key, fields.get(key)?)))
    };
    program.definition.decision.listed.iter().filter_map(shown).collect()
}

/// What can be begun: a renewal while it is open, what changes a certificate that lasts, and otherwise a first
/// application where nothing is under way.
fn kinds(house: &House, client: &Client) -> Vec<Kind> {
    let Ok(program) = house.programs.newest(&client.mandate.program) else { return Vec::new() };
    let Some(shape) = &program.definition.mandate else { return Vec::new() };
    let today = house.today();
    let lasts = client.certified(house).filter(|(_, last)| last.valid_to >= today);
    let idle = client.running().next().is_none();
    let rules = program.definition.kinds.iter().filter(|rule| shape.kinds.contains(&rule.code));
    let open = rules.filter(|rule| rule.is_offered(today, &house.settings));
    let offered = open.filter_map(|rule| {
        let code = rule.code.code();
        let value = match rule.effect {
            Effect::Renews => format!("{code}/{}", client.renewable(house)?.stored.case.id),
            effect if effect.attaches() => {
                let (opened, _) = lasts.filter(|(it, _)| idle && procedures::fits(it, rule, today))?;
                format!("{code}/{}", opened.stored.case.id)
            }
            _ if idle && lasts.is_none() => code.to_owned(),
            _ => return None,
        };
        Some(Kind { value, label: words::text(&program, &format!("kind.{code}")) })
    });
    offered.collect()
}
