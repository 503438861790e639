//! A small browser: it keeps cookies, follows nothing by itself, and sends forms as pages show them.

use std::collections::BTreeMap;

use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE};
use reqwest::{Client, Method, RequestBuilder};

use super::forms::Form;
pub use super::page::Page;

/// A person's browser in one town.
pub struct Browser {
    site: String,
    http: Client,
    /// The cookies it holds for the town.
    pub cookies: BTreeMap<String, String>,
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
