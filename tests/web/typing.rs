//! Answers typed into the forms of the pages, as people type them.

use std::collections::BTreeMap;

use super::browser::{Browser, Page};
use super::forms::Form;

/// Answers by instance path: text, the value of a choice, `true`, or a day as `2026-04-20`.
pub type Answers = BTreeMap<String, String>;

/// Answers from lines.
pub fn answers(lines: &[(&str, &str)]) -> Answers {
    lines.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect()
}

/// The form of a page with every answer that it asks for.
pub fn typed(page: &Page, form: Form, answers: &Answers) -> Form {
    answers.iter().fold(form, |form, (path, value)| {
        let name = format!("name=\"{path}\"");
        if page.text.contains(&format!("name=\"{path}.year\"")) {
            day(form, path, value)
        } else if page.text.contains(&name) {
            form.with(path, value)
        } else {
            form
        }
    })
}

/// A day in the boxes that the form has for its year, month and day, in the western calendar.
fn day(form: Form, path: &str, value: &str) -> Form {
    let texts = [("era", "")].into_iter().chain(["year", "month", "day"].into_iter().zip(value.split('-')));
    texts.map(|(part, text)| (format!("{path}.{part}"), text)).fold(form, |form, (name, text)| {
        if form.value(&name).is_some() { form.with(&name, text.trim_start_matches('0')) } else { form }
    })
}

/// The button that adds the row in which an answer lies that the page does not ask for yet.
fn row_to_add(page: &Page, answers: &Answers) -> Option<String> {
    let hidden = |path: &&String| !page.text.contains(&format!("name=\"{path}"));
    let mut rows = answers.keys().filter(hidden).filter_map(|path| path.split_once('[')).map(|it| it.0);
    rows.find(|row| page.text.contains(&format!("name=\"add\" value=\"{row}\""))).map(str::to_owned)
}

/// Fills the step on a page and goes on until another page is shown: adds rows first, and answers
/// what an answer brought up.
pub async fn fill_step(browser: &mut Browser, mut page: Page, action: &str, answers: &Answers) -> Page {
    for _ in 0..20 {
        let form = typed(&page, page.form(action), answers);
        let Some(row) = row_to_add(&page, answers) else {
            let shown = asked(&page, answers);
            let next = browser.send(&form.pressing("action", "continue")).await;
            if next.status == 303 {
                return browser.visit(next.location()).await;
            }
            assert!(asked(&next, answers) > shown, "{action}: {} {:#?}", next.status, next.said());
            page = next;
            continue;
        };
        page = browser.submit(&form.pressing("add", &row)).await;
    }
    panic!("{}: rows are added without end", page.url)
}

/// A page with as many rows as the answers need.
pub async fn fill_in(browser: &mut Browser, address: &str, answers: &Answers) -> Page {
    let mut page = browser.visit(address).await;
    while let Some(row) = row_to_add(&page, answers) {
        let form = typed(&page, page.form(address), answers).pressing("add", &row);
        page = browser.send(&form).await;
        if page.status == 303 {
            page = browser.visit(page.location()).await;
        }
    }
    page
}

/// Number of the answers for which a page asks.
fn asked(page: &Page, answers: &Answers) -> usize {
    answers.keys().filter(|path| page.text.contains(&format!("name=\"{path}"))).count()
}
