//! Whose case it is: others do not even learn that it is there, and looking changes nothing.

use std::collections::BTreeMap;

use super::browser::{Browser, Page};
use super::forms::Form;
use super::town::{Town, in_own_towns};
use super::{database, people, road, routes};

/// The parts of the site below a case, by who uses them.
const ROOTS: [&str; 7] = [
    "/a/{case}",
    "/staff/cases/{case}",
    "/physician/requests/{id}",
    "/institution/ledgers/{case}",
    "/committee/packets/{case}",
    "/agent/drafts/{case}",
    "/agent/cases/{case}",
];

/// A form with this browser's token that asks for nothing in particular.
async fn form(browser: &mut Browser, action: &str) -> Form {
    let mut form = browser.get("/signed-out").await.form("/language");
    form.action = action.to_owned();
    form
}

/// Where an address leads to in the end, short of the sign-in.
async fn end_of(browser: &mut Browser, path: &str) -> Page {
    let mut page = browser.get(path).await;
    while page.status == 303 && !page.location().contains("/sign-in?") {
        page = browser.get(page.location()).await;
    }
    page
}

async fn refuses(browser: &mut Browser, who: &str, case: &str) {
    for root in ROOTS {
        for path in routes::below_case("get", root, case) {
            let page = end_of(browser, &path).await;
            let sent_to_sign_in = page.status == 303 && page.location().contains("/sign-in?");
            assert!(sent_to_sign_in || [403, 404].contains(&page.status), "{who} {path}: {}", page.status);
        }
        for path in routes::below_case("post", root, case) {
            let form = form(browser, &path).await;
            let page = browser.send(&form).await;
            assert!(page.status != 200 && page.status < 500, "{who} {path}: {}", page.status);
        }
    }
}

/// Everything but what notes that somebody was there.
fn contents(town: &Town) -> BTreeMap<String, Vec<String>> {
    let database = &town.house().database;
    let notes = ["audit", "audit_head", "sessions"];
    let tables = database::tables(database).into_iter().filter(|table| !notes.contains(&table.as_str()));
    tables.map(|table| (table.clone(), database::rows(database, &table))).collect()
}

fn unchanged(town: &Town, before: &BTreeMap<String, Vec<String>>) {
    let after = contents(town);
    for (table, rows) in before {
        assert_eq!(rows, &after[table], "{table} changed");
    }
}

async fn refused_to_all(town: &Town, others: Vec<(&str, Browser)>, case: &str) {
    let before = contents(town);
    for (who, mut browser) in others {
        refuses(&mut browser, who, case).await;
    }
    unchanged(town, &before);
}

#[test]
fn nobody_reaches_a_case_that_is_not_theirs() {
    in_own_towns(&[], async |town| {
        let mut owner = people::citizen(town, "p01").await;
        let case = road::file(&mut owner).await;
        let mut others = vec![("nobody", town.browser())];
        others.push(("another citizen", people::citizen(town, "p02").await));
        for role in
            ["physician", "assistant", "institution", "agent", "committee_member", "operator", "auditor"]
        {
            others.push((role, people::staff(town, role).await));
        }
        refused_to_all(town, others, &case).await;
    });
}

#[test]
fn a_draft_is_seen_by_nobody_else() {
    in_own_towns(&[], async |town| {
        let mut owner = people::citizen(town, "p01").await;
        let page = owner.visit("/p/nanbyo").await;
        let page = owner.submit(&page.form("/p/nanbyo/start")).await;
        let case = page.url.split("/a/").nth(1).unwrap().to_owned();
        let mut others = Vec::new();
        for role in [
            "receiver",
            "reviewer",
            "approver",
            "manager",
            "secretary",
            "institution",
            "agent",
            "committee_member",
        ] {
            others.push((role, people::staff(town, role).await));
        }
        refused_to_all(town, others, &case).await;
    });
}

#[test]
fn looking_changes_nothing() {
    in_own_towns(&[], async |town| {
        let mut owner = people::citizen(town, "p01").await;
        let case = road::file(&mut owner).await;
        let mut browsers = vec![owner];
        for role in [
            "receiver",
            "reviewer",
            "approver",
            "manager",
            "physician",
            "assistant",
            "institution",
            "agent",
            "operator",
            "auditor",
        ] {
            browsers.push(people::staff(town, role).await);
        }
        let before = contents(town);
        for browser in &mut browsers {
            let below = ROOTS.iter().flat_map(|root| routes::below_case("get", root, &case));
            for path in below.chain(routes::paths("get")) {
                if !path.contains("/messages") && !path.starts_with("/callback") {
                    let page = browser.get(&path).await;
                    assert!(page.status < 500, "{path}: {}", page.status);
                }
            }
        }
        unchanged(town, &before);
    });
}
