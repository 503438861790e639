//! What WebDriver lacks: narrow pages and pictures of a whole page, by Chromium's own protocol.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::Browser;

const HEIGHT: u32 = 800;

#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.command, "params": self.parameters }).to_string()))
    }
}

impl Browser {
    async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        let answer = self.client.issue_cmd(DevTools { command, parameters }).await;
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Forgets who was signed in.
    pub async fn forget(&self) {
        self.devtools("Network.clearBrowserCookies", json!({})).await;
    }

    /// Gives the page another width, in CSS pixels; a window itself cannot be as narrow as a phone.
    pub async fn resize(&self, width: u32) {
        let size = json!({ "width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Fails the test when the page must be scrolled sideways at its present width.
    pub async fn check_no_sideways_scroll(&self) {
        let sizes = self.devtools("Page.getLayoutMetrics", json!({})).await;
        let width = |part: &str, name: &str| sizes[part][name].as_f64().expect("a size");
        let (content, window) = (width("cssContentSize", "width"), width("cssLayoutViewport", "clientWidth"));
        if content > window {
            self.fail(&format!("the page is {content} px wide in a window of {window} px")).await;
        }
    }

    /// Keeps a picture of the whole page as `target/screenshots/<name>.png` and tells where.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let whole = json!({ "format": "png", "captureBeyondViewport": true });
        let answer = self.devtools("Page.captureScreenshot", whole).await;
        let picture = STANDARD.decode(answer["data"].as_str().expect("a picture")).expect("base64");
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
        let file = folder.join(format!("{name}.png"));
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder for pictures");
        std::fs::write(&file, picture).expect("the picture is written");
        file
    }
}
