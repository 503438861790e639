//! Template + values + phrases → letter.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::model::{Addressee, Block, Cell, Column, Head, Letter};
use super::template::{AddresseeTemplate, Body, CellTemplate, ColumnTemplate, HeadTemplate, LetterTemplate};
use super::text::{Piece, Text};

/// One row of a list slot, by key.
pub type Row = BTreeMap<String, String>;

/// The values a letter is filled with, already in the words in which they are printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slots {
    /// Single values by slot path, such as `case.reference`.
    pub values: BTreeMap<String, String>,
    /// Rows by list path, such as `correction.items`.
    pub lists: BTreeMap<String, Vec<Row>>,
}

/// What a letter needed and did not get.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// A slot that is absent or empty.
    Slot(String),
    /// A list that is absent or empty.
    List(String),
    /// A phrase that the program does not have, or cannot read.
    Phrase(String),
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Missing::Slot(name) => write!(f, "{{{name}}}"),
            Missing::List(name) => write!(f, "[{name}]"),
            Missing::Phrase(code) => write!(f, "phrase {code}"),
        }
    }
}

/// A letter that could not be composed. It names slots and never their values.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the letter `{letter}` lacks {}", .missing.iter().map(Missing::to_string).collect::<Vec<_>>().join(", "))]
pub struct ComposeError {
    /// Kind of the letter.
    pub letter: String,
    /// Everything it lacks.
    pub missing: BTreeSet<Missing>,
}

/// Fills a template.
///
/// A slot takes its value from `slots`; `{item.*}` from the row at hand; `{phrase.code}` is the
/// text of `phrases` under that code, whose own slots are filled too (a phrase holds no phrase).
///
/// # Errors
/// [`ComposeError`] with everything that is absent or empty and has no `?otherwise`.
pub fn compose(
    template: &LetterTemplate,
    slots: &Slots,
    phrases: &BTreeMap<String, String>,
    issued: NaiveDate,
) -> Result<Letter, ComposeError> {
    let mut filler = Filler { slots, phrases, row: None, missing: BTreeSet::new() };
    let letter = Letter {
        kind: template.kind.clone(),
        title: filler.text(&template.title),
        issued,
        head: filler.head(&template.head),
        blocks: filler.blocks(template),
        watermark: None,
    };
    match filler.missing.is_empty() {
        true => Ok(letter),
        false => Err(ComposeError { letter: letter.kind, missing: filler.missing }),
    }
}

struct Filler<'a> {
    slots: &'a Slots,
    phrases: &'a BTreeMap<String, String>,
    row: Option<(usize, &'a Row)>,
    missing: BTreeSet<Missing>,
}

impl<'a> Filler<'a> {
    fn head(&mut self, head: &HeadTemplate) -> Head {
        Head {
            reference: self.text(&head.reference),
            date: self.text(&head.date),
            to: head.to.as_ref().map(|to| self.addressee(to)),
            from: self.lines(&head.from),
            seal: head.seal.as_ref().map(|seal| self.text(seal)),
            code: head.code.as_ref().map(|code| self.text(code)),
        }
    }

    fn addressee(&mut self, to: &AddresseeTemplate) -> Addressee {
        Addressee {
            postcode: self.text(&to.postcode),
            address: self.lines(&to.address),
            name: self.text(&to.name),
        }
    }

    fn lines(&mut self, texts: &[Text]) -> Vec<String> {
        texts.iter().map(|text| self.text(text)).filter(|line| !line.trim().is_empty()).collect()
    }

    fn blocks(&mut self, template: &LetterTemplate) -> Vec<Block> {
        let shown = template.blocks.iter().filter(|block| self.holds(block.when.as_deref()));
        let shown: Vec<&Body> = shown.map(|block| &block.body).collect();
        shown.into_iter().flat_map(|body| self.block(body)).collect()
    }

    fn holds(&self, when: Option<&str>) -> bool {
        let Some(name) = when else { return true };
        let value = self.slots.values.get(name).is_some_and(|value| !value.is_empty());
        value || self.slots.lists.get(name).is_some_and(|rows| !rows.is_empty())
    }

    fn block(&mut self, body: &Body) -> Vec<Block> {
        match body {
            Body::Heading { text } => vec![Block::Heading { text: self.text(text) }],
            Body::Paragraph { text, style } => {
                vec![Block::Paragraph { text: self.text(text), style: *style }]
            }
            Body::List { items, repeat, numbered } => {
                let items = self.each(repeat.as_deref(), |filler| filler.lines(items));
                vec![Block::List { items: items.concat(), numbered: *numbered }]
            }
            Body::Form { rows, frame } => vec![Block::Form { rows: self.cells(rows), frame: *frame }],
            Body::Answers { repeat, section, label, value } => self.answers(repeat, section, label, value),
            Body::Table { repeat, columns, blank_rows } => {
                vec![self.table(repeat.as_deref(), columns, *blank_rows)]
            }
            Body::Notice { title, text } => {
                vec![Block::Notice { title: self.text(title), text: self.text(text) }]
            }
            Body::Code { content, caption } => {
                vec![Block::Code { content: self.text(content), caption: self.text(caption) }]
            }
            Body::Cut { text } => vec![Block::Cut { text: self.text(text) }],
            Body::NewPage => vec![Block::NewPage],
        }
    }

    fn cells(&mut self, rows: &[Vec<CellTemplate>]) -> Vec<Vec<Cell>> {
        rows.iter().map(|row| row.iter().map(|cell| self.cell(cell)).collect()).collect()
    }

    fn cell(&mut self, cell: &CellTemplate) -> Cell {
        Cell {
            label: self.text(&cell.label),
            value: self.text(&cell.value),
            span: cell.span,
            strong: cell.strong,
            boxed: cell.boxed,
            lines: cell.lines,
        }
    }

    fn answers(&mut self, list: &str, section: &Text, label: &Text, value: &Text) -> Vec<Block> {
        let rows = self.each(Some(list), |f| (f.text(section), f.text(label), f.text(value)));
        rows.chunk_by(|a, b| a.0 == b.0).flat_map(section_blocks).collect()
    }

    fn table(&mut self, repeat: Option<&str>, columns: &[ColumnTemplate], blank_rows: u16) -> Block {
        let rows = match repeat {
            Some(_) => self.each(repeat, |f| columns.iter().map(|column| f.text(&column.value)).collect()),
            None => Vec::new(),
        };
        let columns = columns.iter().map(|column| Column {
            title: self.text(&column.title),
            width: column.width,
            align: column.align,
        });
        Block::Table { columns: columns.collect(), rows, blank_rows }
    }

    /// Runs `write` once for each row of the list, or once where there is no list.
    fn each<T>(&mut self, list: Option<&str>, mut write: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let Some(name) = list else { return vec![write(self)] };
        let slots = self.slots;
        let rows = slots.lists.get(name).map(Vec::as_slice).unwrap_or_default();
        if rows.is_empty() {
            self.missing.insert(Missing::List(name.to_owned()));
        }
        let written = rows.iter().enumerate().map(|row| {
            self.row = Some(row);
            write(self)
        });
        let written = written.collect();
        self.row = None;
        written
    }

    fn text(&mut self, text: &Text) -> String {
        text.pieces().iter().map(|piece| self.piece(piece)).collect()
    }

    fn piece(&mut self, piece: &Piece) -> String {
        match piece {
            Piece::Words(words) => words.clone(),
            Piece::Slot { name, otherwise } => match name.strip_prefix("phrase.") {
                Some(code) => self.phrase(code),
                None => self.value(name, otherwise.as_deref()),
            },
        }
    }

    fn value(&mut self, name: &str, otherwise: Option<&str>) -> String {
        if let Some(value) = self.find(name).filter(|value| !value.is_empty()) {
            return value;
        }
        if otherwise.is_none() {
            self.missing.insert(Missing::Slot(name.to_owned()));
        }
        otherwise.unwrap_or_default().to_owned()
    }

    fn find(&self, name: &str) -> Option<String> {
        match (name.strip_prefix("item."), self.row) {
            (Some("no"), Some((at, _))) => Some((at + 1).to_string()),
            (Some(key), Some((_, row))) => row.get(key).cloned(),
            _ => self.slots.values.get(name).cloned(),
        }
    }

    fn phrase(&mut self, code: &str) -> String {
        let text = self.phrases.get(code).and_then(|source| Text::parse(source).ok());
        let flat = text.filter(|text| !text.slots().any(|name| name.starts_with("phrase.")));
        match flat {
            Some(text) => self.text(&text),
            None => {
                self.missing.insert(Missing::Phrase(code.to_owned()));
                String::new()
            }
        }
    }
}

fn section_blocks(rows: &[(String, String, String)]) -> Vec<Block> {
    let heading = rows.first().map(|(section, ..)| Block::Heading { text: section.clone() });
    let cell = |label: &String, value: &String| Cell {
        label: label.clone(),
        value: value.clone(),
        span: 1,
        strong: false,
        boxed: false,
        lines: 1,
    };
    let rows = rows.iter().map(|(_, label, value)| vec![cell(label, value)]).collect();
    heading.into_iter().chain([Block::Form { rows, frame: Default::default() }]).collect()
}

#[cfg(test)]
mod tests;
