//! Pages, Bundles and what a platform says about itself.

use serde_json::Value;

use super::evidence::{Evidence, Fault, Flag, FlagKind, Place, Told};
use super::node::{Node, Notes};
use super::{json, resources};

/// Longest text taken over from an OperationOutcome, in characters.
const OUTCOME_CHARS: usize = 300;

/// Where an entry came from, handed down from the Bundle.
#[derive(Clone, Default)]
pub(super) struct Around {
    pub(super) full_url: Option<String>,
    pub(super) told: Told,
}

/// Reads one page into `evidence`.
pub(super) fn read_page(page: usize, bytes: &[u8], evidence: &mut Evidence) {
    let Ok(value) = json::parse(bytes) else {
        let kind = FlagKind::ReadingProblem { fault: Fault::NotJson };
        evidence.flags.push(Flag { kind, place: Some(Place { page, path: "page".to_owned() }) });
        return;
    };
    let notes = Notes::default();
    read_resource(&Node::root(&value, &notes, page), &Around::default(), evidence);
    evidence.flags.extend(notes.into_flags());
}

fn read_resource(node: &Node, around: &Around, evidence: &mut Evidence) {
    match node.text("resourceType").as_deref() {
        Some("Bundle") => read_bundle(node, around, evidence),
        Some("OperationOutcome") => node.note(FlagKind::Notice { text: outcome(node) }),
        Some(kind) => resources::read(kind, node, around, evidence),
        None => node.note(FlagKind::ReadingProblem { fault: Fault::NotAResource }),
    }
}

fn read_bundle(bundle: &Node, around: &Around, evidence: &mut Evidence) {
    let entries = bundle.objects("entry");
    let told = entries.iter().filter_map(composition).map(|node| told(&node)).fold(told(bundle), Told::max);
    for entry in entries {
        let Some(resource) = entry.object("resource") else { continue };
        let around = Around { full_url: entry.text("fullUrl"), told: told.max(around.told) };
        read_resource(&resource, &around, evidence);
    }
}

/// The head of a document Bundle: a mark on it holds for the whole document.
fn composition<'a>(entry: &Node<'a>) -> Option<Node<'a>> {
    let resource = entry.object("resource")?;
    (resource.text("resourceType").as_deref() == Some("Composition")).then_some(resource)
}

/// Whether the patient may see a resource, by the codes in `meta.tag`.
///
/// The code alone counts, whatever its system is called: a mark under a misspelt system still hides.
pub(super) fn told(resource: &Node) -> Told {
    let tags = resource.object("meta").map(|meta| meta.objects("tag")).unwrap_or_default();
    let marks = tags.iter().map(|tag| match tag.text("code").as_deref() {
        Some("UNDELIVERED") => Told::Undelivered,
        Some("UNINFORMED") => Told::Uninformed,
        _ => Told::Told,
    });
    marks.max().unwrap_or_default()
}

/// The address of the next page of a search result, if the page names one.
pub fn next_link(page: &Value) -> Option<&str> {
    let links = page.get("link")?.as_array()?;
    let next = links.iter().find(|link| link.get("relation").and_then(Value::as_str) == Some("next"))?;
    next.get("url")?.as_str()
}

/// What an OperationOutcome says, in one line of at most 300 characters; `None` for anything else.
pub fn outcome_text(bytes: &[u8]) -> Option<String> {
    let value = json::parse(bytes).ok()?;
    if value.get("resourceType").and_then(Value::as_str) != Some("OperationOutcome") {
        return None;
    }
    let notes = Notes::default();
    let text = outcome(&Node::root(&value, &notes, 0));
    Some(text)
}

fn outcome(node: &Node) -> String {
    let lines: Vec<String> = node.objects("issue").iter().map(issue).collect();
    let line = lines.join("; ");
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).take(OUTCOME_CHARS).collect()
}

fn issue(issue: &Node) -> String {
    let details = issue.object("details").and_then(|details| details.text("text"));
    let words = details.or_else(|| issue.text("diagnostics")).unwrap_or_default();
    let severity = issue.text("severity").unwrap_or_default();
    let code = issue.text("code").unwrap_or_default();
    format!("{severity} {code}: {words}")
}
