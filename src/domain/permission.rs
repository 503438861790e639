//! The one place that says who may do what.
//!
//! A program's roles name the commands and the reach; this function alone turns them into a
//! [`Granted`], and no use case that touches a case can be called without one.

use std::collections::BTreeSet;

use crate::domain::program::definition::{Definition, Role};
use crate::domain::program::vocabulary::{Body, CommandName, DataClass, Reach, State};
use crate::domain::refusal::Refusal;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Id: `cit_…`, `usr_…` or `system`.
    pub id: String,
    /// Name as it is shown to others.
    pub name: String,
    /// Codes of the roles the person holds.
    pub roles: BTreeSet<String>,
    /// Code of a physician's designation.
    pub designation: Option<String>,
    /// 医療機関コード of the institution for which the person acts.
    pub institution: Option<String>,
}

/// The role of every citizen towards their own cases.
pub const APPLICANT: &str = "applicant";
/// The role of a member of a household who showed their code.
pub const MEMBER: &str = "member";
/// The role of the installation itself.
pub const ENGINE: &str = "engine";
/// The role that runs the installation.
pub const OPERATOR: &str = "operator";
/// The role that looks after the records of access.
pub const AUDITOR: &str = "auditor";

/// The role of a hospital's record system. No person holds it.
pub const RECORD_SYSTEM: &str = "record_system";

impl Actor {
    /// A citizen.
    pub fn citizen(id: &str, name: &str) -> Actor {
        Actor::with_roles(id, name, [APPLICANT])
    }

    /// The installation, for what follows from time alone.
    pub fn system() -> Actor {
        Actor::with_roles("system", "system", [ENGINE])
    }

    /// Someone with the given roles.
    pub fn with_roles<'a>(id: &str, name: &str, roles: impl IntoIterator<Item = &'a str>) -> Actor {
        let roles = roles.into_iter().map(str::to_owned).collect();
        Actor { id: id.to_owned(), name: name.to_owned(), roles, designation: None, institution: None }
    }

    /// Whether the person holds a role.
    pub fn is(&self, role: &str) -> bool {
        self.roles.contains(role)
    }
}

/// How an actor stands to a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relation {
    /// It is their own application.
    pub own: bool,
    /// A work item of the case is theirs.
    pub assigned: bool,
    /// The person presented the certificate of the case to them a short while ago, or they showed a code of it.
    pub presented: bool,
    /// The case is on the agenda of a session at which they sit, and nothing excludes them from it.
    pub seated: bool,
    /// The state of the case, once there is one.
    pub state: Option<State>,
}

/// The proof that an actor may carry a command out. Only [`grant`] makes one.
#[derive(Clone, Debug)]
pub struct Granted {
    actor: Actor,
    command: CommandName,
    role: String,
    sees: BTreeSet<DataClass>,
}

impl Granted {
    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What was allowed.
    pub fn command(&self) -> CommandName {
        self.command
    }

    /// The role that allowed it.
    pub fn role(&self) -> &str {
        &self.role
    }

    /// Whether the actor may see a class of data.
    pub fn sees(&self, class: DataClass) -> bool {
        self.sees.contains(&class)
    }
}

/// Allows a command, or refuses it without telling whether the case exists.
///
/// # Errors
/// `permission.denied`.
pub fn grant(
    actor: &Actor,
    command: CommandName,
    definition: &Definition,
    relation: &Relation,
) -> Result<Granted, Refusal> {
    let mut held = definition.roles.iter().filter(|role| actor.is(&role.code));
    let role = held
        .clone()
        .find(|role| allows(role, command, relation))
        .ok_or_else(|| Refusal::new("permission.denied"))?;
    let sees = held.by_ref().filter(|it| reaches(it, relation)).flat_map(|it| it.sees.iter().copied());
    Ok(Granted { actor: actor.clone(), command, role: role.code.clone(), sees: sees.collect() })
}

/// Whether an actor holds a role of a program that carries a command and reaches the office's cases: what
/// may be offered. Each case is asked about again.
pub fn could(actor: &Actor, command: CommandName, definition: &Definition) -> bool {
    let mut roles = definition.roles_for(command);
    roles.any(|role| actor.is(&role.code) && role.reach == Reach::Organisation)
}

fn allows(role: &Role, command: CommandName, relation: &Relation) -> bool {
    let in_state = match relation.state {
        Some(state) => role.states.is_empty() || role.states.contains(&state),
        None => true,
    };
    role.commands.contains(&command) && in_state && reaches(role, relation)
}

fn reaches(role: &Role, relation: &Relation) -> bool {
    match role.reach {
        Reach::Own => relation.own,
        Reach::Assigned => relation.assigned,
        Reach::Presented => relation.presented,
        Reach::Seated => relation.seated,
        // What is not filed has not reached the office.
        Reach::Organisation => {
            relation.state != Some(State::Draft) || relation.own || role.body == Body::System
        }
        Reach::Metadata => false,
    }
}

/// A page of the installation that belongs to no single case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Desk {
    /// Lists of cases and the search in them.
    Queue,
    /// A physician's own requests.
    Physician,
    /// Where an institution asks for the ledger of a certificate that is presented to it.
    Institution,
    /// Where sessions of a committee are prepared and held, and its members registered.
    Secretary,
    /// A member's own sessions.
    Member,
    /// Runs, rows and failures of the hub; letters on paper; the state of the installation.
    Operation,
    /// The record of who did and read what.
    Audit,
    /// Where the record system of a hospital hands documents in.
    Documents,
}

/// The proof that an actor may sit at a desk.
#[derive(Clone, Debug)]
pub struct Seated(Actor);

impl Seated {
    /// Who sits there.
    pub fn actor(&self) -> &Actor {
        &self.0
    }
}

/// Allows a desk.
///
/// # Errors
/// `permission.denied`.
pub fn seat(actor: &Actor, desk: Desk, definitions: &[&Definition]) -> Result<Seated, Refusal> {
    let holds = |wanted: fn(&Role) -> bool| {
        let mut roles = definitions.iter().flat_map(|it| it.roles.iter());
        roles.any(|role| actor.is(&role.code) && wanted(role))
    };
    let allowed = match desk {
        Desk::Queue => holds(|role| role.reach == Reach::Organisation && role.code != ENGINE),
        Desk::Physician => holds(|role| role.reach == Reach::Assigned),
        Desk::Institution => actor.institution.is_some() && holds(|role| role.reach == Reach::Presented),
        Desk::Secretary => holds(|role| role.commands.contains(&CommandName::Convene)),
        Desk::Member => holds(|role| role.reach == Reach::Seated),
        Desk::Operation => actor.is(OPERATOR),
        Desk::Audit => actor.is(AUDITOR),
        Desk::Documents => actor.institution.is_some() && actor.is(RECORD_SYSTEM),
    };
    if allowed { Ok(Seated(actor.clone())) } else { Err(Refusal::new("permission.denied")) }
}
