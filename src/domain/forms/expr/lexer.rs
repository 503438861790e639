//! Characters to tokens.

use super::ExprError;

/// A token with the position of its first character, counted from 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) kind: Kind,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Name(String),
    Number(String),
    Text(String),
    Date(String),
    Variable(String),
    This,
    Symbol(&'static str),
}

const SYMBOLS: [&str; 18] =
    [">=", "<=", "!=", "{}", "(", ")", ".", ",", "+", "-", "*", "/", "&", "=", "~", ">", "<", "{ }"];

/// Splits an expression into tokens.
pub(super) fn tokens(source: &str) -> Result<Vec<Token>, ExprError> {
    let mut lexer = Lexer { rest: source, at: 1 };
    let mut found = Vec::new();
    while let Some(token) = lexer.next()? {
        found.push(token);
    }
    Ok(found)
}

struct Lexer<'a> {
    rest: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn next(&mut self) -> Result<Option<Token>, ExprError> {
        self.take_while(char::is_whitespace);
        let at = self.at;
        let Some(first) = self.rest.chars().next() else { return Ok(None) };
        let kind = match first {
            '\'' => self.text()?,
            '@' => self.date(),
            '%' => self.variable()?,
            '$' => self.this()?,
            c if c.is_ascii_digit() => Kind::Number(self.number()),
            c if is_name_start(c) => Kind::Name(self.take_while(is_name_part).to_owned()),
            _ => self.symbol()?,
        };
        Ok(Some(Token { at, kind }))
    }

    fn advance(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.at += taken.chars().count();
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len());
        self.advance(end)
    }

    fn number(&mut self) -> String {
        let mut digits = self.take_while(|c| c.is_ascii_digit()).to_owned();
        let fraction =
            self.rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if fraction {
            digits.push_str(self.advance(1));
            digits.push_str(self.take_while(|c| c.is_ascii_digit()));
        }
        digits
    }

    fn text(&mut self) -> Result<Kind, ExprError> {
        let start = self.at;
        self.advance(1);
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|c| c != '\'' && c != '\\'));
            match self.rest.chars().next() {
                Some('\'') => {
                    self.advance(1);
                    return Ok(Kind::Text(text));
                }
                Some(_) => text.push(self.escape()?),
                None => return Err(ExprError::Syntax { at: start, found: "text without an end".to_owned() }),
            }
        }
    }

    fn escape(&mut self) -> Result<char, ExprError> {
        let at = self.at;
        self.advance(1);
        let meant = match self.rest.chars().next() {
            Some('n') => '\n',
            Some('t') => '\t',
            Some(c @ ('\'' | '\\' | '/' | '"' | '`')) => c,
            _ => return Err(ExprError::Syntax { at, found: "an unknown escape".to_owned() }),
        };
        self.advance(1);
        Ok(meant)
    }

    fn date(&mut self) -> Kind {
        self.advance(1);
        Kind::Date(self.take_while(|c| c.is_ascii_digit() || "-:TZ".contains(c)).to_owned())
    }

    fn variable(&mut self) -> Result<Kind, ExprError> {
        let at = self.at;
        self.advance(1);
        let name = self.take_while(is_name_part);
        if name.is_empty() {
            return Err(ExprError::Syntax { at, found: "% without a name".to_owned() });
        }
        Ok(Kind::Variable(name.to_owned()))
    }

    fn this(&mut self) -> Result<Kind, ExprError> {
        let at = self.at;
        self.advance(1);
        match self.take_while(is_name_part) {
            "this" => Ok(Kind::This),
            other => Err(ExprError::Syntax { at, found: format!("${other} (only $this is in the subset)") }),
        }
    }

    fn symbol(&mut self) -> Result<Kind, ExprError> {
        match SYMBOLS.into_iter().find(|symbol| self.rest.starts_with(symbol)) {
            Some(symbol) => {
                self.advance(symbol.len());
                Ok(Kind::Symbol(if symbol == "{ }" { "{}" } else { symbol }))
            }
            None => {
                let found = self.rest.chars().next().map(String::from).unwrap_or_default();
                Err(ExprError::Syntax { at: self.at, found })
            }
        }
    }
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn is_name_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
