//! Windows of Chromium, passed on from person to person: each forgets the one before.

use std::ops::Deref;
use std::sync::Mutex;

use crate::support::browser::{self, Scripts};

static IDLE: Mutex<Vec<browser::Browser>> = Mutex::new(Vec::new());

/// A window that is somebody's until it is dropped.
pub struct Window(Option<browser::Browser>);

impl Window {
    /// Opens a window or takes an idle one; nothing where Chromium is missing.
    pub async fn open() -> Option<Window> {
        let idle = IDLE.lock().unwrap().pop();
        if let Some(window) = &idle {
            window.forget().await;
        }
        let window = if idle.is_some() { idle } else { browser::Browser::open(Scripts::On).await };
        window.map(|window| Window(Some(window)))
    }
}

impl Deref for Window {
    type Target = browser::Browser;

    fn deref(&self) -> &browser::Browser {
        self.0.as_ref().expect("a window until it is dropped")
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        IDLE.lock().unwrap().extend(self.0.take());
    }
}
