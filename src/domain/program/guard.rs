//! The small expressions by which a program folder says when something opens, waits or is shown.
//!
//! Grammar: `or` binds weaker than `and`, `and` weaker than `not`; brackets group. An atom is a
//! name with up to two arguments: `state(in_review) and not open(medical_certificate)`.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::vocabulary::{CaseKind, Holder, Outcome, State};

/// Bytes in the longest expression, so that reading one cannot exhaust the stack.
const LONGEST: usize = 1000;

/// What is known of a case when an expression is evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The core state.
    pub state: State,
    /// Who has it.
    pub holder: Holder,
    /// The kind of procedure.
    pub kind: CaseKind,
    /// Kinds of work items that are requested, in progress or received.
    pub open: BTreeSet<String>,
    /// Kinds of work items whose result was accepted.
    pub accepted: BTreeSet<String>,
    /// Kinds of work items that were waived.
    pub waived: BTreeSet<String>,
    /// Kinds of open work items past their due date.
    pub overdue: BTreeSet<String>,
    /// Keys of the consents that are given and not revoked.
    pub consents: BTreeSet<String>,
    /// Coded answers of the application by linkId, for document lists.
    pub answers: BTreeMap<String, BTreeSet<String>>,
    /// The outcome of the drafted or final decision.
    pub outcome: Option<Outcome>,
    /// Whether the committee gave its result on this case.
    pub deliberated: bool,
    /// Whether some item still has no verdict.
    pub unseen: bool,
}

impl Facts {
    /// Facts of a case with nothing but its state and kind.
    pub fn new(state: State, kind: CaseKind) -> Facts {
        Facts {
            state,
            holder: Holder::Deciding,
            kind,
            open: BTreeSet::new(),
            accepted: BTreeSet::new(),
            waived: BTreeSet::new(),
            overdue: BTreeSet::new(),
            consents: BTreeSet::new(),
            answers: BTreeMap::new(),
            outcome: None,
            deliberated: false,
            unseen: false,
        }
    }
}

/// A checked expression. In program files it is a string.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Guard {
    text: String,
    node: Node,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Atom(Atom),
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
}

/// One elementary question about a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Atom {
    /// `always`
    Always,
    /// `state(x)`
    State(State),
    /// `with(x)`: who has the case
    With(Holder),
    /// `kind(x)`
    Kind(CaseKind),
    /// `outcome(x)`
    Outcome(Outcome),
    /// `open(kind)`
    Open(String),
    /// `accepted(kind)`
    Accepted(String),
    /// `waived(kind)`
    Waived(String),
    /// `done(kind)`: accepted or waived
    Done(String),
    /// `overdue(kind)`
    Overdue(String),
    /// `consent(key)`
    Consent(String),
    /// `answer(linkId, code)`
    Answer(String, String),
    /// `deliberated`
    Deliberated,
    /// `unseen`
    Unseen,
}

impl Guard {
    /// Reads an expression.
    ///
    /// # Errors
    /// A [`GuardError`] that says what was expected.
    pub fn parse(text: &str) -> Result<Guard, GuardError> {
        if text.len() > LONGEST {
            return Err(GuardError::TooLong);
        }
        let mut reader = Reader { tokens: tokens(text)?, next: 0 };
        let node = reader.any()?;
        match reader.take() {
            None => Ok(Guard { text: text.to_owned(), node }),
            Some(extra) => Err(GuardError::Unexpected(extra.to_string())),
        }
    }

    /// Whether it holds.
    pub fn holds(&self, facts: &Facts) -> bool {
        self.node.holds(facts)
    }

    /// Every atom in it, for checking that what it names exists.
    pub fn atoms(&self) -> Vec<&Atom> {
        let mut found = Vec::new();
        self.node.collect(&mut found);
        found
    }

    /// The text that was read.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl TryFrom<String> for Guard {
    type Error = GuardError;

    fn try_from(text: String) -> Result<Guard, GuardError> {
        Guard::parse(&text)
    }
}

impl From<Guard> for String {
    fn from(guard: Guard) -> String {
        guard.text
    }
}

impl Node {
    fn holds(&self, facts: &Facts) -> bool {
        match self {
            Node::Atom(atom) => atom.holds(facts),
            Node::Not(inner) => !inner.holds(facts),
            Node::All(parts) => parts.iter().all(|part| part.holds(facts)),
            Node::Any(parts) => parts.iter().any(|part| part.holds(facts)),
        }
    }

    fn collect<'a>(&'a self, found: &mut Vec<&'a Atom>) {
        match self {
            Node::Atom(atom) => found.push(atom),
            Node::Not(inner) => inner.collect(found),
            Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|part| part.collect(found)),
        }
    }
}

impl Atom {
    fn holds(&self, facts: &Facts) -> bool {
        match self {
            Atom::Always => true,
            Atom::State(state) => facts.state == *state,
            Atom::With(holder) => facts.holder == *holder,
            Atom::Kind(kind) => facts.kind == *kind,
            Atom::Outcome(outcome) => facts.outcome == Some(*outcome),
            Atom::Open(item) => facts.open.contains(item),
            Atom::Accepted(item) => facts.accepted.contains(item),
            Atom::Waived(item) => facts.waived.contains(item),
            Atom::Done(item) => facts.accepted.contains(item) || facts.waived.contains(item),
            Atom::Overdue(item) => facts.overdue.contains(item),
            Atom::Consent(key) => facts.consents.contains(key),
            Atom::Answer(item, code) => facts.answers.get(item).is_some_and(|codes| codes.contains(code)),
            Atom::Deliberated => facts.deliberated,
            Atom::Unseen => facts.unseen,
        }
    }

    /// The kind of work item that it asks about.
    pub fn work_item(&self) -> Option<&str> {
        match self {
            Atom::Open(kind) | Atom::Accepted(kind) | Atom::Waived(kind) => Some(kind),
            Atom::Done(kind) | Atom::Overdue(kind) => Some(kind),
            _ => None,
        }
    }

    fn of(name: &str, arguments: &[String]) -> Result<Atom, GuardError> {
        match (name, arguments) {
            ("always", []) => Ok(Atom::Always),
            ("deliberated", []) => Ok(Atom::Deliberated),
            ("unseen", []) => Ok(Atom::Unseen),
            ("state", [code]) => {
                State::from_code(code).map(Atom::State).ok_or_else(|| unknown("state", code))
            }
            ("with", [code]) => {
                Holder::from_code(code).map(Atom::With).ok_or_else(|| unknown("holder", code))
            }
            ("kind", [code]) => Ok(Atom::Kind(CaseKind::read(code))),
            ("outcome", [code]) => {
                Outcome::from_code(code).map(Atom::Outcome).ok_or_else(|| unknown("outcome", code))
            }
            ("open", [kind]) => Ok(Atom::Open(kind.clone())),
            ("accepted", [kind]) => Ok(Atom::Accepted(kind.clone())),
            ("waived", [kind]) => Ok(Atom::Waived(kind.clone())),
            ("done", [kind]) => Ok(Atom::Done(kind.clone())),
            ("overdue", [kind]) => Ok(Atom::Overdue(kind.clone())),
            ("consent", [key]) => Ok(Atom::Consent(key.clone())),
            ("answer", [item, code]) => Ok(Atom::Answer(item.clone(), code.clone())),
            _ => Err(GuardError::UnknownAtom(name.to_owned(), arguments.len())),
        }
    }
}

fn unknown(what: &'static str, code: &str) -> GuardError {
    GuardError::UnknownCode(what, code.to_owned())
}

/// Why an expression cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// A character that no expression has.
    #[error("`{0}` cannot stand in an expression")]
    Character(char),
    /// A word or sign in the wrong place.
    #[error("`{0}` stands where something else was expected")]
    Unexpected(String),
    /// The text ends too early.
    #[error("the expression ends too early")]
    End,
    /// Longer than any expression needs to be.
    #[error("the expression is longer than {LONGEST} bytes")]
    TooLong,
    /// No such question, or not with that many arguments.
    #[error("`{0}` with {1} arguments is not in the library")]
    UnknownAtom(String, usize),
    /// A closed word that does not exist.
    #[error("there is no {0} `{1}`")]
    UnknownCode(&'static str, String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Open,
    Close,
    Comma,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Token::Word(word) => word,
            Token::Open => "(",
            Token::Close => ")",
            Token::Comma => ",",
        })
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, GuardError> {
    let mut found = Vec::new();
    let mut word = String::new();
    for character in text.chars().chain([' ']) {
        if character.is_ascii_alphanumeric() || "_.-".contains(character) {
            word.push(character);
            continue;
        }
        if !word.is_empty() {
            found.push(Token::Word(std::mem::take(&mut word)));
        }
        match character {
            '(' => found.push(Token::Open),
            ')' => found.push(Token::Close),
            ',' => found.push(Token::Comma),
            blank if blank.is_whitespace() => {}
            other => return Err(GuardError::Character(other)),
        }
    }
    Ok(found)
}

struct Reader {
    tokens: Vec<Token>,
    next: usize,
}

impl Reader {
    fn take(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.next).cloned();
        self.next += 1;
        token
    }

    fn take_if(&mut self, wanted: &Token) -> bool {
        let found = self.tokens.get(self.next) == Some(wanted);
        self.next += usize::from(found);
        found
    }

    fn keyword(&mut self, word: &str) -> bool {
        self.take_if(&Token::Word(word.to_owned()))
    }

    fn any(&mut self) -> Result<Node, GuardError> {
        let mut parts = vec![self.all()?];
        while self.keyword("or") {
            parts.push(self.all()?);
        }
        Ok(single(parts, Node::Any))
    }

    fn all(&mut self) -> Result<Node, GuardError> {
        let mut parts = vec![self.unary()?];
        while self.keyword("and") {
            parts.push(self.unary()?);
        }
        Ok(single(parts, Node::All))
    }

    fn unary(&mut self) -> Result<Node, GuardError> {
        if self.keyword("not") {
            return Ok(Node::Not(Box::new(self.unary()?)));
        }
        match self.take().ok_or(GuardError::End)? {
            Token::Open => {
                let inner = self.any()?;
                self.close()?;
                Ok(inner)
            }
            Token::Word(name) => {
                let arguments = self.arguments()?;
                Atom::of(&name, &arguments).map(Node::Atom)
            }
            other => Err(GuardError::Unexpected(other.to_string())),
        }
    }

    fn arguments(&mut self) -> Result<Vec<String>, GuardError> {
        let mut found = Vec::new();
        if !self.take_if(&Token::Open) {
            return Ok(found);
        }
        loop {
            match self.take().ok_or(GuardError::End)? {
                Token::Word(word) => found.push(word),
                other => return Err(GuardError::Unexpected(other.to_string())),
            }
            if !self.take_if(&Token::Comma) {
                self.close()?;
                return Ok(found);
            }
        }
    }

    fn close(&mut self) -> Result<(), GuardError> {
        match self.take() {
            Some(Token::Close) => Ok(()),
            Some(other) => Err(GuardError::Unexpected(other.to_string())),
            None => Err(GuardError::End),
        }
    }
}

fn single(mut parts: Vec<Node>, join: fn(Vec<Node>) -> Node) -> Node {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            join(parts)
        }
    }
}
