//! A form counts only when it is ours: its token, and where the browser says it comes from.

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;

use super::browser::{Browser, Page};
use super::people::{self, citizen, staff};
use super::routes;
use super::town::{Town, everywhere};

const FORM: &str = "application/x-www-form-urlencoded";

fn posts() -> impl Iterator<Item = String> {
    routes::paths("post").into_iter().filter(|path| !routes::is_for_machines(path))
}

async fn status(browser: &mut Browser, path: &str, body: String, headers: &[(&str, &str)]) -> u16 {
    let page = post(browser, path, body, headers).await;
    assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
    page.status
}

async fn post(browser: &mut Browser, path: &str, body: String, headers: &[(&str, &str)]) -> Page {
    let mut request = browser.request(Method::POST, path).header(CONTENT_TYPE, FORM).body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.send_request(request).await
}

async fn everybody(town: &Town) -> Vec<Browser> {
    let mut all = vec![town.browser(), citizen(town, "p01").await];
    for role in ["reviewer", "physician", "institution", "operator"] {
        all.push(staff(town, role).await);
    }
    all
}

#[test]
fn no_form_is_taken_without_its_token() {
    everywhere(async |town| {
        for mut browser in everybody(town).await {
            for path in posts() {
                assert_eq!(status(&mut browser, &path, String::new(), &[]).await, 403, "{path}");
                let guessed = "csrf=0000".to_owned();
                assert_eq!(status(&mut browser, &path, guessed, &[]).await, 403, "{path}");
            }
        }
    });
}

#[test]
fn a_token_belongs_to_one_browser() {
    everywhere(async |town| {
        let page = town.browser().get("/sign-in").await;
        let strangers = page.form("/sign-in/start");
        let mut browser = town.browser();
        browser.get("/sign-in").await;
        assert_eq!(browser.send(&strangers).await.status, 403);
    });
}

#[test]
fn a_form_from_another_site_is_refused_even_with_its_token() {
    everywhere(async |town| {
        let mut browser = town.browser();
        let token = browser.get("/sign-in").await.form("/language").value("csrf").unwrap().to_owned();
        let body = format!("csrf={token}&lang=en&back=/sign-in");
        for foreign in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert_eq!(status(&mut browser, "/language", body.clone(), &[foreign]).await, 403, "{foreign:?}");
        }
        for own in
            [("origin", town.url.as_str()), ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "none")]
        {
            assert_eq!(status(&mut browser, "/language", body.clone(), &[own]).await, 303, "{own:?}");
        }
    });
}

#[test]
fn a_token_ends_with_its_session() {
    everywhere(async |town| {
        let mut browser = town.browser();
        let before = browser.get("/staff/sign-in").await.form("/staff/sign-in");
        let login = people::hire(town, "receiver");
        people::password(&mut browser, &login, people::PASSWORD).await;
        assert_eq!(browser.send(&before).await.status, 403);
    });
}

#[test]
fn asking_is_never_enough_to_change_anything() {
    everywhere(async |town| {
        for mut browser in everybody(town).await {
            for path in posts() {
                let page = browser.get(&path).await;
                let shown = routes::paths("get").contains(&path);
                assert!(shown || [303, 403, 404, 405].contains(&page.status), "{path}: {}", page.status);
            }
        }
    });
}
