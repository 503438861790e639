//! A small browser: it keeps cookies, follows nothing by itself, and sends forms as pages show them.

use std::collections::BTreeMap;

use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder};

use super::forms::{self, Form};

/// A person's browser in one town.
pub struct Browser {
    site: String,
    http: Client,
    /// The cookies it holds for the town.
    pub cookies: BTreeMap<String, String>,
}

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

impl Browser {
    pub fn new(site: &str) -> Browser {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_gzip().no_proxy();
        let http = http.build().unwrap();
        Browser { site: site.to_owned(), http, cookies: BTreeMap::new() }
    }

    /// Asks for a page of the town, given as a path or a whole address.
    pub async fn get(&mut self, path: &str) -> Page {
        self.send_request(self.request(Method::GET, path).header(ACCEPT, "text/html")).await
    }

    /// Asks for a page and goes where it leads, until one is shown.
    pub async fn visit(&mut self, path: &str) -> Page {
        let mut page = self.get(path).await;
        for _ in 0..5 {
            if page.status != 303 {
                break;
            }
            page = self.get(page.location()).await;
        }
        assert_eq!(page.status, 200, "{path} led to {}: {:#?}", page.url, page.said());
        page
    }

    /// Sends a form.
    pub async fn send(&mut self, form: &Form) -> Page {
        let (kind, body) = form.body();
        let request = self.request(Method::POST, &form.action).header(ACCEPT, "text/html");
        self.send_request(request.header(CONTENT_TYPE, kind).body(body)).await
    }

    /// Sends a form whenever the answer is awaited, and gives its status; cookies stay as they are.
    pub fn post(&self, form: &Form) -> impl Future<Output = u16> + Send + 'static {
        let (kind, body) = form.body();
        let request = self.request(Method::POST, &form.action).header(CONTENT_TYPE, kind).body(body);
        async move { request.send().await.unwrap().status().as_u16() }
    }

    /// Sends a form that must be taken, and shows the page to which it leads.
    pub async fn submit(&mut self, form: &Form) -> Page {
        let page = self.send(form).await;
        assert_eq!(page.status, 303, "{} was not taken: {:#?}", form.action, page.said());
        self.visit(page.location()).await
    }

    /// A request to the town with this browser's cookies.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.site) };
        let request = self.http.request(method, url);
        if self.cookies.is_empty() {
            return request;
        }
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.header(COOKIE, cookies.join("; "))
    }

    /// Sends a request and keeps the cookies of the answer.
    pub async fn send_request(&mut self, request: RequestBuilder) -> Page {
        let page = answer(request).await;
        for cookie in page.set_cookies() {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        page
    }

    /// Asks for a page of another site, without cookies.
    pub async fn elsewhere(&self, url: &str) -> Page {
        answer(self.http.get(url)).await
    }

    /// Sends a form of a page of another site.
    pub async fn send_elsewhere(&self, page: &str, form: &Form) -> Page {
        let url = reqwest::Url::parse(page).unwrap().join(&form.action).unwrap();
        let (kind, body) = form.body();
        answer(self.http.post(url).header(CONTENT_TYPE, kind).body(body)).await
    }
}

async fn answer(request: RequestBuilder) -> Page {
    let answer = request.send().await.unwrap();
    let (status, url) = (answer.status().as_u16(), answer.url().to_string());
    let headers = answer.headers().clone();
    Page { status, headers, text: answer.text().await.unwrap(), url }
}
