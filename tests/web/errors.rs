//! What people and machines get when something is not as asked.

use reqwest::Method;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE};
use serde_json::Value;

use super::town::everywhere;

#[test]
fn a_page_that_is_not_there_is_told_in_the_readers_language() {
    everywhere(async |town| {
        let mut browser = town.browser();
        let page = browser.get("/no-such-page").await;
        assert_eq!(page.status, 404);
        assert!(page.text.contains("lang=\"ja\"") && page.text.contains("ページ"), "{}", page.text);
        let request = browser.request(Method::GET, "/no-such-page").header(ACCEPT_LANGUAGE, "en-GB,en;q=0.9");
        let page = browser.send_request(request.header(ACCEPT, "text/html")).await;
        assert!(page.text.contains("lang=\"en\"") && page.text.contains("age"), "{}", page.text);
        assert!(!page.text.contains("見つかりません"), "{}", page.text);
    });
}

#[test]
fn a_chosen_language_lasts() {
    everywhere(async |town| {
        let mut browser = town.browser();
        let form = browser.get("/sign-in").await.form("/language");
        assert_eq!(browser.send(&form.pressing("lang", "en")).await.location(), "/sign-in");
        assert!(browser.get("/sign-in").await.text.contains("<html lang=\"en\">"));
        let form = browser.get("/sign-in").await.form("/language");
        browser.send(&form.pressing("lang", "tlh")).await;
        assert!(browser.get("/sign-in").await.text.contains("<html lang=\"ja\">"));
    });
}

#[test]
fn a_machine_gets_a_typed_problem() {
    everywhere(async |town| {
        let mut browser = town.browser();
        for (method, path, status, kind) in [
            (Method::GET, "/no-such-page", 404, "not-found"),
            (Method::POST, "/sign-out", 403, "forged-request"),
        ] {
            let request = browser.request(method, path).header(ACCEPT, "application/json");
            let page =
                browser.send_request(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded")).await;
            assert_eq!(page.status, status);
            assert_eq!(page.header("content-type"), "application/problem+json");
            let problem: Value = serde_json::from_str(&page.text).unwrap();
            assert_eq!(problem["type"], format!("urn:madoguchi:problem:{kind}"));
            assert_eq!(problem["status"], status);
        }
    });
}

#[test]
fn too_much_is_not_read() {
    everywhere(async |town| {
        let mut browser = town.browser();
        browser.get("/sign-in").await;
        let body = format!("csrf={}", "x".repeat(3 * 1024 * 1024));
        let request = browser.request(Method::POST, "/language").body(body);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        assert_eq!(browser.send_request(request.header(ACCEPT, "text/html")).await.status, 413);
        let many: String = (0..3000).map(|at| format!("f{at}=1&")).collect();
        let request = browser.request(Method::POST, "/language").body(many);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        assert_eq!(browser.send_request(request).await.status, 413);
    });
}

#[test]
fn what_is_no_form_is_refused() {
    everywhere(async |town| {
        let mut browser = town.browser();
        for (kind, body) in [("application/json", "{}"), ("text/plain", "csrf=x"), ("", "")] {
            let request = browser.request(Method::POST, "/language").header(CONTENT_TYPE, kind).body(body);
            let status = browser.send_request(request).await.status;
            assert!([400, 403].contains(&status), "{kind}: {status}");
        }
        let broken = "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n";
        let request = browser.request(Method::POST, "/language").body(broken);
        let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=b");
        let status = browser.send_request(request).await.status;
        assert!([400, 403].contains(&status), "{status}");
    });
}

#[test]
fn strange_addresses_are_answered_calmly() {
    everywhere(async |town| {
        let mut browser = town.browser();
        for path in [
            "/%00",
            "/%ff%fe",
            "/..%2f..%2fetc/passwd",
            "/static/..%2f..%2fCargo.toml",
            "/static/../Cargo.toml",
            "/a/%E2%80%AE",
            "/callback?state=%00&code=%ff",
            "/callback",
            "/sign-in?next=%00",
        ] {
            let page = browser.get(path).await;
            assert!(page.status < 500, "{path}: {}", page.status);
            assert!(!page.text.contains("[package]"), "{path}");
        }
    });
}
