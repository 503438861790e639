//! A composed letter: what it says, in blocks that every medium can show.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A letter with every slot filled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    /// Kind of letter, the file stem of its template.
    pub kind: String,
    /// The title printed on it.
    pub title: String,
    /// The day that stands in the letter; a rendering of it carries no other date.
    pub issued: NaiveDate,
    /// What stands above the title.
    pub head: Head,
    /// What stands below the title, in reading order.
    pub blocks: Vec<Block>,
    /// Who reads it and when, in grey across every page; none on what goes out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watermark: Option<String>,
}

/// What stands above the title of a letter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Reference number of the case.
    pub reference: String,
    /// Day of issue in words, in both calendars.
    pub date: String,
    /// The receiver, for letters that go by post in a window envelope.
    pub to: Option<Addressee>,
    /// The issuing office, one line each.
    pub from: Vec<String>,
    /// The remark in place of the seal, such as 公印省略.
    pub seal: Option<String>,
    /// Content of the two-dimensional code that stands on every page.
    pub code: Option<String>,
}

/// The receiver of a posted letter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Addressee {
    /// Postcode as printed, `123-4567`.
    pub postcode: String,
    /// The address, one line each.
    pub address: Vec<String>,
    /// The name with its 様.
    pub name: String,
}

/// One block of a letter's body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Block {
    /// A heading.
    Heading {
        /// Its words.
        text: String,
    },
    /// A paragraph; a line feed begins a new line.
    Paragraph {
        /// Its words.
        text: String,
        /// How it stands out.
        style: Style,
    },
    /// A list.
    List {
        /// One entry each.
        items: Vec<String>,
        /// Whether the entries are counted from 1.
        numbered: bool,
    },
    /// Ruled rows of labelled values.
    Form {
        /// The rows, each with its cells from left to right.
        rows: Vec<Vec<Cell>>,
        /// The line around it.
        frame: Frame,
    },
    /// A ruled table.
    Table {
        /// The columns from left to right.
        columns: Vec<Column>,
        /// The rows; each has one text a column.
        rows: Vec<Vec<String>>,
        /// How many empty rows follow, to be filled in by hand.
        blank_rows: u16,
    },
    /// A framed text that must not be overlooked.
    Notice {
        /// Its title.
        title: String,
        /// Its words; a line feed begins a new line.
        text: String,
    },
    /// A two-dimensional code with words beside it.
    Code {
        /// What the code holds.
        content: String,
        /// The words; a line feed begins a new line.
        caption: String,
    },
    /// A line along which the reader cuts the sheet.
    Cut {
        /// The words on the line.
        text: String,
    },
    /// What follows begins on a new page.
    NewPage,
}

/// One labelled value of a form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// The label.
    pub label: String,
    /// The value; empty where the reader writes by hand.
    pub value: String,
    /// Share of the row's width, against the other cells' shares.
    pub span: u8,
    /// Whether the value stands out.
    pub strong: bool,
    /// Whether each character has a box of its own, as for numbers that are read by digit.
    pub boxed: bool,
    /// Height at least, in lines.
    pub lines: u8,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its title.
    pub title: String,
    /// Share of the table's width, against the other columns' shares.
    pub width: u8,
    /// Where its text stands.
    pub align: Align,
}

/// How a paragraph stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// Body text.
    #[default]
    Normal,
    /// The outcome of the letter in one sentence.
    Lead,
    /// Remarks.
    Small,
    /// Body text at the right margin.
    Right,
    /// 記, 以上 and the like.
    Center,
}

/// Where a text stands in its column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// At the left.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// At the right, as sums do.
    Right,
}

/// The line around a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frame {
    /// A ruled table.
    #[default]
    Plain,
    /// A card to carry along, with a double line around.
    Card,
}
