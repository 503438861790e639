//! Stand-in for the 介護情報基盤 behind a municipality's linkage server: takes files out of the shared folder,
//! keeps what they say, and answers each with a result file. What is published of the interface is in the list
//! of its versions; layouts, names and codes are proposals.

mod answer;
mod intake;
mod layout;
mod routes;
mod state;
#[cfg(test)]
mod tests;

use super::config::CareSettings;
use super::control::{Control, Fault};
use super::{lock, server};
use actix_web::dev::ServerHandle;
use actix_web::web;
use serde_json::Value;
use state::State;
use std::collections::BTreeMap;
use std::io;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

const OWN_FAULTS: [Fault; 7] = [
    Fault::RejectRatio,
    Fault::Stuck,
    Fault::FailTask,
    Fault::MissingResults,
    Fault::DamagedResult,
    Fault::WrongVersion,
    Fault::ForeignResult,
];
/// Largest body of a control request.
const MAX_BODY: usize = 64 * 1024;

/// The stand-in.
pub struct Base {
    settings: CareSettings,
    folder: PathBuf,
    core: Mutex<Core>,
}

#[derive(Default)]
struct Core {
    state: State,
    /// Answers as they should have been written, by stem of the file.
    answers: BTreeMap<String, Value>,
}

impl Base {
    /// Looks through the inbox once and answers what is new.
    ///
    /// # Errors
    /// When the folder cannot be read or written.
    fn sweep(&self, control: &Control) -> io::Result<usize> {
        let mut core = lock(&self.core);
        let mut answered = 0;
        for stem in intake::waiting(&self.folder, &self.settings.insurer)? {
            if core.answers.contains_key(&stem) || control.strikes(&format!("/{stem}"), Fault::Stuck) {
                continue;
            }
            let answer = answer::made(self, control, &mut core.state, &stem)?;
            answer::write(self, control, &stem, &answer)?;
            core.answers.insert(stem, answer);
            answered += 1;
        }
        Ok(answered)
    }

    /// Writes every answer once more, as it should be.
    fn again(&self) -> io::Result<()> {
        let core = lock(&self.core);
        core.answers.iter().try_for_each(|(stem, answer)| answer::put(&self.folder, stem, answer))
    }
}

/// Starts the base on a folder, with its control routes on the socket.
///
/// # Errors
/// When the folder cannot be made or the socket cannot be used.
pub fn start(listener: TcpListener, folder: PathBuf, settings: CareSettings) -> io::Result<ServerHandle> {
    std::fs::create_dir_all(folder.join("inbox").join(&settings.insurer))?;
    std::fs::create_dir_all(folder.join("result"))?;
    let step = settings.step;
    let base = web::Data::new(Base { settings, folder, core: Mutex::default() });
    let control = web::Data::new(Control::new(&OWN_FAULTS, routes::bare));
    if let Some(step) = step {
        tokio::spawn(look_in(base.clone(), control.clone(), step));
    }
    server::serve(listener, control, MAX_BODY, move |cfg| {
        cfg.app_data(base.clone());
        routes::mount(cfg);
    })
}

/// Looks into the inbox again and again.
async fn look_in(base: web::Data<Base>, control: web::Data<Control>, step: Duration) {
    loop {
        tokio::time::sleep(step).await;
        let (base, control) = (base.clone(), control.clone());
        let swept = tokio::task::spawn_blocking(move || base.sweep(&control)).await;
        if let Ok(Err(error)) = swept {
            tracing::warn!(%error, "the stand-in of the care base cannot use its folder");
        }
    }
}
