//! A tiny HTTP server for the tests of the adapters: it answers as a closure says and remembers
//! what it was asked.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use chrono::{DateTime, Utc};

use super::SharedClock;
use crate::ports::clock::Clock;

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_775_000_000, 0).unwrap_or_default()
    }
}

/// 2026-03-31T23:33:20Z, always.
pub(crate) fn clock() -> SharedClock {
    Arc::new(Stopped)
}

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub method: String,
    /// Path with query.
    pub target: String,
    /// Request line and headers, in lower case.
    pub head: String,
    pub body: String,
}

/// What to answer.
pub(crate) enum Answer {
    /// Status, further header lines, body.
    Full(u16, Vec<String>, Vec<u8>),
    /// Closes without a word.
    Cut,
}

impl Answer {
    pub fn json(status: u16, body: serde_json::Value) -> Answer {
        Answer::Full(status, vec!["content-type: application/json".to_owned()], body.to_string().into_bytes())
    }

    pub fn wait(status: u16, seconds: u32) -> Answer {
        Answer::Full(status, vec![format!("retry-after: {seconds}")], Vec::new())
    }
}

pub(crate) struct Stub {
    pub base: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Stub {
    pub async fn start<F>(answer: F) -> Stub
    where
        F: Fn(&Asked, usize) -> Answer + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let base = format!("http://{}", listener.local_addr().expect("address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = asked.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = serve(stream, &answer, &seen).await;
            }
        });
        Stub { base, asked }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("lock").clone()
    }
}

async fn serve<F>(mut stream: TcpStream, answer: &F, seen: &Mutex<Vec<Asked>>) -> std::io::Result<()>
where
    F: Fn(&Asked, usize) -> Answer,
{
    let asked = read(&mut stream).await?;
    let number = seen.lock().expect("lock").len();
    seen.lock().expect("lock").push(asked.clone());
    if let Answer::Full(status, headers, body) = answer(&asked, number) {
        let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        let head = format!(
            "HTTP/1.1 {status} S\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&body).await?;
    }
    stream.shutdown().await
}

async fn read(stream: &mut TcpStream) -> std::io::Result<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            break bytes.len();
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let lower = head.to_lowercase();
    let length =
        lower.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.trim().parse().ok());
    while bytes.len() < end + length.unwrap_or(0) && stream.read_buf(&mut bytes).await? > 0 {}
    let mut words = head.split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    Ok(Asked { method, target, head: lower, body: String::from_utf8_lossy(&bytes[end..]).into_owned() })
}
