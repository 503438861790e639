//! What is proposed when a certificate is changed: everything as before, except what the change is about.

use super::super::change::{self, Change, ChangeStart};
use super::*;

/// Proposes a changed decision.
pub fn amend(kind: Change, inputs: &Inputs<'_>, tables: &Tables, today: NaiveDate) -> Proposal {
    let mut draft = Draft::new(inputs, tables, today);
    draft.amend(kind);
    draft.proposal
}

impl Draft<'_> {
    /// Takes the earlier decision over and works out anew what the change touches.
    fn amend(&mut self, kind: Change) {
        let taken = self
            .inputs
            .before
            .iter()
            .filter_map(|(field, value)| Some((field, change::unchanged(field, value)?)));
        self.proposal.fields.extend(taken.map(|(field, value)| (field.clone(), value)));
        let topics = change::topics(kind, self.application);
        if topics.is_empty() {
            self.ask("finding.change-nothing", "answers.change.wanted");
        }
        let start = self.change_start(kind, &topics);
        let service = self.settle(start).unwrap_or(self.inputs.received_on);
        if topics.contains(&"diseases") {
            let disease = self.disease();
            let disease = self.settle(disease).flatten();
            let ground = disease.map_or(Ok(Ground::Open), |disease| self.ground(disease));
            self.settle(ground);
        }
        let extras = self.extras();
        self.settle(extras);
        if kind.computes(&topics) {
            let costs = self.costs(service);
            self.settle(costs);
        } else if topics.iter().any(|topic| ["insurance", "members"].contains(topic)) {
            self.ask("finding.change-may-touch-cap", "answers.change.facts");
        }
    }

    fn change_start(&mut self, kind: Change, topics: &[&str]) -> Result<NaiveDate, TableError> {
        let input = ChangeStart {
            received_on: self.inputs.received_on,
            happened_on: self.application.day("change.happened-on"),
            from: before(self.inputs, "start_on"),
            to: before(self.inputs, "valid_to"),
        };
        let (start, steps) = self.take(change::start(kind, topics, input, self.tables)?);
        self.put("start_on", start.to_string(), &show::day(start), steps);
        Ok(start)
    }
}

/// A day of the decision that is changed.
fn before(inputs: &Inputs<'_>, field: &str) -> Option<NaiveDate> {
    inputs.before.get(field)?.as_str()?.parse().ok()
}
