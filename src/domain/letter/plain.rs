//! The letter as plain text, for mails and for reading aloud.

use super::model::{Block, Cell, Head, Letter};

/// The letter in plain text: head, title and blocks, with an empty line between them.
pub fn plain_text(letter: &Letter) -> String {
    let head = [head(&letter.head), letter.title.clone()];
    let blocks = letter.blocks.iter().map(block);
    let parts: Vec<String> = head.into_iter().chain(blocks).filter(|part| !part.is_empty()).collect();
    parts.join("\n\n") + "\n"
}

fn head(head: &Head) -> String {
    let to = head.to.iter().flat_map(|to| {
        let postcode = format!("〒{}", to.postcode);
        [postcode].into_iter().chain(to.address.clone()).chain([to.name.clone(), String::new()])
    });
    let from = head.from.iter().chain(&head.seal).cloned();
    to.chain([head.reference.clone(), head.date.clone()]).chain(from).collect::<Vec<_>>().join("\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading { text } => format!("■ {text}"),
        Block::Paragraph { text, .. } => text.clone(),
        Block::List { items, numbered } => list(items, *numbered),
        Block::Form { rows, .. } => rows.iter().flatten().map(cell).collect::<Vec<_>>().join("\n"),
        Block::Table { columns, rows, .. } => {
            let titles: Vec<&str> = columns.iter().map(|column| column.title.as_str()).collect();
            rows.iter().map(|row| table_row(&titles, row)).collect::<Vec<_>>().join("\n\n")
        }
        Block::Notice { title, text } => format!("【{title}】\n{text}"),
        Block::Code { caption, .. } => caption.clone(),
        Block::Cut { text } => format!("--- {text} ---"),
        Block::NewPage => String::new(),
    }
}

fn list(items: &[String], numbered: bool) -> String {
    let mark = |at: usize| if numbered { format!("{}. ", at + 1) } else { "・".to_owned() };
    let lines = items.iter().enumerate().map(|(at, item)| mark(at) + item);
    lines.collect::<Vec<_>>().join("\n")
}

fn cell(cell: &Cell) -> String {
    format!("{}：{}", cell.label, cell.value)
}

fn table_row(titles: &[&str], row: &[String]) -> String {
    let cells = titles.iter().zip(row).map(|(title, value)| format!("{title}：{value}"));
    cells.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::letter::model::{Addressee, Align, Column, Style};
    use chrono::NaiveDate;

    fn letter(blocks: Vec<Block>) -> Letter {
        let to = Addressee {
            postcode: "010-0001".into(),
            address: vec!["架空県架空市本町1-2".into()],
            name: "架空 花子 様".into(),
        };
        Letter {
            kind: "k".into(),
            title: "お知らせ".into(),
            issued: NaiveDate::from_ymd_opt(2026, 4, 3).unwrap(),
            head: Head {
                reference: "NB-1".into(),
                date: "令和8年4月3日".into(),
                to: Some(to),
                from: vec!["架空市".into()],
                seal: Some("（公印省略）".into()),
                code: None,
            },
            blocks,
            watermark: None,
        }
    }

    #[test]
    fn everything_said_is_in_the_text() {
        let column = |title: &str| Column { title: title.into(), width: 1, align: Align::Left };
        let text = plain_text(&letter(vec![
            Block::Paragraph { text: "本文".into(), style: Style::Normal },
            Block::List { items: vec!["甲".into(), "乙".into()], numbered: true },
            Block::Table {
                columns: vec![column("基準"), column("事実")],
                rows: vec![vec!["三度".into(), "二度".into()]],
                blank_rows: 0,
            },
            Block::Notice { title: "教示".into(), text: "三か月".into() },
        ]));
        let expected = "〒010-0001\n架空県架空市本町1-2\n架空 花子 様\n\nNB-1\n令和8年4月3日\n架空市\n（公印省略）\n\n\
                        お知らせ\n\n本文\n\n1. 甲\n2. 乙\n\n基準：三度\n事実：二度\n\n【教示】\n三か月\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_page_break_leaves_no_gap() {
        let text = plain_text(&letter(vec![Block::NewPage, Block::Heading { text: "続き".into() }]));
        assert!(text.ends_with("お知らせ\n\n■ 続き\n"), "{text}");
    }
}
