//! The register of members: who is appointed, for which term, who presides.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::domain::committee::{Appointment, lacking, term_end};
use crate::domain::lang::Lang;
use crate::domain::numbers::InstitutionCode;
use crate::domain::permission::Desk;
use crate::domain::program::Program;
use crate::domain::program::committee::{CommitteeShape, Field};
use crate::domain::program::vocabulary::{CommandName, Reach};
use crate::domain::refusal::Refusal;
use crate::store::users::{self, User};
use crate::store::{Conn, StoreError, committee};
use crate::usecases::access::Caller;
use crate::usecases::clerk::typed::day;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::{convened, line, programs, shape, text};

/// An appointment as the register shows it.
#[derive(Clone, Debug, Serialize)]
pub struct MemberView {
    id: String,
    name: String,
    profession: String,
    field: String,
    panel: String,
    designated: bool,
    institution: String,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    before: u32,
    chair: bool,
    panel_chair: bool,
    /// `running`, `coming` or `over`.
    state: &'static str,
}

/// Somebody with a choice's value.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// Posted.
    pub value: String,
    /// Shown.
    pub label: String,
}

/// The register of one committee.
#[derive(Clone, Debug, Serialize)]
pub struct Register {
    program: String,
    committee: String,
    months: u32,
    members: Vec<MemberView>,
    /// Members of a panel as a rule; none where the committee sits as a whole.
    panel_size: Option<u32>,
    panels: Vec<PanelView>,
    fields: Vec<Choice>,
    /// Whether only designated physicians sit on it.
    designated: bool,
    accounts: Vec<Choice>,
}

/// A panel as it is made up today.
#[derive(Clone, Debug, Serialize)]
pub struct PanelView {
    name: String,
    members: usize,
    /// Who presides over it; none while nobody does.
    chair: Option<String>,
    /// Fields for which it has nobody.
    lacking: Vec<String>,
}

/// What is typed for an appointment.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Typed {
    /// The program.
    pub program: String,
    /// The member's account.
    pub user: String,
    /// Profession.
    pub profession: String,
    /// Code of the field; needed where the program names fields.
    pub field: String,
    /// The panel; may be empty.
    pub panel: String,
    /// 医療機関コード; may be empty.
    pub institution_code: String,
    /// Name of the institution; may be empty.
    pub institution: String,
    /// Whether they are a designated physician.
    pub designated: bool,
    /// First day of the term.
    pub starts_on: String,
}

/// The registers of the committees whose secretary the caller is.
///
/// # Errors
/// `permission.denied`.
pub fn registers(house: &House, caller: &Caller, lang: Lang) -> Result<Vec<Register>, Error> {
    house.seat(caller, Desk::Secretary)?;
    let own = programs(house, caller, CommandName::Convene);
    house.database.read(|conn| own.iter().map(|program| register(house, conn, program, lang)).collect())
}

fn register(house: &House, conn: &mut Conn, program: &Program, lang: Lang) -> Result<Register, Error> {
    let shape = shape(program)?;
    let id = &program.definition.id;
    let today = house.today();
    let members = committee::appointments(conn, id)?;
    Ok(Register {
        panel_size: shape.panel_size.as_ref().and_then(|size| size.number(today, &house.settings)),
        panels: panels(program, shape, &members, (today, lang)),
        fields: shape.fields.iter().map(|it| choice(program, it, lang)).collect(),
        designated: shape.designated,
        program: id.clone(),
        committee: text(program, &shape.label, lang),
        months: shape.term_months.number(today, &house.settings).unwrap_or_default(),
        members: members
            .into_iter()
            .rev()
            .map(|member| view(program, shape, member, (today, lang)))
            .collect(),
        accounts: accounts(house, conn, program)?,
    })
}

fn choice(program: &Program, field: &Field, lang: Lang) -> Choice {
    Choice { value: field.code.clone(), label: text(program, &field.label, lang) }
}

/// The panels of today with what they lack.
fn panels(
    program: &Program,
    shape: &CommitteeShape,
    members: &[Appointment],
    (today, lang): (NaiveDate, Lang),
) -> Vec<PanelView> {
    let mut found: BTreeMap<&str, Vec<&Appointment>> = BTreeMap::new();
    for member in members.iter().filter(|it| it.runs_on(today) && !it.panel.is_empty()) {
        found.entry(&member.panel).or_default().push(member);
    }
    let words = |field: &Field| text(program, &field.label, lang);
    let view = |(name, members): (&str, Vec<&Appointment>)| PanelView {
        name: name.to_owned(),
        members: members.len(),
        chair: members.iter().find(|it| it.panel_chair).map(|it| it.name.clone()),
        lacking: lacking(&shape.fields, &members).into_iter().map(words).collect(),
    };
    found.into_iter().map(view).collect()
}

fn view(
    program: &Program,
    shape: &CommitteeShape,
    member: Appointment,
    (today, lang): (NaiveDate, Lang),
) -> MemberView {
    let field = shape.fields.iter().find(|it| it.code == member.field);
    let state = match () {
        () if member.runs_on(today) => "running",
        () if today < member.starts_on => "coming",
        () => "over",
    };
    MemberView {
        id: member.id,
        name: member.name,
        profession: member.profession,
        field: field.map(|it| text(program, &it.label, lang)).unwrap_or_default(),
        panel: member.panel,
        designated: member.designated,
        institution: member.institution,
        starts_on: member.starts_on,
        ends_on: member.ends_on,
        before: member.before,
        chair: member.chair,
        panel_chair: member.panel_chair,
        state,
    }
}

/// Accounts with a role that sits on the committee.
fn accounts(house: &House, conn: &mut Conn, program: &Program) -> Result<Vec<Choice>, Error> {
    let found = users::all(conn, &house.keys)?.into_iter().filter(|user| can_sit(program, user));
    Ok(found
        .map(|user| Choice { label: format!("{}（{}）", user.name, user.login), value: user.id })
        .collect())
}

fn can_sit(program: &Program, user: &User) -> bool {
    let sits = |code: &String| program.definition.role(code).is_some_and(|role| role.reach == Reach::Seated);
    user.active && user.roles.iter().any(sits)
}

/// Appoints somebody; whoever was a member before is appointed again.
///
/// # Errors
/// What was typed wrong; `committee.term` when a term of theirs runs then already.
pub fn appoint(house: &House, caller: &Caller, typed: &Typed) -> Result<(), Error> {
    let program = convened(house, caller, &typed.program)?;
    house.database.write(|conn| {
        let member = read(house, conn, &program, typed)?;
        match committee::appoint(conn, &typed.program, &member, house.now()) {
            Err(StoreError::Duplicate(_)) => return Err(taken().into()),
            other => other?,
        }
        let detail = json!({ "member": member.id, "from": member.starts_on, "to": member.ends_on });
        house.record(conn, caller, "appoint_member", "", "done", detail)
    })
}

fn read(house: &House, conn: &mut Conn, program: &Program, typed: &Typed) -> Result<Appointment, Error> {
    let user = users::find(conn, &house.keys, &typed.user).ok().filter(|user| can_sit(program, user));
    let user = user.ok_or_else(|| Refusal::new("committee.member").at("user"))?;
    if shape(program)?.designated && !typed.designated {
        return Err(Refusal::new("committee.designated").at("designated").into());
    }
    let fields = &shape(program)?.fields;
    if !fields.is_empty() && fields.iter().all(|field| field.code != typed.field) {
        return Err(Refusal::new("committee.field").at("field").into());
    }
    let (starts_on, ends_on) = term(house, conn, program, typed)?;
    let optional =
        |text: &str, field| if text.trim().is_empty() { Ok(String::new()) } else { line(text, field) };
    Ok(Appointment {
        id: house.new_id("mem")?,
        profession: line(&typed.profession, "profession")?,
        field: if fields.is_empty() { String::new() } else { typed.field.clone() },
        panel: optional(&typed.panel, "panel")?,
        designated: typed.designated,
        institution_code: institution_code(&typed.institution_code)?,
        institution: optional(&typed.institution, "institution")?,
        starts_on,
        ends_on,
        chair: false,
        panel_chair: false,
        before: 0,
        name: user.name,
        user: user.id,
    })
}

/// First and last day of the term, which meets no other of the same person.
fn term(
    house: &House,
    conn: &mut Conn,
    program: &Program,
    typed: &Typed,
) -> Result<(NaiveDate, NaiveDate), Error> {
    let starts_on = day(&typed.starts_on, "starts_on")?;
    let months = shape(program)?.term_months.number(starts_on, &house.settings).ok_or_else(taken)?;
    let ends_on = term_end(starts_on, months);
    let all = committee::appointments(conn, &program.definition.id)?;
    let meets = |it: &Appointment| it.starts_on <= ends_on && starts_on <= it.ends_on;
    if all.iter().any(|it| it.user == typed.user && meets(it)) {
        return Err(taken().into());
    }
    Ok((starts_on, ends_on))
}

/// A 医療機関コード, or nothing.
fn institution_code(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    match InstitutionCode::parse(text) {
        Ok(code) => Ok(code.to_string()),
        Err(_) if text.is_empty() => Ok(String::new()),
        Err(_) => Err(Refusal::new("committee.institution").at("institution_code")),
    }
}

fn taken() -> Refusal {
    Refusal::new("committee.term").at("starts_on")
}

/// Lets a member preside.
///
/// # Errors
/// [`Error::NotFound`].
pub fn preside(house: &House, caller: &Caller, program: &str, id: &str) -> Result<(), Error> {
    convened(house, caller, program)?;
    house.database.write(|conn| {
        appointed(conn, program, id)?;
        committee::set_chair(conn, program, id)?;
        house.record(conn, caller, "change_member", "", "done", json!({ "member": id, "chair": true }))
    })
}

/// Lets a member preside over the panel to which they belong.
///
/// # Errors
/// `committee.no-panel` for a member of none; [`Error::NotFound`].
pub fn preside_panel(house: &House, caller: &Caller, program: &str, id: &str) -> Result<(), Error> {
    convened(house, caller, program)?;
    house.database.write(|conn| {
        let member = appointed(conn, program, id)?;
        if member.panel.is_empty() {
            return Err(Error::refused("committee.no-panel"));
        }
        committee::set_panel_chair(conn, program, &member.panel, id)?;
        let detail = json!({ "member": id, "panel_chair": member.panel });
        house.record(conn, caller, "change_member", "", "done", detail)
    })
}

/// Moves a member to another panel, or with nothing typed to none.
///
/// # Errors
/// `committee.panel-long`; [`Error::NotFound`].
pub fn move_to(house: &House, caller: &Caller, program: &str, id: &str, panel: &str) -> Result<(), Error> {
    convened(house, caller, program)?;
    let panel = if panel.trim().is_empty() { String::new() } else { line(panel, "panel")? };
    house.database.write(|conn| {
        appointed(conn, program, id)?;
        committee::set_panel(conn, id, &panel)?;
        house.record(conn, caller, "change_member", "", "done", json!({ "member": id, "panel": panel }))
    })
}

/// Ends a member's term on a day before its end; from the day after they neither see nor say anything.
///
/// # Errors
/// `committee.end` for a day outside the term; [`Error::NotFound`].
pub fn end(house: &House, caller: &Caller, program: &str, id: &str, on: &str) -> Result<(), Error> {
    convened(house, caller, program)?;
    let on = day(on, "ends_on")?;
    house.database.write(|conn| {
        let member = appointed(conn, program, id)?;
        if !member.runs_on(on) {
            return Err(Refusal::new("committee.end").at("ends_on").into());
        }
        committee::end_term(conn, id, on)?;
        house.record(conn, caller, "change_member", "", "done", json!({ "member": id, "to": on }))
    })
}

fn appointed(conn: &mut Conn, program: &str, id: &str) -> Result<Appointment, Error> {
    let found = committee::appointments(conn, program)?.into_iter().find(|it| it.id == id);
    found.ok_or(Error::NotFound)
}
