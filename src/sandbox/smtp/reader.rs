//! Reading lines that may not grow without bound or take for ever.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

/// Longest line taken, with its end; RFC 5321 section 4.5.3.1.6 asks for 1,000 at least.
const LONGEST_LINE: u64 = 4096;
const PATIENCE: Duration = Duration::from_secs(60);

/// One line with its end of line.
///
/// # Errors
/// When the peer is gone, silent for a minute, or sends a line that is too long.
pub async fn line<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let mut limited = stream.take(LONGEST_LINE);
    tokio::time::timeout(PATIENCE, limited.read_until(b'\n', &mut line)).await??;
    match line.ends_with(b"\n") {
        true => Ok(line),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
