//! Servers that never outlive the test process, however it ends.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Starts the command given as its arguments, waits until its input ends, stops the command and
/// removes the folder, again if the command still wrote into it. The input ends when the test
/// process does, also by a panic or a kill.
const GUARD: &str = r#"
folder=$1 signal=$2
shift 2
"$@" &
server=$!
read -r line
kill -s "$signal" "$server"
wait "$server"
for attempt in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf -- "$folder"
    sleep 1
    [ -e "$folder" ] || break
done
"#;

/// A server with its guard. It runs until the process ends or this value is dropped.
pub struct Guarded {
    guard: Child,
}

impl Guarded {
    /// Starts `command`, which is stopped by `signal` (`TERM`, `INT`). What it prints goes to
    /// `server.log` in `folder`, which is removed after it.
    pub fn start(command: &[String], signal: &str, folder: &Path) -> Guarded {
        let log = File::create(folder.join("server.log")).expect("a log file");
        let guard = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(folder)
            .arg(signal)
            .args(command)
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            // A group of its own, so that Ctrl-C reaches the tests first and the guard tidies up.
            .process_group(0)
            .spawn()
            .expect("sh starts");
        Guarded { guard }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}
