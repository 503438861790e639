//! Answers no client should believe.

use super::control::Fault;
use actix_web::body::SizedStream;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::stream::{self, Stream, StreamExt};
use std::io;
use std::time::Duration;

const HUGE_CHUNK: usize = 64 * 1024;
const HUGE_CHUNKS: usize = 60 * 16;

/// No answer: the connection is closed before anything is sent.
#[must_use]
pub fn cut() -> HttpResponse {
    HttpResponse::Ok().body(SizedStream::new(1, stream::once(async { Err::<Bytes, _>(broken()) })))
}

/// The first half of `body` under the length of the whole, then a closed connection.
pub fn half(head: &mut HttpResponseBuilder, body: &Bytes) -> HttpResponse {
    let part = body.slice(..body.len() / 2);
    let end = stream::once(async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Err(broken())
    });
    let length = body.len().max(1) as u64;
    head.body(SizedStream::new(length, stream::once(async { Ok(part) }).chain(end).boxed_local()))
}

/// A whole answer with the body a poison fault stands for.
pub fn body(head: &mut HttpResponseBuilder, fault: Fault) -> HttpResponse {
    match fault {
        Fault::DeepNesting => head.body("[".repeat(10_000) + &"]".repeat(10_000)),
        Fault::DuplicateKeys => head.body(r#"{"id":"a","status":"COMPLETED","id":"b","status":"FAILED"}"#),
        Fault::LoneSurrogate => head.body(r#"{"text":"\ud800"}"#),
        Fault::LongNumber => head.body(format!(r#"{{"total":{}}}"#, "9".repeat(1_000_000))),
        Fault::Huge => head.body(SizedStream::new((HUGE_CHUNK * HUGE_CHUNKS) as u64, huge())),
        _ => head.body("<!doctype html><title>502</title>{\"status\": COMPLETED"),
    }
}

fn huge() -> impl Stream<Item = io::Result<Bytes>> {
    let chunk = Bytes::from(vec![b' '; HUGE_CHUNK]);
    stream::iter((0..HUGE_CHUNKS).map(move |_| Ok(chunk.clone())))
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "planned fault")
}
