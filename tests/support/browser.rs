//! Chromium through WebDriver: one chromedriver for each test binary, a fresh profile for each
//! session.
//!
//! Controls are found as a person finds them, by their label, and buttons and links by their text.

mod axe;
mod devtools;
mod path;

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

use super::guarded::Guarded;
use super::{free_port, on_path, scratch_folder, skip_or_fail};

const START_LIMIT: Duration = Duration::from_secs(30);
/// How long a page may take to show what a test waits for.
const WAIT_LIMIT: Duration = Duration::from_secs(10);

/// Width of a small phone, in CSS pixels.
pub const PHONE: u32 = 360;
/// Width of a desk, in CSS pixels.
pub const DESK: u32 = 1280;

static DRIVER: OnceLock<Option<Driver>> = OnceLock::new();

struct Driver {
    address: String,
    profiles: PathBuf,
    _guarded: Guarded,
}

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    /// As usual.
    On,
    /// Switched off in the browser's settings.
    Off,
}

/// One browser window with its own profile.
pub struct Browser {
    client: Client,
}

impl Browser {
    /// Opens a window of a desk's width, or returns nothing where Chromium is missing.
    ///
    /// # Panics
    /// When the browser is required and missing, or is there and does not start.
    pub async fn open(scripts: Scripts) -> Option<Browser> {
        let Some(driver) = DRIVER.get_or_init(start).as_ref() else {
            skip_or_fail("browser", "chromium or chromedriver is missing; tests/setup.sh installs both");
            return None;
        };
        let wishes = capabilities(driver, scripts);
        let client =
            ClientBuilder::new(HttpConnector::new()).capabilities(wishes).connect(&driver.address).await;
        let browser = Browser { client: client.expect("chromedriver opens a session") };
        browser.resize(DESK).await;
        Some(browser)
    }

    /// The bare WebDriver client, for what has no method here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Closes the window. Without it the window stays until the test process ends.
    pub async fn close(self) {
        self.client.close().await.expect("the session closes");
    }

    /// Opens an address and waits until the page is loaded.
    pub async fn goto(&self, address: &str) {
        self.client.goto(address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// The address that is shown.
    pub async fn address(&self) -> String {
        self.client.current_url().await.expect("an address").to_string()
    }

    /// The text of the page's first `h1`.
    pub async fn heading(&self) -> String {
        self.find("//h1").await.text().await.expect("a heading")
    }

    /// All text that can be seen.
    pub async fn text(&self) -> String {
        self.visible().await.expect("a page")
    }

    async fn visible(&self) -> Result<String, fantoccini::error::CmdError> {
        self.client.find(Locator::Css("body")).await?.text().await
    }

    /// Waits until the text can be seen somewhere on the page.
    pub async fn see(&self, text: &str) {
        let began = Instant::now();
        while !self.visible().await.unwrap_or_default().contains(text) {
            if began.elapsed() > WAIT_LIMIT {
                self.fail(&format!("「{text}」 is not on the page")).await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Types into the control with this label, in place of what it held. In a drop-down list the
    /// entry with that text is chosen.
    pub async fn fill(&self, label: &str, value: &str) {
        write(self.find(&path::control("", label)).await, value).await;
    }

    /// As [`Browser::fill`], inside the group with this legend.
    pub async fn fill_in(&self, legend: &str, label: &str, value: &str) {
        write(self.find(&path::control(&path::group(legend), label)).await, value).await;
    }

    /// Types into the control with this HTML name.
    pub async fn fill_named(&self, name: &str, value: &str) {
        write(self.find(&format!("//*[@name={}]", path::literal(name))).await, value).await;
    }

    /// Picks the radio button or check box with this label.
    pub async fn choose(&self, label: &str) {
        self.press(&path::label("", label)).await;
    }

    /// As [`Browser::choose`], inside the group with this legend.
    pub async fn choose_in(&self, legend: &str, label: &str) {
        self.press(&path::label(&path::group(legend), label)).await;
    }

    /// Presses the link or button with this text and waits for the page it opens.
    pub async fn click(&self, text: &str) {
        let page = self.find("/html").await;
        self.press(&path::pressable(text)).await;
        let began = Instant::now();
        while page.tag_name().await.is_ok() {
            if began.elapsed() > WAIT_LIMIT {
                self.fail(&format!("「{text}」 opens no page")).await;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Presses something that stays on the page: a disclosure, a link to a place on it.
    pub async fn toggle(&self, text: &str) {
        self.press(&path::pressable(text)).await;
    }

    /// Gives the file field with this label a file to send.
    pub async fn attach(&self, label: &str, file: &std::path::Path) {
        let field = self.find(&path::control("", label)).await;
        field.send_keys(&file.display().to_string()).await.expect("a file field");
    }

    async fn press(&self, xpath: &str) {
        let element = self.find(xpath).await;
        if let Err(error) = element.click().await {
            self.fail(&format!("{xpath} cannot be pressed: {error}")).await;
        }
    }

    /// The first element of the path that can be seen, or the first at all.
    async fn find(&self, xpath: &str) -> Element {
        let found = self.client.find_all(Locator::XPath(xpath)).await.expect("an XPath");
        for element in &found {
            if element.is_displayed().await.unwrap_or_default() {
                return element.clone();
            }
        }
        match found.into_iter().next() {
            Some(element) => element,
            None => self.fail(&format!("nothing matches {xpath}")).await,
        }
    }

    /// Fails the test with what the page shows; a picture of it is kept.
    async fn fail(&self, why: &str) -> ! {
        let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
        let picture = self.screenshot(&format!("failure-{test}")).await;
        let (address, text) = (self.address().await, self.text().await);
        panic!("{why}\non {address}, see {}\n{text}", picture.display());
    }
}

async fn write(control: Element, value: &str) {
    if control.tag_name().await.expect("a control") == "select" {
        control.select_by_label(value).await.expect("an entry with this text");
        return;
    }
    control.clear().await.expect("a control that can be written");
    control.send_keys(value).await.expect("a control that can be written");
}

fn start() -> Option<Driver> {
    let chromedriver = on_path("chromedriver")?;
    on_path("chromium")?;
    let folder = scratch_folder("browser");
    let port = free_port();
    let command =
        [chromedriver.display().to_string(), format!("--port={port}"), "--log-level=WARNING".to_owned()];
    let guarded = Guarded::start(&command, "TERM", &folder);
    let driver = Driver { address: format!("http://127.0.0.1:{port}"), profiles: folder, _guarded: guarded };
    let began = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < START_LIMIT, "chromedriver did not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    Some(driver)
}

/// Without these switches Chromium looks for its maker's servers at every start. `--no-sandbox`
/// is needed by root, and the pages are our own. The pipe ends Chromium with chromedriver.
fn capabilities(driver: &Driver, scripts: Scripts) -> Map<String, Value> {
    let profile = format!("--user-data-dir={}", driver.profiles.join(session_name()).display());
    let switches = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--hide-scrollbars",
        "--no-first-run",
        "--remote-debugging-pipe",
        &profile,
    ];
    let javascript = if scripts == Scripts::Off { 2 } else { 1 };
    let preferences = json!({
        "intl.accept_languages": "ja",
        "profile.default_content_setting_values.javascript": javascript,
    });
    let options = json!({ "args": switches, "prefs": preferences });
    Map::from_iter([("browserName".to_owned(), json!("chrome")), ("goog:chromeOptions".to_owned(), options)])
}

fn session_name() -> String {
    static SESSIONS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    format!("profile-{}", SESSIONS.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
}
