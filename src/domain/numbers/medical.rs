//! Numbers of medical insurance and of public payers, all with the check digit M10
//! (保険者番号・公費負担者番号・公費負担医療の受給者番号・医療機関コード等設定要領).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{NumberError, check, digits_of};

macro_rules! m10_numbers {
    ($($(#[$doc:meta])* $name:ident: [$($length:literal),+] $shown:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Reads a number that somebody typed. A wrong check digit is accepted here; ask
            /// `check_digit_ok` and warn.
            ///
            /// # Errors
            /// [`NumberError`] for other characters, another length or zeros only.
            pub fn parse(typed: &str) -> Result<Self, NumberError> {
                digits_of(typed, &[$($length),+], $shown).map($name)
            }

            /// Reads a number that an office issues, whose check digit must be right.
            ///
            /// # Errors
            /// As `parse`, and [`NumberError::CheckDigit`].
            pub fn parse_strict(typed: &str) -> Result<Self, NumberError> {
                let number = Self::parse(typed)?;
                if number.check_digit_ok() { Ok(number) } else { Err(NumberError::CheckDigit) }
            }

            /// Whether the last digit is the check digit of the others.
            pub fn check_digit_ok(&self) -> bool {
                check::ends_with_check(&self.0, check::m10)
            }

            /// The ASCII digits.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    )*};
}

m10_numbers! {
    /// 公費負担者番号: 法別番号 2, prefecture 2, 実施機関番号 3, check digit.
    PayerNumber: [8] "8";
    /// 公費負担医療の受給者番号: 受給者区分 6, check digit.
    RecipientNumber: [7] "7";
    /// 保険者番号: 8 digits, or 6 for 国民健康保険 (prefecture 2, 保険者別番号 3, check digit).
    InsurerNumber: [6, 8] "6・8";
    /// 医療機関コード in its long form: prefecture 2, 点数表 1, 郡市区 2, number 4, check digit. The
    /// everyday 7 digits cannot be checked alone.
    InstitutionCode: [10] "10";
}

impl PayerNumber {
    /// 法別番号: which law pays.
    pub fn law(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }

    /// The prefecture's number, 01 to 47.
    pub fn prefecture(&self) -> &str {
        self.0.get(2..4).unwrap_or_default()
    }
}

impl RecipientNumber {
    /// The number for a 受給者区分 of six digits, with its check digit appended.
    ///
    /// # Errors
    /// [`NumberError`] for other characters, another length or zeros only.
    pub fn issue(body: &str) -> Result<RecipientNumber, NumberError> {
        let body = digits_of(body, &[6], "6")?;
        let check = check::m10(&body).ok_or(NumberError::NotDigits)?;
        Ok(RecipientNumber(format!("{body}{check}")))
    }
}

impl InsurerNumber {
    /// The number in eight digits, a number of 国民健康保険 with zeros in front. The check digit
    /// stays right.
    pub fn padded(&self) -> String {
        format!("{:0>8}", self.0)
    }
}
