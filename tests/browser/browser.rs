//! A person's browser as the roads know it, with a window of Chromium behind it.
//!
//! Pages are opened and forms are sent in the window, as far as a person could; files go over the
//! wire with the window's cookies. An answer that led elsewhere is told as a redirection.

use std::time::{Duration, Instant};

use fantoccini::elements::{Element, ElementRef};
use reqwest::header::{COOKIE, HeaderMap, LOCATION};
use reqwest::{Client, Url};
use serde_json::{Value, json};

use super::forms::Form;
use super::look;
pub use super::page::Page;
use super::town::folder;
use super::window::Window;

const WAIT_LIMIT: Duration = Duration::from_secs(60);
const SEE_OTHER: u16 = 303;

/// A person's browser in one town.
pub struct Browser {
    site: String,
    window: Option<Window>,
    /// Where the last answer led, which the window shows already.
    ahead: Option<String>,
}

/// What a window shows.
struct Shown {
    page: Page,
    redirected: bool,
}

impl Browser {
    /// The window is opened by the first page.
    pub fn new(site: &str) -> Browser {
        Browser { site: site.to_owned(), window: None, ahead: None }
    }

    /// The window behind it.
    pub async fn window(&mut self) -> &Window {
        if self.window.is_none() {
            self.window = Window::open().await;
        }
        self.window.as_ref().expect("whoever walks has seen that there is Chromium")
    }

    /// Asks for a page of the town, given as a path or a whole address.
    pub async fn get(&mut self, path: &str) -> Page {
        let path = path.split('#').next().unwrap();
        let url = self.url(path);
        if url.path().ends_with(".pdf") {
            return self.download(url).await;
        }
        if self.ahead.take().as_deref() == Some(path) {
            return self.shown().await.page;
        }
        self.window().await.goto(url.as_str()).await;
        self.answer(&url).await
    }

    /// Asks for a page and goes where it leads.
    pub async fn visit(&mut self, path: &str) -> Page {
        let mut page = self.get(path).await;
        if page.status == SEE_OTHER {
            page = self.get(page.location()).await;
        }
        assert_eq!(page.status, 200, "{path} led to {}: {:#?}", page.url, page.said());
        page
    }

    /// Fills a form of the page that is shown and presses its button.
    pub async fn send(&mut self, form: &Form) -> Page {
        let window = self.window().await;
        let names: Vec<&str> = form.files.iter().map(|file| file.0.as_str()).collect();
        let meant = vec![json!(form.action), json!(form.fields), json!(names)];
        let filled = window.client().execute(include_str!("fill.js"), meant).await;
        let filled = filled.unwrap_or_else(|error| panic!("{error}"));
        for (place, (_, name, content)) in filled["places"].as_array().unwrap().iter().zip(&form.files) {
            // Each case has a folder of its own, as others upload at the same moment.
            let file = folder(form.action.trim_start_matches('/')).join(name);
            std::fs::write(&file, content).unwrap();
            element(window, place).send_keys(&file.display().to_string()).await.unwrap();
        }
        let pressed = element(window, &filled["button"]).click().await;
        pressed.unwrap_or_else(|error| panic!("{}: {error}", form.action));
        self.ahead = None;
        let url = self.url(&form.action);
        self.answer(&url).await
    }

    /// Sends a form that must be taken, and shows the page to which it leads.
    pub async fn submit(&mut self, form: &Form) -> Page {
        let page = self.send(form).await;
        assert_eq!(page.status, SEE_OTHER, "{} was not taken: {:#?}", form.action, page.said());
        self.visit(page.location()).await
    }

    /// A page of another site: the one that is shown, or else one without cookies.
    pub async fn elsewhere(&mut self, url: &str) -> Page {
        if self.ahead.take().as_deref() == Some(url) {
            return self.shown().await.page;
        }
        wire(plain().get(url)).await
    }

    /// Sends a form of a page of another site.
    pub async fn send_elsewhere(&self, page: &str, form: &Form) -> Page {
        let url = Url::parse(page).unwrap().join(&form.action).unwrap();
        wire(plain().post(url).form(&form.fields)).await
    }

    fn url(&self, path: &str) -> Url {
        Url::parse(&self.site).unwrap().join(path).unwrap()
    }

    /// A file, with the window's cookies.
    async fn download(&mut self, url: Url) -> Page {
        let cookies = self.window().await.client().get_all_cookies().await.unwrap();
        let pairs: Vec<_> = cookies.iter().map(|it| format!("{}={}", it.name(), it.value())).collect();
        wire(plain().get(url).header(COOKIE, pairs.join("; "))).await
    }

    /// The page that came of asking for an address, looked at if it is the first of its kind.
    async fn answer(&mut self, asked: &Url) -> Page {
        let Shown { mut page, redirected } = self.shown().await;
        if page.url.starts_with(&self.site) {
            look::at(self.window().await, &page).await;
        }
        if redirected || bare(&page.url) != bare(asked.as_str()) {
            let led = bare(page.url.strip_prefix(&self.site).unwrap_or(&page.url)).to_owned();
            page.headers.insert(LOCATION, led.parse().unwrap());
            page.status = SEE_OTHER;
            self.ahead = Some(led);
        }
        page
    }

    async fn shown(&mut self) -> Shown {
        let began = Instant::now();
        let window = self.window().await;
        loop {
            // While a page is on its way there may be nothing to ask.
            let told = window.client().execute(include_str!("shown.js"), Vec::new()).await;
            if let Some(shown) = told.ok().as_ref().and_then(Shown::read) {
                return shown;
            }
            assert!(began.elapsed() < WAIT_LIMIT, "no page comes: {}", window.text().await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Shown {
    fn read(told: &Value) -> Option<Shown> {
        let text = |name: &str| told[name].as_str().map(str::to_owned);
        let status = u16::try_from(told["status"].as_u64()?).ok()?;
        let page = Page { status, headers: HeaderMap::new(), text: text("text")?, url: text("address")? };
        Some(Shown { page, redirected: told["redirected"].as_bool()? })
    }
}

/// An address without the place on its page.
fn bare(address: &str) -> &str {
    address.split('#').next().unwrap()
}

/// The element that a script gave back.
fn element(window: &Window, told: &Value) -> Element {
    let id = told.as_object().and_then(|it| it.values().next()).and_then(Value::as_str);
    Element::from_element_id(window.client().clone(), ElementRef::from(id.unwrap().to_owned()))
}

fn plain() -> Client {
    Client::builder().redirect(reqwest::redirect::Policy::none()).no_gzip().no_proxy().build().unwrap()
}

async fn wire(request: reqwest::RequestBuilder) -> Page {
    let answer = request.send().await.unwrap();
    let (status, url) = (answer.status().as_u16(), answer.url().to_string());
    let headers = answer.headers().clone();
    Page { status, headers, text: answer.text().await.unwrap(), url }
}
