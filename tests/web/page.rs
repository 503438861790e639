//! An answer of a site, and what a person reads in it.

use reqwest::header::{HeaderMap, LOCATION, SET_COOKIE};

use super::forms::{self, Form};

/// An answer.
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub url: String,
}

impl Page {
    /// A header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default()
    }

    /// Where the answer leads to.
    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// The form that goes to an address.
    pub fn form(&self, action: &str) -> Form {
        let all = forms::forms(&self.text);
        let known: Vec<_> = all.iter().map(|form| form.action.clone()).collect();
        let found = all.into_iter().find(|form| form.action == action);
        found.unwrap_or_else(|| panic!("{}: no form goes to {action}, only to {known:?}", self.url))
    }

    /// The form that goes to an address and has a button of an act.
    pub fn form_for(&self, action: &str, act: &str) -> Form {
        let mut all = forms::forms(&self.text).into_iter().filter(|form| form.action == action);
        let found = all.find(|form| form.offers("act", act));
        found
            .unwrap_or_else(|| panic!("{}: nobody can {act}: {:#?}", self.url, self.said()))
            .pressing("act", act)
    }

    /// The first form.
    pub fn first_form(&self) -> Form {
        forms::forms(&self.text).into_iter().next().unwrap_or_else(|| panic!("{}: no form", self.url))
    }

    /// What the page wants mended: the lines of its error summary.
    fn complaints(&self) -> Vec<String> {
        let summary = self.text.split("class=\"error-summary\"").nth(1).unwrap_or_default();
        let summary = summary.split("</ul>").next().unwrap_or_default();
        let line = regex_lite::Regex::new(r#"<a href="([^"]*)">([^<]*)"#).unwrap();
        line.captures_iter(summary).map(|it| format!("{} {}", &it[1], &it[2])).collect()
    }

    /// What the page wants mended, or else its main part in words.
    pub fn said(&self) -> Vec<String> {
        let complaints = self.complaints();
        if !complaints.is_empty() {
            return complaints;
        }
        let main = self.text.split("<main").nth(1).unwrap_or(&self.text);
        let words = regex_lite::Regex::new(r"<[^>]*>").unwrap().replace_all(main, "\n").into_owned();
        words.lines().map(str::trim).filter(|line| !line.is_empty()).take(30).map(str::to_owned).collect()
    }

    /// Every cookie the answer sets, as written.
    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all(SET_COOKIE).iter().filter_map(|it| it.to_str().ok()).collect()
    }
}
