//! The roads of `tests/roads` in Chromium, on the embedded database.

use super::roads::renewal;
use super::town::{self, Town};
use super::window::Window;

/// Walks a road, where there is Chromium.
fn walk(settings: &[(&str, &str)], road: impl AsyncFn(&Town)) {
    town::in_towns(&[String::new()], settings, async |town| {
        if Window::open().await.is_some() {
            road(town).await;
        }
    });
}

#[test]
fn a_grant_is_renewed_with_one_document_sent_back() {
    walk(&[renewal::OPEN_AT_ONCE], renewal::without_a_gap);
}
