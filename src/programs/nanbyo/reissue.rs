//! 再交付 (難病法施行規則26条・27条): the certificate is printed once more with the content that it has.

use serde_json::Value;

use super::propose::table_fault;
use super::show;
use crate::domain::money::Yen;
use crate::domain::proposal::{Proposal, ProposedValue, WorkingStep};
use crate::domain::tables::{TableError, Tables};
use crate::programs::Inputs;

/// Fields with a code, and the table that names its codes.
const NAMED: [(&str, &str); 2] = [("tier", "tiers"), ("cap_basis", "cap_bases")];
/// Fields with an amount of money.
const AMOUNTS: [&str; 2] = ["cap", "cap_whole"];

/// Proposes every field of the decision before as it is.
pub fn propose(inputs: &Inputs<'_>, tables: &Tables) -> Proposal {
    let mut proposal = Proposal::default();
    for (field, value) in inputs.before.iter().filter(|(_, value)| !value.is_null()) {
        let shown = shown(field, value, inputs, tables).unwrap_or_else(|error| {
            proposal.findings.push(table_fault(&error));
            String::new()
        });
        let step = WorkingStep::new("working.unchanged").under("難病法施行規則26条").gives(&shown);
        proposal.put(field, ProposedValue::new(value.clone(), shown, vec![step]));
    }
    proposal
}

fn shown(field: &str, value: &Value, inputs: &Inputs<'_>, tables: &Tables) -> Result<String, TableError> {
    Ok(match value {
        Value::Bool(yes) => show::yes_no(Some(*yes)),
        Value::Number(number) if AMOUNTS.contains(&field) => {
            Yen(number.as_i64().unwrap_or_default()).to_string()
        }
        Value::String(text) => match NAMED.iter().find(|(named, _)| *named == field) {
            Some((_, table)) => tables.row(table, text, inputs.received_on)?.text("name")?.to_owned(),
            None => text.parse().map_or_else(|_| text.clone(), show::day),
        },
        other => other.to_string(),
    })
}
