//! The reference number that a citizen reads from a letter or over the phone: `NB-7K3F-92QM-V`.
//!
//! Two to four letters for the program, eight characters of a 30-letter alphabet without
//! look-alikes, one check character.
//!
//! The check character makes `2·v1 + 3·v2 + … + 9·v8 + c` divisible by 31, where `v` is the place
//! of a character in the alphabet. 31 is prime and all weights differ, so any single wrong
//! character and any two swapped characters are noticed. Since the remainder has 31 values, the
//! check character alone may also be `L`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use super::text;

/// The 30 characters of the body, and `L`, which only the check character can be. 0, 1, I, O and
/// U are missing because they are mistaken for others.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTVWXYZL";
const BODY_LETTERS: u64 = 30;
const BODY_LENGTH: usize = 8;
const MODULUS: usize = 31;

/// How many different bodies there are: 30⁸.
pub const BODIES: u64 = BODY_LETTERS.pow(8);

/// Why a text is no reference number.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ReferenceError {
    /// It has not the form of one.
    #[error("not a reference number")]
    Form,
    /// A character of the body or the check character is wrong.
    #[error("the check character does not match")]
    Check,
}

impl ReferenceError {
    /// Key of the sentence in the text catalogue.
    pub fn key(&self) -> &'static str {
        match self {
            ReferenceError::Form => "reference.form",
            ReferenceError::Check => "reference.check",
        }
    }
}

/// A reference number whose check character is right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    prefix: String,
    /// Eight characters and the check character.
    code: String,
}

impl Reference {
    /// The reference number for a number that the caller drew; numbers from [`BODIES`] on begin
    /// again, so the caller must make sure that the result is not yet in use.
    ///
    /// # Errors
    /// [`ReferenceError::Form`] if the prefix is not two to four letters from A to Z.
    pub fn new(prefix: &str, number: u64) -> Result<Reference, ReferenceError> {
        if !is_prefix(prefix) {
            return Err(ReferenceError::Form);
        }
        let values = body_values(number);
        let code = values.iter().chain([&check_value(&values)]).filter_map(|v| letter(*v)).collect();
        Ok(Reference { prefix: prefix.to_owned(), code })
    }

    /// Reads a reference number with or without hyphens and blanks, in any width and case.
    ///
    /// # Errors
    /// [`ReferenceError::Form`] for the wrong length or characters, [`ReferenceError::Check`] for a
    /// slip of the pen.
    pub fn parse(typed: &str) -> Result<Reference, ReferenceError> {
        let kept: String = text::fold_width(typed)
            .chars()
            .filter(|c| !c.is_whitespace() && !text::is_hyphen(*c))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let split = kept.len().checked_sub(BODY_LENGTH + 1).ok_or(ReferenceError::Form)?;
        let (prefix, code) = kept.split_at_checked(split).ok_or(ReferenceError::Form)?;
        if !is_prefix(prefix) {
            return Err(ReferenceError::Form);
        }
        verify(code)?;
        Ok(Reference { prefix: prefix.to_owned(), code: code.to_owned() })
    }

    /// The letters of the program.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }
}

fn is_prefix(prefix: &str) -> bool {
    (2..=4).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_uppercase())
}

fn body_values(number: u64) -> [usize; BODY_LENGTH] {
    let mut rest = number % BODIES;
    let mut values = [0; BODY_LENGTH];
    for value in values.iter_mut().rev() {
        *value = usize::try_from(rest % BODY_LETTERS).unwrap_or_default();
        rest /= BODY_LETTERS;
    }
    values
}

fn check_value(body: &[usize]) -> usize {
    let sum: usize = body.iter().zip(2..).map(|(value, weight)| value * weight).sum();
    (MODULUS - sum % MODULUS) % MODULUS
}

fn letter(value: usize) -> Option<char> {
    ALPHABET.get(value).map(|b| char::from(*b))
}

fn verify(code: &str) -> Result<(), ReferenceError> {
    let place = |b: u8| ALPHABET.iter().position(|letter| *letter == b).ok_or(ReferenceError::Form);
    let values = code.bytes().map(place).collect::<Result<Vec<_>, _>>()?;
    match values.split_last() {
        Some((_, body)) if body.contains(&(MODULUS - 1)) => Err(ReferenceError::Form),
        Some((check, body)) if *check == check_value(body) => Ok(()),
        _ => Err(ReferenceError::Check),
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.prefix)?;
        for (place, c) in self.code.chars().enumerate() {
            if place.is_multiple_of(4) {
                f.write_str("-")?;
            }
            write!(f, "{c}")?;
        }
        Ok(())
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(typed: &str) -> Result<Reference, ReferenceError> {
        Reference::parse(typed)
    }
}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Reference, D::Error> {
        let typed = String::deserialize(deserializer)?;
        Reference::parse(&typed).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(number: u64) -> String {
        Reference::new("NB", number).unwrap().code
    }

    #[test]
    fn it_is_written_in_groups() {
        assert_eq!(Reference::new("NB", 0).unwrap().to_string(), "NB-2222-2222-2");
        // 1 is the letter 3 in the last place, weight 9: the check value is 31 − 9 = 22, the letter R.
        assert_eq!(Reference::new("NB", 1).unwrap().to_string(), "NB-2222-2223-R");
        assert_eq!(Reference::new("NB", 121_778_019_648).unwrap().to_string(), "NB-7K3F-92QM-V");
        assert_eq!(Reference::new("NB", BODIES).unwrap(), Reference::new("NB", 0).unwrap());
    }

    #[test]
    fn it_is_read_in_any_spelling() {
        let reference = Reference::new("NB", 1).unwrap();
        for typed in [
            "nb-2222-2223-r",
            "NB22222223R",
            "ＮＢ－２２２２－２２２３－Ｒ",
            " NB 2222 2223 R ",
            "NBー2222ー2223ーR",
        ] {
            assert_eq!(Reference::parse(typed).as_ref(), Ok(&reference), "{typed}");
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for typed in [
            "",
            "NB",
            "2222-2223-R",
            "NB-2222-2221-R",
            "NB-2222-222L-R",
            "N-2222-2223-R",
            "日本2222-2223-R",
            "NB-2222-222あ",
        ] {
            assert_eq!(Reference::parse(typed), Err(ReferenceError::Form), "{typed}");
        }
        assert_eq!(Reference::parse("NB-2222-2223-S"), Err(ReferenceError::Check));
        assert_eq!(Reference::new("nb", 1), Err(ReferenceError::Form));
    }

    #[test]
    fn it_is_a_string_in_json() {
        let reference = Reference::new("NB", 123_456_789).unwrap();
        let json = serde_json::to_string(&reference).unwrap();
        assert_eq!(serde_json::from_str::<Reference>(&json).unwrap(), reference);
    }

    proptest! {
        #[test]
        fn any_number_reads_back(number: u64) {
            let reference = Reference::new("NB", number).unwrap();
            prop_assert_eq!(Reference::parse(&reference.to_string()), Ok(reference));
        }

        #[test]
        fn every_single_wrong_character_is_noticed(number in 0..BODIES, place in 0usize..9) {
            let right = code(number);
            for wrong in ALPHABET.iter().map(|b| char::from(*b)) {
                let typed: String = right.chars().enumerate().map(|(i, c)| if i == place { wrong } else { c }).collect();
                prop_assert_eq!(verify(&typed).is_ok(), typed == right);
            }
        }

        #[test]
        fn every_swap_of_neighbours_is_noticed(number in 0..BODIES, place in 0usize..8) {
            let right = code(number);
            let mut swapped: Vec<char> = right.chars().collect();
            swapped.swap(place, place + 1);
            let typed: String = swapped.into_iter().collect();
            prop_assert_eq!(verify(&typed).is_ok(), typed == right);
        }
    }
}
