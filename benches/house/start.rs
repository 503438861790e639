//! From the start of the binary to its first answer, and what it needs when nobody asks for anything.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;

use super::table::{Table, median};

/// Starts of the binary on the same data; the first one also makes keys and tables.
const STARTS: usize = 5;
/// How long an idle process is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(3);

/// A running binary; ends with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Measures starts and memory.
pub async fn measure(table: &mut Table) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let database = format!("sqlite://{}", super::stand::database(&dir).display());
    let mut times = Vec::new();
    let mut memory = 0.0;
    for _ in 0..STARTS {
        let began = Instant::now();
        let (running, address) = start(&dir, &[("database_url", &database)])?;
        answer(&address).await?;
        times.push(began.elapsed().as_secs_f64());
        if times.len() == STARTS {
            tokio::time::sleep(IDLE).await;
            memory = resident(running.0.id())?;
        }
    }
    table.at_most("first start to first answer", "s", times.first().copied().unwrap_or(f64::NAN), 1.0);
    table.at_most("start to first answer", "s", median(times), 1.0);
    table.at_most("resident memory, idle", "MiB", memory, 60.0);
    Ok(())
}

/// Starts the binary, and waits until it says where it can be reached.
fn start(dir: &tempfile::TempDir, settings: &[(&str, &str)]) -> anyhow::Result<(Running, String)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_madoguchi"));
    let data = dir.path().join("data");
    command
        .env_clear()
        .args(["--set", "bind=127.0.0.1:0", "--set"])
        .arg(format!("data_dir={}", data.display()));
    for (name, value) in settings {
        command.args(["--set", &format!("{name}={value}")]);
    }
    let mut child = command.arg("serve").stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let output = child.stdout.take().context("no output")?;
    let running = Running(child);
    let said = BufReader::new(output).lines().map_while(Result::ok).find_map(|line| address(&line));
    Ok((running, said.context("the binary did not say where it is")?))
}

fn address(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("http://")?;
    Some(format!("http://{}", rest.split_whitespace().next()?))
}

async fn answer(address: &str) -> anyhow::Result<()> {
    loop {
        match reqwest::get(address).await {
            Ok(response) => {
                response.error_for_status()?;
                return Ok(());
            }
            Err(error) if error.is_connect() => tokio::time::sleep(Duration::from_millis(2)).await,
            Err(error) => return Err(error.into()),
        }
    }
}

/// VmRSS of a process in MiB.
fn resident(process: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
    let kib: f64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
    Ok(kib / 1024.0)
}
