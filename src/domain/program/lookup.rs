//! Finding what a definition says: of a kind of procedure, a command, an outcome.

use std::collections::BTreeMap;

use serde_json::Value;

use super::definition::{Consent, Definition, KindRule, LetterRule, OutcomeRule, Role, Signer, WorkItem};
use super::vocabulary::{Assignee, CaseKind, CommandName, Effect, OptionalState, Outcome};

impl Definition {
    /// The work item of a kind.
    pub fn work_item(&self, kind: &str) -> Option<&WorkItem> {
        self.work_items.iter().find(|item| item.kind == kind)
    }

    /// The role of a code.
    pub fn role(&self, code: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.code == code)
    }

    /// The consent of a key.
    pub fn consent(&self, key: &str) -> Option<&Consent> {
        self.consents.iter().find(|consent| consent.key == key)
    }

    /// The rule of an outcome for a kind of procedure; a program need not know every outcome.
    pub fn outcome(&self, kind: &CaseKind, outcome: Outcome) -> Option<&OutcomeRule> {
        self.outcomes.iter().find(|rule| rule.code == outcome && rule.fits(kind))
    }

    /// The outcomes that a kind of procedure can have.
    pub fn outcomes_of<'a>(&'a self, kind: &'a CaseKind) -> impl Iterator<Item = &'a OutcomeRule> {
        self.outcomes.iter().filter(move |rule| rule.fits(kind))
    }

    /// Whether any kind of procedure can have an outcome.
    pub fn knows(&self, outcome: Outcome) -> bool {
        self.outcomes.iter().any(|rule| rule.code == outcome)
    }

    /// The rule of a kind of procedure; none when this edition no longer has it.
    pub fn kind(&self, kind: &CaseKind) -> Option<&KindRule> {
        self.kinds.iter().find(|rule| rule.code == *kind)
    }

    /// What a kind of procedure does; one that this edition does not know opens a certificate.
    pub fn effect(&self, kind: &CaseKind) -> Effect {
        self.kind(kind).map_or(Effect::Opens, |rule| rule.effect)
    }

    /// What expressions of forms read of a case: in `kind` whether it renews, as `required-for` hints name
    /// it, and in `procedure` the code of its kind.
    pub fn procedure(&self, kind: &CaseKind) -> serde_json::Value {
        let renews = self.effect(kind) == Effect::Renews;
        serde_json::json!({ "kind": if renews { "RENEW" } else { "NEW" }, "procedure": kind.code() })
    }

    /// The codes of the kinds that renew.
    pub fn renewing(&self) -> Vec<&str> {
        self.kinds_that(Effect::Renews).map(|kind| kind.code()).collect()
    }

    /// The kinds that attest what a decision found although it granted nothing (登録者証).
    pub fn offered_after<'a>(
        &'a self,
        outcome: Outcome,
        fields: &'a BTreeMap<String, Value>,
    ) -> impl Iterator<Item = &'a KindRule> {
        let found = |key: &String| fields.get(key) == Some(&Value::Bool(true));
        let refused = !outcome.grants();
        self.kinds.iter().filter(move |rule| refused && rule.attests.as_ref().is_some_and(found))
    }

    /// The kinds with an effect.
    pub fn kinds_that(&self, effect: Effect) -> impl Iterator<Item = &CaseKind> {
        self.kinds.iter().filter(move |rule| rule.effect == effect).map(|rule| &rule.code)
    }

    /// Whether an optional state is used.
    pub fn uses(&self, state: OptionalState) -> bool {
        self.optional_states.contains(&state)
    }

    /// The work items for which a command waits.
    pub fn join(&self, command: CommandName) -> impl Iterator<Item = &WorkItem> {
        self.work_items.iter().filter(move |item| item.join.contains(&command))
    }

    /// The letters that a command's success causes in a case of a kind, given the decision's outcome if
    /// there is one.
    pub fn letters_on(
        &self,
        kind: &CaseKind,
        command: CommandName,
        outcome: Option<Outcome>,
    ) -> Vec<&LetterRule> {
        let fits = |rule: &LetterRule| {
            rule.on == command
                && (rule.kinds.is_empty() || rule.kinds.contains(kind))
                && (rule.outcomes.is_empty() || outcome.is_some_and(|it| rule.outcomes.contains(&it)))
        };
        self.letters.iter().filter(|rule| fits(rule)).collect()
    }

    /// The roles that may carry a command out; the permission function asks the rest.
    pub fn roles_for(&self, command: CommandName) -> impl Iterator<Item = &Role> {
        self.roles.iter().filter(move |role| role.commands.contains(&command))
    }

    /// The designations that may sign a form for a kind of procedure.
    pub fn signers<'a>(&'a self, form: &'a str, kind: &'a CaseKind) -> impl Iterator<Item = &'a Signer> {
        self.signers.iter().filter(move |signer| signer.form == form && signer.kinds.contains(kind))
    }

    /// The work items that a kind of assignee carries out.
    pub fn items_of(&self, assignee: Assignee) -> impl Iterator<Item = &WorkItem> {
        self.work_items.iter().filter(move |item| item.assignee == assignee)
    }
}
