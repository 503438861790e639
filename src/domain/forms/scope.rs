//! What an expression at one place of a form can see.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Env;
use super::expr::{Scope, Val};
use super::instance::segments;
use super::model::{Form, Item, Variable};

/// What the expressions of a form can see in one response: the form's own variables are computed once.
pub(super) struct FormScope<'a> {
    form: &'a Form,
    whole: Scope<'a>,
}

impl<'a> FormScope<'a> {
    /// The scope of the form itself. A variable that fails is empty.
    pub(super) fn new(form: &'a Form, env: &Env<'a>, response: &'a Value) -> FormScope<'a> {
        let mut variables: BTreeMap<String, Vec<Val<'a>>> =
            env.context.iter().map(|(name, value)| (name.clone(), Val::from_json(value))).collect();
        variables.insert("resource".to_owned(), vec![Val::Node(response)]);
        variables.insert("questionnaire".to_owned(), vec![Val::Node(&form.json)]);
        let mut whole = Scope { today: env.today, context: vec![Val::Node(response)], variables };
        declare(&mut whole, &form.variables);
        FormScope { form, whole }
    }

    /// The scope of an expression on the item `link_id` in the row at `prefix`; an empty linkId means
    /// the form itself.
    pub(super) fn at(&self, link_id: &str, prefix: &str) -> Scope<'a> {
        let mut scope = self.whole.clone();
        let mut rows = segments(prefix);
        for item in self.form.lineage(link_id) {
            let row = if item.is_rows() && item.link_id != link_id { row_number(rows.next()) } else { 0 };
            scope.context =
                scope.context.first().and_then(|above| child(above, item, row)).into_iter().collect();
            declare(&mut scope, &item.variables);
        }
        scope
    }
}

fn declare<'a>(scope: &mut Scope<'a>, variables: &'a [Variable]) {
    for variable in variables {
        let value = variable.expression.evaluate(scope).unwrap_or_default();
        scope.variables.insert(variable.name.clone(), value);
    }
}

fn row_number(segment: Option<&str>) -> usize {
    let index = segment.and_then(|segment| segment.split('[').nth(1)?.split(']').next()?.parse().ok());
    index.unwrap_or_default()
}

/// The response item of `item` below `above`, the n-th one for a row.
fn child<'a>(above: &Val<'a>, item: &Item, row: usize) -> Option<Val<'a>> {
    let Val::Node(node) = above else { return None };
    let of_item = |found: &&Value| found.get("linkId").and_then(Value::as_str) == Some(&item.link_id);
    node.get("item")?.as_array()?.iter().filter(of_item).nth(row).map(Val::Node)
}
