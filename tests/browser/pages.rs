//! How a page is filled in and sent, whoever does it.

use std::collections::BTreeSet;

use fantoccini::Locator;
use fantoccini::elements::Element;

use super::support::browser::Browser;

/// Answers every question of the page that has an answer here.
pub async fn answer_all<'a>(browser: &Browser, answers: impl IntoIterator<Item = (&'a str, &'a str)>) {
    for (name, value) in answers {
        if !answer(browser, name, value).await && !name.contains('[') {
            answer_day(browser, name, value).await;
        }
    }
}

/// A day such as `2026-04-20` in the boxes of its year, month and day, in the western calendar.
async fn answer_day(browser: &Browser, name: &str, value: &str) {
    answer(browser, &format!("{name}.era"), "").await;
    for (part, text) in ["year", "month", "day"].into_iter().zip(value.split('-')) {
        answer(browser, &format!("{name}.{part}"), text.trim_start_matches('0')).await;
    }
}

/// Opens the rows in which answers lie that the page does not ask for yet.
pub async fn open_rows<'a>(browser: &Browser, paths: impl IntoIterator<Item = &'a str>) {
    let rows: BTreeSet<&str> = paths.into_iter().filter_map(|path| Some(path.split_once(']')?.0)).collect();
    for row in rows {
        let list = row.split('[').next().unwrap();
        let there = all(browser, &format!("main [name^=\"{row}]\"]")).await;
        let add = all(browser, &format!("main button[name=\"add\"][value=\"{list}\"]")).await;
        if there.is_empty() && !add.is_empty() {
            press(browser, "add", list).await;
        }
    }
}

async fn answer(browser: &Browser, name: &str, value: &str) -> bool {
    let one = format!("main [name=\"{name}\"]:not([type=hidden])");
    let Some(first) = all(browser, &one).await.into_iter().next() else { return false };
    let kind = first.attr("type").await.unwrap().unwrap_or_default();
    if kind == "radio" {
        let wanted = all(browser, &format!("{one}[value=\"{value}\"]")).await;
        let choice = wanted.into_iter().next().unwrap_or_else(|| panic!("{name} has no {value}"));
        choice.click().await.unwrap();
    } else if kind == "checkbox" {
        if first.is_selected().await.unwrap() != (value == "true") {
            first.click().await.unwrap();
        }
    } else if first.tag_name().await.unwrap() == "select" {
        first.select_by_value(value).await.unwrap();
    } else if first.prop("value").await.unwrap().as_deref() != Some(value) {
        first.clear().await.unwrap();
        first.send_keys(value).await.unwrap();
    }
    true
}

async fn all(browser: &Browser, css: &str) -> Vec<Element> {
    browser.client().find_all(Locator::Css(css)).await.unwrap()
}

/// Ticks every box of the page.
pub async fn tick_all(browser: &Browser) {
    for tick in all(browser, "main input[type=checkbox]").await {
        tick.click().await.unwrap();
    }
}

/// Presses the last main button of the page's content.
pub async fn submit(browser: &Browser) {
    press_last(browser, "main form button.btn-primary").await;
}

/// Presses a button by its name and value.
pub async fn press(browser: &Browser, name: &str, value: &str) {
    press_last(browser, &format!("main button[name=\"{name}\"][value=\"{value}\"]:not([aria-hidden])")).await;
}

async fn press_last(browser: &Browser, css: &str) {
    let Some(button) = all(browser, css).await.into_iter().next_back() else {
        panic!("no {css} on {}\n{}", browser.address().await, browser.text().await);
    };
    let page = browser.client().find(Locator::Css("html")).await.unwrap();
    button.click().await.unwrap();
    for _ in 0..1000 {
        if page.tag_name().await.is_err() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{css} opens no page on {}\n{}", browser.address().await, browser.text().await);
}
