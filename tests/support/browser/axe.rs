//! The accessibility checker axe-core, run inside the page.

use serde_json::{Value, json};

use super::Browser;

const SOURCE: &str = include_str!("../../browser/assets/axe.min.js");
const RUN: &str = "const done = arguments[arguments.length - 1];
axe.run(document, { runOnly: arguments[0], resultTypes: ['violations'] })
  .then((result) => done(result.violations), (error) => done(String(error)));";
/// WCAG 2.0 to 2.2, levels A and AA.
const RULES: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

impl Browser {
    /// Fails the test when axe-core finds anything on the page that is open.
    ///
    /// # Panics
    /// With every violation: its rule, what it means and where it is. Also when the page was
    /// opened with scripts off.
    pub async fn check_accessibility(&self) {
        let violations = self.violations().await;
        if !violations.is_empty() {
            self.fail(&format!("axe-core found:\n{}", violations.join("\n"))).await;
        }
    }

    /// What axe-core finds, one line each.
    pub async fn violations(&self) -> Vec<String> {
        self.client.execute(SOURCE, Vec::new()).await.expect("axe-core loads");
        let result = self.client.execute_async(RUN, vec![json!(RULES)]).await.expect("axe-core runs");
        let list = result.as_array().unwrap_or_else(|| panic!("axe-core failed: {result}"));
        list.iter().map(describe).collect()
    }
}

fn describe(violation: &Value) -> String {
    let nodes = violation["nodes"].as_array().into_iter().flatten();
    let places: Vec<&str> = nodes.filter_map(|node| node["html"].as_str()).collect();
    let said = |name: &str| violation[name].as_str().unwrap_or_default();
    format!("{}: {}\n    {}", said("id"), said("help"), places.join("\n    "))
}
