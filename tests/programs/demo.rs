//! The demo, which everybody sees first: its cases are made by the commands that people use, so whatever
//! changes those can break it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A demo that ends with its test.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn every_case_of_the_demo_can_be_made() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_madoguchi"));
    command.args(["--set", "bind=127.0.0.1:0"]).current_dir(folder.path());
    let mut demo = Demo(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    let lines = BufReader::new(demo.0.stderr.take().unwrap()).lines().map_while(Result::ok);
    let told = lines.into_iter().find(|line| line.contains("the demo's cases")).unwrap_or_default();
    assert!(told.contains("the demo's cases are there"), "{told}");
}
