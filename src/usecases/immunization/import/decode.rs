//! A file in UTF-8 or Shift_JIS, read as UTF-8 in a stream.

use std::io::{Cursor, Read, Result};

use encoding_rs::{Decoder, Encoding, SHIFT_JIS, UTF_8};

/// Bytes that are read at once.
const CHUNK: usize = 16 * 1024;
/// Bytes by which the encoding is told; headings in Japanese stand there.
const HEAD: usize = 64 * 1024;

/// UTF-8 from a file in another encoding; what the encoding does not have becomes U+FFFD.
pub(super) struct Decoding<R> {
    source: R,
    decoder: Decoder,
    ready: Cursor<Vec<u8>>,
    ended: bool,
}

/// Opens a file, whose encoding is told by its first part.
///
/// # Errors
/// When it cannot be read.
pub(super) fn open<R: Read>(mut source: R) -> Result<Decoding<impl Read>> {
    let mut head = Vec::with_capacity(HEAD);
    source.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let decoder = encoding_of(&head).new_decoder();
    let source = Cursor::new(head).chain(source);
    Ok(Decoding { source, decoder, ready: Cursor::new(Vec::new()), ended: false })
}

/// A letter cut in two at the end is no fault.
fn encoding_of(head: &[u8]) -> &'static Encoding {
    match std::str::from_utf8(head) {
        Err(error) if error.error_len().is_some() => SHIFT_JIS,
        _ => UTF_8,
    }
}

impl<R: Read> Decoding<R> {
    fn refill(&mut self) -> Result<()> {
        let mut raw = vec![0; CHUNK];
        let count = self.source.read(&mut raw)?;
        self.ended = count == 0;
        let room = self.decoder.max_utf8_buffer_length(count).unwrap_or(CHUNK * 4);
        let mut text = vec![0; room];
        let (_, _, written, _) = self.decoder.decode_to_utf8(&raw[..count], &mut text, self.ended);
        text.truncate(written);
        self.ready = Cursor::new(text);
        Ok(())
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            let count = self.ready.read(buffer)?;
            if count > 0 || self.ended || buffer.is_empty() {
                return Ok(count);
            }
            self.refill()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> String {
        let mut text = String::new();
        open(bytes).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn both_encodings_come_out_the_same_however_long() {
        let text = "宛名番号,氏名\r\n1,山田 はな\r\n".repeat(9_000);
        assert_eq!(decoded(text.as_bytes()), text);
        assert_eq!(decoded(&SHIFT_JIS.encode(&text).0), text);
        assert_eq!(decoded(format!("\u{feff}{text}").as_bytes()), text);
    }

    #[test]
    fn a_letter_that_is_none_is_marked_and_not_dropped() {
        let mut bytes = SHIFT_JIS.encode("氏名\r\n山").0.into_owned();
        bytes.extend([0xFA, 0xFF, b'\r', b'\n']);
        assert!(decoded(&bytes).contains('\u{FFFD}'));
        assert_eq!(decoded(b""), "");
    }
}
