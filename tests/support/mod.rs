//! What the test binaries share: outside programs that a machine may lack, and what to do then.
//!
//! A test that needs such a program is skipped with a loud line where it is missing. Where
//! `MADOGUCHI_TEST_REQUIRE` names it (`browser,postgres`), the test fails instead.

#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

pub mod browser;
pub mod guarded;
pub mod postgres;

use std::io::Write;
use std::net::TcpListener;
use std::path::PathBuf;

/// Says that a test was left out, or fails it where the thing is required.
///
/// `what` is the word that `MADOGUCHI_TEST_REQUIRE` may hold, `why` says what is missing and how
/// to get it.
pub fn skip_or_fail(what: &str, why: &str) {
    let required = std::env::var("MADOGUCHI_TEST_REQUIRE").unwrap_or_default();
    assert!(!is_named(&required, what), "{what} is required by MADOGUCHI_TEST_REQUIRE, but {why}");
    // Not `eprintln!`: the test runner would swallow it for a test that passes.
    let _ = writeln!(std::io::stderr(), "SKIPPED {what}: {why}");
}

fn is_named(list: &str, what: &str) -> bool {
    list.split(',').any(|name| name.trim() == what)
}

/// A TCP port of 127.0.0.1 that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    listener.local_addr().expect("an address").port()
}

/// An empty folder for this process, below the system's temporary folder.
pub fn scratch_folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("madoguchi-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    folder
}

/// Looks a program up on the search path.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

#[test]
fn only_a_whole_name_is_required() {
    assert!(is_named("browser, postgres", "postgres"));
    assert!(!is_named("browser", "postgres"));
    assert!(!is_named("postgres-tls", "postgres"));
    assert!(!is_named("", "postgres"));
}
