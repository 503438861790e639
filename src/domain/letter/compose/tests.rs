use super::*;
use crate::domain::letter::model::Style;

const LETTER: &str = r#"
kind = "notice"
title = "お知らせ"
[head]
reference = "{case.reference}"
date = "{letter.issued_on}"
from = ["{office.name}", "{office.fax?}"]
to = { postcode = "{to.postcode}", address = ["{to.address}"], name = "{to.name} 様" }
"#;

fn slots() -> Slots {
    let values = [
        ("case.reference", "NB-1"),
        ("letter.issued_on", "令和8年4月3日（2026年4月3日）"),
        ("office.name", "架空県"),
        ("to.postcode", "010-0001"),
        ("to.address", "架空市本町1-2"),
        ("to.name", "架空 花子"),
        ("blank", ""),
    ];
    let row = |section: &str, label: &str| {
        Row::from([("section".to_owned(), section.to_owned()), ("label".to_owned(), label.to_owned())])
    };
    Slots {
        values: values.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        lists: BTreeMap::from([
            ("rows".to_owned(), vec![row("甲", "い"), row("甲", "ろ"), row("乙", "は")]),
            ("none".to_owned(), Vec::new()),
        ]),
    }
}

fn fill(blocks: &str, phrases: &[(&str, &str)]) -> Result<Letter, ComposeError> {
    let template = LetterTemplate::load(&format!("{LETTER}{blocks}"), "letters/notice.toml").unwrap();
    let phrases = phrases.iter().map(|(code, text)| ((*code).to_owned(), (*text).to_owned())).collect();
    compose(&template, &slots(), &phrases, NaiveDate::from_ymd_opt(2026, 4, 3).unwrap())
}

fn block(source: &str) -> String {
    format!("[[block]]\n{source}\n")
}

fn missing(blocks: &str) -> Vec<Missing> {
    fill(blocks, &[]).unwrap_err().missing.into_iter().collect()
}

#[test]
fn the_head_is_filled_and_empty_lines_are_left_out() {
    let head = fill(&block("type = \"new-page\""), &[]).unwrap().head;
    assert_eq!(head.from, ["架空県"]);
    assert_eq!(head.to.unwrap().name, "架空 花子 様");
}

#[test]
fn a_list_is_written_for_every_row_with_its_place() {
    let letter =
        fill(&block("type = \"list\"\nrepeat = \"rows\"\nitems = [\"{item.no} {item.label}\"]"), &[])
            .unwrap();
    let items = vec!["1 い".to_owned(), "2 ろ".to_owned(), "3 は".to_owned()];
    assert_eq!(letter.blocks, [Block::List { items, numbered: false }]);
}

#[test]
fn answers_get_a_heading_where_the_section_changes() {
    let source = "type = \"answers\"\nrepeat = \"rows\"\nsection = \"{item.section}\"\nlabel = \"{item.label}\"\nvalue = \"{item.value?未記入}\"";
    let letter = fill(&block(source), &[]).unwrap();
    let shape: Vec<String> = letter.blocks.iter().map(describe).collect();
    assert_eq!(shape, ["甲", "い,ろ", "乙", "は"]);
}

fn describe(block: &Block) -> String {
    match block {
        Block::Heading { text } => text.clone(),
        Block::Form { rows, .. } => {
            rows.iter().map(|row| row[0].label.as_str()).collect::<Vec<_>>().join(",")
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn everything_missing_is_told_at_once() {
    let blocks = block("type = \"paragraph\"\ntext = \"{absent} {blank} {phrase.none}\"")
        + &block("type = \"list\"\nrepeat = \"none\"\nitems = [\"{item.label}\"]");
    let expected = [
        Missing::Slot("absent".into()),
        Missing::Slot("blank".into()),
        Missing::List("none".into()),
        Missing::Phrase("none".into()),
    ];
    assert_eq!(missing(&blocks), expected);
    let told = fill(&blocks, &[]).unwrap_err().to_string();
    assert_eq!(told, "the letter `notice` lacks {absent}, {blank}, [none], phrase none");
}

#[test]
fn a_row_key_is_a_slot_too() {
    let blocks = block("type = \"list\"\nrepeat = \"rows\"\nitems = [\"{item.value}\"]");
    assert_eq!(missing(&blocks), [Missing::Slot("item.value".into())]);
}

#[test]
fn a_block_without_its_condition_is_left_out() {
    let told = "type = \"paragraph\"\ntext = \"x\"";
    let blocks = block(&format!("when = \"blank\"\n{told}"))
        + &block(&format!("when = \"none\"\n{told}"))
        + &block(&format!("when = \"absent\"\n{told}"))
        + &block(&format!("when = \"rows\"\n{told}"));
    let letter = fill(&blocks, &[]).unwrap();
    assert_eq!(letter.blocks, [Block::Paragraph { text: "x".into(), style: Style::Normal }]);
}

#[test]
fn phrases_are_filled_but_do_not_nest() {
    let blocks = block("type = \"paragraph\"\ntext = \"{phrase.appeal}\"");
    let letter = fill(&blocks, &[("appeal", "{office.name}知事に対して")]).unwrap();
    let Block::Paragraph { text, .. } = &letter.blocks[0] else { panic!("a paragraph") };
    assert_eq!(text, "架空県知事に対して");
    let nested = fill(&blocks, &[("appeal", "{phrase.appeal}")]).unwrap_err();
    assert_eq!(Vec::from_iter(nested.missing), [Missing::Phrase("appeal".into())]);
}

#[test]
fn braces_in_a_value_are_words() {
    let mut slots = slots();
    slots.values.insert("office.name".to_owned(), "{case.reference}".to_owned());
    let template =
        LetterTemplate::load(&format!("{LETTER}{}", block("type = \"new-page\"")), "notice").unwrap();
    let letter = compose(&template, &slots, &BTreeMap::new(), NaiveDate::MIN).unwrap();
    assert_eq!(letter.head.from, ["{case.reference}"]);
}

#[test]
fn a_letter_survives_storage() {
    let letter = fill(&block("type = \"form\"\nrows = [[{ label = \"甲\", boxed = true }]]"), &[]).unwrap();
    let stored = serde_json::to_string(&letter).unwrap();
    assert_eq!(serde_json::from_str::<Letter>(&stored).unwrap(), letter);
}
