//! 全国地方公共団体コード.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{NumberError, check, digits_of};

/// A 全国地方公共団体コード of six digits: prefecture 2, municipality 3, check digit. Data of other
/// systems may carry the first five digits only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MunicipalityCode(String);

impl MunicipalityCode {
    /// Reads a code of six digits.
    ///
    /// # Errors
    /// [`NumberError`] for other characters, another length, zeros only or a wrong check digit.
    pub fn parse(typed: &str) -> Result<MunicipalityCode, NumberError> {
        let digits = digits_of(typed, &[6], "6")?;
        if check::ends_with_check(&digits, check::mod11_a) {
            Ok(MunicipalityCode(digits))
        } else {
            Err(NumberError::CheckDigit)
        }
    }

    /// The code for the five digits without check digit.
    ///
    /// # Errors
    /// [`NumberError`] for other characters, another length or zeros only.
    pub fn from_five(typed: &str) -> Result<MunicipalityCode, NumberError> {
        let body = digits_of(typed, &[5], "5")?;
        let check = check::mod11_a(&body).ok_or(NumberError::NotDigits)?;
        Ok(MunicipalityCode(format!("{body}{check}")))
    }

    /// The six digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The five digits without check digit.
    pub fn five(&self) -> &str {
        self.0.get(..5).unwrap_or_default()
    }

    /// The prefecture's number, 01 to 47.
    pub fn prefecture(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }
}

impl fmt::Display for MunicipalityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for MunicipalityCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for MunicipalityCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<MunicipalityCode, D::Error> {
        MunicipalityCode::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
