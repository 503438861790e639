//! Letter templates: the TOML files in a program's `letters/` folder.

use serde::Deserialize;

use super::model::{Align, Frame, Style};
use super::text::Text;
use crate::domain::problem::Problem;

/// A letter with its slots still open.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterTemplate {
    /// Kind of letter, equal to the file stem.
    pub kind: String,
    /// The title.
    pub title: Text,
    /// Whether the letter tells of an adverse decision, and so must say how to appeal
    /// (行政不服審査法 82条).
    #[serde(default)]
    pub adverse: bool,
    /// What stands above the title.
    pub head: HeadTemplate,
    /// What stands below it.
    #[serde(rename = "block")]
    pub blocks: Vec<BlockTemplate>,
}

/// What stands above the title, with slots.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadTemplate {
    /// Reference number of the case.
    pub reference: Text,
    /// Day of issue.
    pub date: Text,
    /// The receiver of a posted letter.
    pub to: Option<AddresseeTemplate>,
    /// The issuing office.
    #[serde(default)]
    pub from: Vec<Text>,
    /// The remark in place of the seal.
    pub seal: Option<Text>,
    /// Content of the code on every page.
    pub code: Option<Text>,
}

/// The receiver, with slots.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddresseeTemplate {
    /// Postcode.
    pub postcode: Text,
    /// Address lines; one that stays empty is left out.
    pub address: Vec<Text>,
    /// Name with its 様.
    pub name: Text,
}

/// A block, with slots.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct BlockTemplate {
    /// A slot or list without which the block is left out.
    pub when: Option<String>,
    /// The block.
    #[serde(flatten)]
    pub body: Body,
}

/// The kinds of block. Those with `repeat` name a list and address its row as `{item.key}`,
/// the row's place counted from 1 as `{item.no}`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Body {
    /// A heading.
    Heading {
        /// Its words.
        text: Text,
    },
    /// A paragraph.
    Paragraph {
        /// Its words.
        text: Text,
        /// How it stands out.
        #[serde(default)]
        style: Style,
    },
    /// A list; with `repeat` its items are written for every row.
    List {
        /// The items.
        items: Vec<Text>,
        /// The list slot to go through.
        repeat: Option<String>,
        /// Whether they are counted.
        #[serde(default)]
        numbered: bool,
    },
    /// Ruled rows of labelled values.
    Form {
        /// The rows of cells.
        rows: Vec<Vec<CellTemplate>>,
        /// The line around.
        #[serde(default)]
        frame: Frame,
    },
    /// Labelled values out of a list, with a heading wherever the section changes.
    Answers {
        /// The list slot to go through.
        repeat: String,
        /// The row's section.
        section: Text,
        /// The row's label.
        label: Text,
        /// The row's value.
        value: Text,
    },
    /// A ruled table.
    Table {
        /// The list slot to go through.
        repeat: Option<String>,
        /// The columns.
        columns: Vec<ColumnTemplate>,
        /// Empty rows after them.
        #[serde(default)]
        blank_rows: u16,
    },
    /// A framed text.
    Notice {
        /// Its title.
        title: Text,
        /// Its words.
        text: Text,
    },
    /// A two-dimensional code with words beside it.
    Code {
        /// What it holds.
        content: Text,
        /// The words.
        caption: Text,
    },
    /// A line to cut along.
    Cut {
        /// The words on it.
        text: Text,
    },
    /// A new page.
    NewPage,
}

/// A labelled value, with slots.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellTemplate {
    /// The label.
    pub label: Text,
    /// The value; left out where the reader writes by hand.
    #[serde(default)]
    pub value: Text,
    /// Share of the row's width.
    #[serde(default = "one")]
    pub span: u8,
    /// Whether the value stands out.
    #[serde(default)]
    pub strong: bool,
    /// Whether each character has a box.
    #[serde(default)]
    pub boxed: bool,
    /// Height at least, in lines.
    #[serde(default = "one")]
    pub lines: u8,
}

/// A column, with slots.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnTemplate {
    /// Its title.
    pub title: Text,
    /// What stands in it in each row.
    #[serde(default)]
    pub value: Text,
    /// Share of the table's width.
    #[serde(default = "one")]
    pub width: u8,
    /// Where its text stands.
    #[serde(default)]
    pub align: Align,
}

fn one() -> u8 {
    1
}

impl LetterTemplate {
    /// Reads a template; `file` is its path inside the program folder, for the problems.
    ///
    /// # Errors
    /// One [`Problem`] for text that is no TOML, for an unknown or missing key, and for a
    /// malformed slot.
    pub fn load(source: &str, file: &str) -> Result<LetterTemplate, Vec<Problem>> {
        toml::from_str(source).map_err(|error| vec![problem(source, file, &error)])
    }
}

impl Body {
    /// Every text of the block in reading order.
    pub fn texts(&self) -> Vec<&Text> {
        match self {
            Body::Heading { text } | Body::Paragraph { text, .. } | Body::Cut { text } => vec![text],
            Body::List { items, .. } => items.iter().collect(),
            Body::Form { rows, .. } => rows.iter().flatten().flat_map(|c| [&c.label, &c.value]).collect(),
            Body::Answers { section, label, value, .. } => vec![section, label, value],
            Body::Table { columns, .. } => columns.iter().flat_map(|c| [&c.title, &c.value]).collect(),
            Body::Notice { title, text } => vec![title, text],
            Body::Code { content, caption } => vec![content, caption],
            Body::NewPage => Vec::new(),
        }
    }

    /// The list the block goes through.
    pub fn repeat(&self) -> Option<&str> {
        match self {
            Body::List { repeat, .. } | Body::Table { repeat, .. } => repeat.as_deref(),
            Body::Answers { repeat, .. } => Some(repeat),
            _ => None,
        }
    }
}

fn problem(source: &str, file: &str, error: &toml::de::Error) -> Problem {
    let problem = Problem::new(file, "letter", error.message(), "write it as the other letters do");
    match error.span() {
        Some(span) => problem.on_line(line_of(source, span.start)),
        None => problem,
    }
}

fn line_of(source: &str, offset: usize) -> usize {
    1 + source.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "kind = \"k\"\ntitle = \"t\"\n[head]\nreference = \"{r}\"\ndate = \"{d}\"\n";

    fn load(blocks: &str) -> Result<LetterTemplate, Vec<Problem>> {
        LetterTemplate::load(&format!("{HEAD}{blocks}"), "letters/k.toml")
    }

    #[test]
    fn a_condition_stands_beside_the_block() {
        let template = load("[[block]]\nwhen = \"x\"\ntype = \"heading\"\ntext = \"h\"\n").unwrap();
        assert_eq!(template.blocks[0].when.as_deref(), Some("x"));
        assert_eq!(template.blocks[0].body, Body::Heading { text: Text::parse("h").unwrap() });
    }

    #[test]
    fn cells_and_columns_have_sensible_defaults() {
        let template = load("[[block]]\ntype = \"form\"\nrows = [[{ label = \"署名\" }]]\n").unwrap();
        let Body::Form { rows, frame } = &template.blocks[0].body else { panic!("a form") };
        assert_eq!((rows[0][0].span, rows[0][0].lines, *frame), (1, 1, Frame::Plain));
    }

    #[test]
    fn unknown_keys_are_refused_also_inside_blocks() {
        assert!(load("[[block]]\ntype = \"heading\"\ntext = \"h\"\nsize = 3\n").is_err());
        assert!(load("[[block]]\ntype = \"poem\"\ntext = \"h\"\n").is_err());
    }

    #[test]
    fn a_fault_names_its_line() {
        let problems = LetterTemplate::load("kind = \"k\"\ntitle = \"{\"\n", "letters/k.toml").unwrap_err();
        assert_eq!(problems[0].line, Some(2), "{problems:?}");
        assert_eq!(problems[0].file, "letters/k.toml");
    }
}
