//! Reading a date in any spelling: the era if there is one, then up to three numbers.

use thiserror::Error;

use super::era::Era;
use crate::domain::text;

/// Why a date is refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum DateError {
    /// Nothing was typed.
    #[error("no date")]
    Empty,
    /// It cannot be read as a date.
    #[error("not a date")]
    Unreadable,
    /// The month or the day does not exist.
    #[error("no such day")]
    NoSuchDay,
    /// It lies before 1873-01-01, when Japan counted by another calendar.
    #[error("before the Gregorian calendar")]
    BeforeGregorian,
}

impl DateError {
    /// Key of the sentence in the text catalogue.
    pub fn key(&self) -> &'static str {
        match self {
            DateError::Empty => "date.empty",
            DateError::Unreadable => "date.unreadable",
            DateError::NoSuchDay => "date.no_such_day",
            DateError::BeforeGregorian => "date.before_gregorian",
        }
    }
}

/// What was read: the era, if one was written, and year, month and day as far as written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub era: Option<&'static Era>,
    pub year: i32,
    pub month: Option<u32>,
    pub day: Option<u32>,
}

/// A run of characters of one kind.
#[derive(Debug)]
enum Token {
    Number { value: u32, length: usize },
    Between(char),
}

/// Reads `typed` without asking whether the day exists.
pub(super) fn read(typed: &str) -> Result<Reading, DateError> {
    let plain = without_brackets(&text::fold_width(typed));
    let plain = plain.trim();
    if plain.is_empty() {
        return Err(DateError::Empty);
    }
    let (era, rest) = split_era(plain);
    let tokens = tokens(rest.trim_start()).ok_or(DateError::Unreadable)?;
    let numbers = match tokens.as_slice() {
        [Token::Number { value, length }] => split_run(*value, *length, era.is_some()),
        many => numbers_in_order(many),
    };
    reading(era, &numbers.ok_or(DateError::Unreadable)?).ok_or(DateError::Unreadable)
}

/// The era with which a text begins, in any width.
pub fn leading_era(typed: &str) -> Option<&'static Era> {
    split_era(text::fold_width(typed).trim()).0
}

/// Drops what stands in brackets: the other calendar's year or the day of the week.
fn without_brackets(text: &str) -> String {
    let mut depth = 0u32;
    let mut kept = String::new();
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

fn split_era(text: &str) -> (Option<&'static Era>, &str) {
    if let Some(rest) = text.strip_prefix("西暦") {
        return (None, rest);
    }
    let begins = |length: usize| {
        let end = text.char_indices().nth(length).map_or(text.len(), |(at, _)| at);
        let (head, rest) = text.split_at_checked(end)?;
        // A leading digit is a year, not the code of an era.
        let era = Era::find(head).filter(|_| !head.starts_with(|c: char| c.is_ascii_digit()))?;
        Some((Some(era), rest.trim_start_matches('.')))
    };
    begins(2).or_else(|| begins(1)).unwrap_or((None, text))
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let is_number = |c: char| numeral(c).is_some();
        let end = if is_number(c) { rest.find(|c| !is_number(c)) } else { rest.find(is_number) };
        let (run, tail) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        found.push(if is_number(c) { number(run)? } else { Token::Between(separator(run)?) });
        rest = tail;
    }
    Some(found)
}

/// The one mark in a run between numbers: 年, 月, 日 or `/` for all others.
fn separator(run: &str) -> Option<char> {
    let mut marks = run.chars().filter(|c| !c.is_whitespace());
    let mark = match marks.next().unwrap_or('/') {
        c @ ('年' | '月' | '日') => c,
        c if c == '/' || c == '.' || text::is_hyphen(c) => '/',
        _ => return None,
    };
    marks.next().is_none().then_some(mark)
}

/// The value of a numeral: a digit, or 10 for 十. 元 is the first year.
fn numeral(c: char) -> Option<u32> {
    if c == '元' {
        return Some(1);
    }
    let kanji = "〇一二三四五六七八九十".chars().position(|k| k == c).and_then(|n| u32::try_from(n).ok());
    c.to_digit(10).or(kanji)
}

/// 三十 is 30, 二〇一九 and 2019 are 2019.
fn number(run: &str) -> Option<Token> {
    let length = run.chars().count();
    // In a mixture, 一 is more likely a slipped hyphen than a digit.
    let mixed = !run.is_ascii() && run.contains(|c: char| c.is_ascii());
    if mixed || length > 8 || run.contains('元') && length > 1 {
        return None;
    }
    let value = match run.split_once('十') {
        Some((tens, ones)) => small(tens, 1)? * 10 + small(ones, 0)?,
        None => run.chars().filter_map(numeral).fold(0, |sum, digit| sum * 10 + digit),
    };
    Some(Token::Number { value, length })
}

/// One digit before or after 十, or `none` for its absence.
fn small(digit: &str, none: u32) -> Option<u32> {
    let mut chars = digit.chars();
    match (chars.next(), chars.next()) {
        (None, _) => Some(none),
        (Some(c), None) => numeral(c).filter(|value| *value < 10),
        _ => None,
    }
}

/// Digits without marks: YYYYMMDD, YYYY, or YYMMDD after an era.
fn split_run(value: u32, length: usize, with_era: bool) -> Option<Vec<u32>> {
    match (with_era, length) {
        (false, 8) | (true, 6) => Some(vec![value / 10_000, value / 100 % 100, value % 100]),
        (false, 4) | (true, 1..=3) => Some(vec![value]),
        _ => None,
    }
}

/// The numbers of year, month and day, each followed by its own unit or by a neutral mark. Only a
/// unit may stand at the end.
fn numbers_in_order(tokens: &[Token]) -> Option<Vec<u32>> {
    let mut numbers = Vec::new();
    for (place, pair) in tokens.chunks(2).enumerate() {
        let is_last = (place + 1) * 2 >= tokens.len();
        match pair {
            [Token::Number { value, .. }, Token::Between(mark)] => {
                let unit = ['年', '月', '日'].get(place)?;
                if !(mark == unit || *mark == '/' && !is_last) {
                    return None;
                }
                numbers.push(*value);
            }
            [Token::Number { value, .. }] => numbers.push(*value),
            _ => return None,
        }
    }
    (1..=3).contains(&numbers.len()).then_some(numbers)
}

/// Without an era the year needs its four digits, with one it has at most three.
fn reading(era: Option<&'static Era>, numbers: &[u32]) -> Option<Reading> {
    let (year, rest) = numbers.split_first()?;
    let fits = if era.is_some() { (1..=999).contains(year) } else { (1000..=9999).contains(year) };
    let year = i32::try_from(*year).ok()?;
    fits.then_some(Reading { era, year, month: rest.first().copied(), day: rest.get(1).copied() })
}
