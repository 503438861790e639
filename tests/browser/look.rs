//! The first page of each kind is checked and pictured.

use std::collections::HashSet;
use std::sync::Mutex;

use super::page::Page;
use super::support::browser::{DESK, PHONE};
use super::window::Window;

static SEEN: Mutex<Option<HashSet<String>>> = Mutex::new(None);
/// Whose pages are made for a desk.
const DESKS: [&str; 4] = ["staff", "committee", "operator", "physician"];

/// Looks at a page if no page of its kind was looked at before.
pub async fn at(window: &Window, page: &Page) {
    let kind = kind(page);
    if !SEEN.lock().unwrap().get_or_insert_default().insert(kind.clone()) {
        return;
    }
    window.check_accessibility().await;
    window.check_no_sideways_scroll().await;
    let picture = format!("roads/{kind}");
    if DESKS.iter().any(|desk| kind.starts_with(desk)) {
        window.screenshot(&picture).await;
        return;
    }
    window.resize(PHONE).await;
    window.check_no_sideways_scroll().await;
    window.screenshot(&picture).await;
    window.resize(DESK).await;
}

/// The path without ids, such as `a-id-review`, and the status of a page that refuses.
fn kind(page: &Page) -> String {
    let path = page.url.split(['?', '#']).next().unwrap().splitn(4, '/').nth(3).unwrap_or_default();
    let parts: Vec<&str> = path.split('/').map(|part| if is_id(part) { "id" } else { part }).collect();
    let refused = if page.status == 200 { String::new() } else { format!("-{}", page.status) };
    format!("{}{refused}", parts.join("-"))
}

fn is_id(part: &str) -> bool {
    part.contains(|c: char| c.is_ascii_digit())
}
