//! What the office does in a road, page by page.

use regex_lite::Regex;

use super::browser::{Browser, Page};
use super::forms::Form;
use super::typing::{Answers, fill_in, typed};

fn home(case: &str) -> String {
    format!("/staff/cases/{case}")
}

/// The first form of a page that goes below an address and holds a value.
fn form_with(page: &Page, action: &str, name: &str, value: &str) -> Form {
    let all = super::forms::forms(&page.text).into_iter();
    let found =
        all.filter(|form| form.action.starts_with(action)).find(|form| form.value(name) == Some(value));
    found.unwrap_or_else(|| panic!("{}: no form with {name} = {value}: {:#?}", page.url, page.said()))
}

/// Addresses of a page that lie below one.
fn links(page: &Page, below: &str) -> Vec<String> {
    let link = Regex::new(r#"href="([^"]+)""#).unwrap();
    let all = link.captures_iter(&page.text).map(|it| super::forms::unescape(&it[1]));
    let mut found: Vec<String> = all.filter(|href| href.starts_with(below)).collect();
    found.dedup();
    found
}

/// An act that needs a line of typing at most.
pub async fn act(clerk: &mut Browser, case: &str, act: &str, typed: &[(&str, &str)]) {
    let address = format!("{}/act/{act}", home(case));
    let form = clerk.visit(&address).await.form(&address);
    let form = typed.iter().fold(form, |form, (name, value)| form.with(name, value));
    clerk.submit(&form).await;
}

/// Takes the ownership of a case.
pub async fn take(clerk: &mut Browser, case: &str) {
    let page = clerk.visit(&home(case)).await;
    clerk.submit(&page.form(&format!("{}/take", home(case)))).await;
}

/// Addresses of the groups of a case's items.
async fn sections(clerk: &mut Browser, case: &str) -> Vec<String> {
    let page = clerk.visit(&home(case)).await;
    links(&page, &format!("{}?section=", home(case)))
}

/// Sends an item back to the applicant.
pub async fn give_back(clerk: &mut Browser, case: &str, path: &str, reason: &str, note: &str) {
    for section in sections(clerk, case).await {
        let page = clerk.visit(&section).await;
        if page.text.contains(&format!("name=\"path\" value=\"{path}\"")) {
            let form = form_with(&page, &home(case), "path", path);
            let form = form.with("reason", reason).with("note", note).pressing("act", "return");
            clerk.submit(&form).await;
            return;
        }
    }
    panic!("nobody asks about {path}");
}

/// Accepts every item that was not ruled on, whole groups at once where the page offers it.
pub async fn accept_all(clerk: &mut Browser, case: &str) {
    for section in sections(clerk, case).await {
        let mut page = clerk.visit(&section).await;
        while let Some(form) = to_accept(&page, "accept_section").or_else(|| to_accept(&page, "accept")) {
            clerk.submit(&form).await;
            page = clerk.visit(&section).await;
        }
    }
}

fn to_accept(page: &Page, act: &str) -> Option<Form> {
    let mut forms = super::forms::forms(&page.text).into_iter();
    forms.find(|form| form.offers("act", act)).map(|form| form.pressing("act", act))
}

/// Asks the applicant to mend what was returned.
pub async fn request_correction(clerk: &mut Browser, case: &str) {
    let address = format!("{}/correction", home(case));
    let page = clerk.visit(&address).await;
    clerk.submit(&page.form(&address)).await;
}

/// Takes the physician's certificate.
pub async fn accept_certificate(clerk: &mut Browser, case: &str) {
    let page = clerk.visit(&format!("{}/certificate", home(case))).await;
    let form = page.form(&format!("{}/certificate/accept", home(case)));
    clerk.submit(&form.pressing("act", "accept")).await;
}

/// Addresses of the work items of a case.
pub async fn work(clerk: &mut Browser, case: &str) -> Vec<String> {
    let page = clerk.visit(&format!("{}/judgement", home(case))).await;
    links(&page, &format!("{}/work/", home(case)))
}

/// Takes every paper that was signed.
pub async fn accept_papers(clerk: &mut Browser, case: &str) {
    let accept = format!("{}/certificate/accept", home(case));
    for _ in 0..4 {
        let page = clerk.visit(&format!("{}/certificate", home(case))).await;
        let mut forms = super::forms::forms(&page.text).into_iter();
        let Some(form) = forms.find(|form| form.action == accept) else { return };
        clerk.submit(&form.pressing("act", "accept")).await;
    }
    panic!("papers come without end");
}

/// Asks somebody to sign: for the piece of work for which they may be asked.
pub async fn ask(clerk: &mut Browser, case: &str, user: &str) {
    for item in work(clerk, case).await {
        let page = clerk.visit(&item).await;
        if page.text.contains(&format!("value=\"{user}\"")) {
            let form = page.form(&item).with("physician", user).pressing("act", "ask");
            clerk.submit(&form).await;
            return;
        }
    }
    panic!("{user} can be asked for nothing");
}

/// Does and takes every piece of work that waits for the office.
pub async fn do_the_work(clerk: &mut Browser, case: &str, answers: &Answers) {
    for item in work(clerk, case).await {
        finish(clerk, &item, answers).await;
        let page = clerk.visit(&item).await;
        let form = page.form(&item);
        if form.offers("act", "accept") {
            clerk.submit(&form.pressing("act", "accept")).await;
        }
    }
}

/// Fills the form of a work item, also what an answer brings up, and hands it in.
async fn finish(clerk: &mut Browser, item: &str, answers: &Answers) {
    let mut page = fill_in(clerk, item, answers).await;
    for _ in 0..6 {
        let form = page.form(item);
        if !form.offers("act", "finish") {
            return;
        }
        page = clerk.send(&typed(&page, form, answers).pressing("act", "finish")).await;
        if page.status == 303 {
            return;
        }
    }
    panic!("{item}: {:#?}", page.said());
}

/// 起案 of an outcome as the rules propose it, with the grounds of an adverse one.
pub async fn draft(clerk: &mut Browser, case: &str, outcome: &str, grounds: &[(&str, &str)]) {
    let page = try_draft(clerk, case, outcome, grounds).await;
    assert_eq!(page.status, 303, "{outcome}: {:#?}", page.said());
}

/// As [`draft`], however it ends.
pub async fn try_draft(clerk: &mut Browser, case: &str, outcome: &str, grounds: &[(&str, &str)]) -> Page {
    let address = format!("{}/draft", home(case));
    let form = clerk.visit(&address).await.form(&address).with("outcome", outcome);
    let form = grounds.iter().fold(form, |form, (name, value)| form.with(name, value));
    clerk.send(&form.pressing("act", "submit")).await
}

/// 決裁 of the draft that is shown.
pub async fn approve(approver: &mut Browser, case: &str) -> Page {
    let address = format!("{}/approval", home(case));
    let list = approver.visit("/staff/approvals").await;
    assert!(links(&list, &address).len() == 1, "{:#?}", list.said());
    let page = approver.visit(&address).await;
    approver.submit(&page.form(&address).pressing("act", "approve")).await
}
