//! The one place that says who may do what.
//!
//! A program's roles name the commands and the reach; this function alone turns them into a
//! [`Granted`], and no use case that touches a case can be called without one.

use std::collections::BTreeSet;

use crate::domain::case::route::Custody;
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
    /// Number of the institution or office for which the person acts: 医療機関コード, 事業所番号.
    pub institution: Option<String>,
    /// Code of the receiving office for which the person works; none for the body that decides.
    pub office: Option<String>,
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

/// What somebody does with a filed case of a person for whom they apply.
const LOOKING: [CommandName; 2] = [CommandName::ReadClient, CommandName::ReadPapers];

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
        Actor {
            id: id.to_owned(),
            name: name.to_owned(),
            roles,
            designation: None,
            institution: None,
            office: None,
        }
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
    /// A work item of the case awaits the result of somebody at the actor's institution.
    pub colleague: bool,
    /// The person presented the certificate of the case to them a short while ago, or they showed a code of it.
    pub presented: bool,
    /// The case is on the agenda of a session at which they sit, and nothing excludes them from it.
    pub seated: bool,
    /// The person gave the actor's office leave to apply for them; and a draft was begun there.
    pub entrusted: bool,
    /// The state of the case, once there is one.
    pub state: Option<State>,
    /// Where it lies, seen from the actor's office.
    pub custody: Custody,
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

    /// Whether the installation itself acts, because time has passed.
    pub fn is_engine(&self) -> bool {
        self.role == ENGINE
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
/// `permission.elsewhere` when only another office may do it now, otherwise `permission.denied`.
pub fn grant(
    actor: &Actor,
    command: CommandName,
    definition: &Definition,
    relation: &Relation,
) -> Result<Granted, Refusal> {
    let held = definition.roles.iter().filter(|role| holds(actor, role));
    let mut allowing = held.clone().filter(|role| allows(role, command, relation)).peekable();
    if allowing.peek().is_none() {
        return Err(Refusal::new("permission.denied"));
    }
    let role = allowing
        .find(|role| lies_within(role, command, relation.custody))
        .ok_or_else(|| Refusal::new("permission.elsewhere"))?;
    let seen = held.filter(|it| reaches(it, command, relation)).flat_map(|it| classes(it, relation.custody));
    Ok(Granted { actor: actor.clone(), command, role: role.code.clone(), sees: seen.collect() })
}

/// Whether an actor holds a role. The roles of an office that only receives are held by those who work for
/// one, and those of the body that decides by nobody there.
pub fn holds(actor: &Actor, role: &Role) -> bool {
    let right_office = match role.body {
        Body::Forwarding => actor.office.is_some(),
        Body::Receiving | Body::Deciding => actor.office.is_none(),
        Body::Applicant | Body::Institution | Body::System => true,
    };
    right_office && actor.is(&role.code)
}

/// Whether a role is on one of the two sides between which a case is passed on.
fn passes(role: &Role) -> bool {
    matches!(role.body, Body::Forwarding | Body::Receiving | Body::Deciding)
}

/// Whether a role may carry a command out where the case lies now: what was passed on is only looked at, and
/// what arrives is first taken over.
fn lies_within(role: &Role, command: CommandName, custody: Custody) -> bool {
    match custody {
        Custody::Arriving if passes(role) => {
            matches!(command, CommandName::Read | CommandName::TakeOver | CommandName::ReadLog)
        }
        Custody::PassedOn if passes(role) => matches!(command, CommandName::Read | CommandName::ReadLog),
        Custody::Elsewhere if passes(role) => command == CommandName::ReadLog,
        _ => true,
    }
}

/// The classes of data that a role sees: of a case with the other body no more than whose it is.
fn classes(role: &Role, custody: Custody) -> impl Iterator<Item = DataClass> {
    let here = !passes(role) || matches!(custody, Custody::Here | Custody::Arriving);
    let shown = move |class: &DataClass| here || matches!(class, DataClass::Identity | DataClass::Log);
    role.sees.iter().copied().filter(shown)
}

/// Whether an actor holds a role of a program that carries a command and reaches the office's cases: what
/// may be offered. Each case is asked about again.
pub fn could(actor: &Actor, command: CommandName, definition: &Definition) -> bool {
    let mut roles = definition.roles_for(command);
    roles.any(|role| holds(actor, role) && role.reach == Reach::Organisation)
}

fn allows(role: &Role, command: CommandName, relation: &Relation) -> bool {
    let in_state = match relation.state {
        Some(state) => role.states.is_empty() || role.states.contains(&state),
        None => true,
    };
    role.commands.contains(&command) && in_state && reaches(role, command, relation)
}

fn reaches(role: &Role, command: CommandName, relation: &Relation) -> bool {
    match role.reach {
        Reach::Own => relation.own,
        Reach::Assigned => relation.assigned,
        Reach::Institution => relation.colleague,
        Reach::Presented => relation.presented,
        Reach::Seated => relation.seated,
        // What was filed is the person's: whoever filed it for them only looks.
        Reach::Entrusted => {
            let filed = relation.state.is_some_and(|state| state != State::Draft);
            relation.entrusted && (!filed || LOOKING.contains(&command))
        }
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
    /// Lists of the cases of one's own office and the search in them.
    Queue,
    /// Lists over everything that the body that decides works on or has decided.
    Register,
    /// How long the body's own work takes, over all cases: for whoever sees its decisions.
    Figures,
    /// A physician's own requests.
    Physician,
    /// The requests of the physicians of one's institution, to prepare them.
    Assistant,
    /// Where an institution asks for the ledger of a certificate that is presented to it.
    Institution,
    /// Where an institution checks whether a dose may be given, and records it.
    Clinic,
    /// Where an office sees the persons for whom it applies.
    Agent,
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
    let has = |wanted: fn(&Role) -> bool| {
        let mut roles = definitions.iter().flat_map(|it| it.roles.iter());
        roles.any(|role| holds(actor, role) && wanted(role))
    };
    let allowed = match desk {
        Desk::Queue => has(|role| role.reach == Reach::Organisation && role.code != ENGINE),
        Desk::Register => {
            actor.office.is_none() && has(|role| role.reach == Reach::Organisation && role.code != ENGINE)
        }
        Desk::Figures => actor.office.is_none() && has(sees_decisions),
        Desk::Physician => has(|role| role.reach == Reach::Assigned),
        Desk::Assistant => actor.institution.is_some() && has(|role| role.reach == Reach::Institution),
        Desk::Institution => actor.institution.is_some() && has(|role| posts(role, CommandName::ReadLedger)),
        Desk::Clinic => {
            actor.institution.is_some() && has(|role| posts(role, CommandName::RecordImmunization))
        }
        Desk::Agent => actor.institution.is_some() && has(|role| role.reach == Reach::Entrusted),
        Desk::Secretary => has(|role| role.commands.contains(&CommandName::Convene)),
        Desk::Member => has(|role| role.reach == Reach::Seated),
        Desk::Operation => actor.is(OPERATOR),
        Desk::Audit => actor.is(AUDITOR),
        Desk::Documents => actor.institution.is_some() && actor.is(RECORD_SYSTEM),
    };
    if allowed { Ok(Seated(actor.clone())) } else { Err(Refusal::new("permission.denied")) }
}

/// Whether a role does something for those who present themselves.
fn posts(role: &Role, command: CommandName) -> bool {
    role.reach == Reach::Presented && role.commands.contains(&command)
}

/// Whether a role sees what was decided in every case of the office.
pub fn sees_decisions(role: &Role) -> bool {
    role.reach == Reach::Organisation && role.sees.contains(&DataClass::Decision)
}
