//! 個人番号 (マイナンバー).

use std::fmt;
use std::hint;

use super::{NumberError, check, digits_of};

const LENGTH: usize = 12;

/// A 個人番号. It has no `Display`, no `Serialize` and no `Clone`, its `Debug` shows no digit, and
/// its memory is cleared when it is dropped.
#[derive(PartialEq, Eq)]
pub struct MyNumber([u8; LENGTH]);

impl MyNumber {
    /// Reads a number of twelve digits.
    ///
    /// # Errors
    /// [`NumberError`] for other characters, another length, zeros only or a wrong check digit; the
    /// error does not hold the number.
    pub fn parse(typed: &str) -> Result<MyNumber, NumberError> {
        let digits = digits_of(typed, &[LENGTH], "12")?;
        if !check::ends_with_check(&digits, check::mod11_b) {
            return Err(NumberError::CheckDigit);
        }
        let bytes = digits.into_bytes().try_into().map_err(|_| NumberError::Length { expected: "12" })?;
        Ok(MyNumber(bytes))
    }

    /// The number as it may be shown: `********9018`.
    pub fn masked(&self) -> String {
        let last: String = self.expose().chars().skip(LENGTH - 4).collect();
        format!("{:*>LENGTH$}", last)
    }

    /// The twelve digits, for encryption or for a message that the law asks for, and nothing else.
    pub fn expose(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for MyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MyNumber(************)")
    }
}

impl Drop for MyNumber {
    fn drop(&mut self) {
        self.0.fill(0);
        // Keeps the compiler from leaving out a write that nobody reads.
        hint::black_box(&self.0);
    }
}
