use std::io::Write as _;
use std::process::{Command, Stdio};

use lopdf::Document;

use super::*;
use crate::domain::letter::{Block, Style};

mod samples;

use samples::{LETTERS, letter, slots};

fn renderer() -> PdfRenderer {
    PdfRenderer::new(FontSet::load(&[]).unwrap())
}

fn sample(kind: &str) -> Letter {
    let mut slots = slots();
    if kind == "grant-notice" {
        slots.lists.remove("decision.reasons");
    }
    letter(kind, &slots)
}

fn with_blocks(blocks: Vec<Block>) -> Letter {
    Letter { blocks, ..sample("refusal-notice") }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph { text: text.to_owned(), style: Style::Normal }
}

/// The text of the document as a reader extracts it, without white space but with a form feed
/// after each page; `None`, told loudly, where poppler's `pdftotext` is not installed.
fn read_back(bytes: &[u8]) -> Option<String> {
    let mut reader = Command::new("pdftotext");
    reader.args(["-enc", "UTF-8", "-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut child) = reader.spawn() else {
        eprintln!("SKIPPED: the text of PDFs is not read back, because pdftotext is not installed");
        return None;
    };
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let text = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    Some(text.chars().filter(|c| *c == '\x0c' || !c.is_whitespace()).collect())
}

#[test]
fn every_letter_is_small_and_complete() {
    let renderer = renderer();
    for kind in LETTERS {
        let rendered = renderer.render(&sample(kind)).unwrap();
        assert_eq!(rendered.missing, [] as [char; 0], "{kind}");
        assert!(rendered.bytes.len() <= 60_000 * rendered.pages, "{kind}: {} bytes", rendered.bytes.len());
        let document = Document::load_mem(&rendered.bytes).unwrap();
        assert_eq!(document.get_pages().len(), rendered.pages, "{kind}");
    }
}

#[test]
fn what_is_carried_along_has_one_page() {
    for kind in ["certificate", "ledger"] {
        assert_eq!(renderer().render(&sample(kind)).unwrap().pages, 1, "{kind}");
    }
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    let letter = sample("certificate");
    let first = renderer().render(&letter).unwrap();
    assert_eq!(first.bytes, renderer().render(&letter).unwrap().bytes);
    let other = Letter { title: "別の題".to_owned(), ..letter };
    assert_ne!(first.bytes, renderer().render(&other).unwrap().bytes);
}

#[test]
fn readers_learn_the_language_and_show_the_title() {
    let rendered = renderer().render(&sample("receipt")).unwrap();
    let document = Document::load_mem(&rendered.bytes).unwrap();
    let catalog = document.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"ja-JP");
    let view = catalog.get(b"ViewerPreferences").unwrap().as_dict().unwrap();
    assert!(view.get(b"DisplayDocTitle").unwrap().as_bool().unwrap());
    let info = document.trailer.get(b"Info").and_then(|info| document.dereference(info)).unwrap().1;
    let info = info.as_dict().unwrap();
    assert_eq!(info.get(b"CreationDate").unwrap().as_str().unwrap(), b"D:20261124000000+00'00'");
    assert!(info.get(b"GTS_PDFXVersion").is_err());
}

#[test]
fn the_text_can_be_searched() {
    for kind in LETTERS {
        let letter = sample(kind);
        let Some(text) = read_back(&renderer().render(&letter).unwrap().bytes) else { return };
        for words in ["NB-7K3F-92QM-C", "渡邉\u{E0100}花子", &letter.title.replace('　', ""), "1/"] {
            assert!(text.contains(words), "{kind}: {words} is not in {text}");
        }
    }
}

#[test]
fn names_are_read_back_as_they_were_entered() {
    // Two characters that NFC would replace; variants of which one looks like the
    // plain character; a decomposed kana; a radical that shares its glyph with the ideograph.
    let name = "神\u{FA19}塚\u{FA10}葛\u{E0100}葛邉\u{E0100}邉か\u{3099}が\u{2F00}一一\u{2F00}𠮷";
    let rendered = renderer().render(&with_blocks(vec![paragraph(name)])).unwrap();
    assert_eq!(rendered.missing, [] as [char; 0]);
    let Some(text) = read_back(&rendered.bytes) else { return };
    assert!(text.contains(name), "{}", text.escape_unicode());
}

#[test]
fn what_cannot_be_drawn_is_told_and_still_searchable() {
    let rendered = renderer().render(&with_blocks(vec![paragraph("外字\u{F0000}と\u{1F9FF}")])).unwrap();
    assert_eq!(rendered.missing, ['\u{F0000}', '\u{1F9FF}']);
    let Some(text) = read_back(&rendered.bytes) else { return };
    assert!(text.contains("と\u{1F9FF}"), "{text}");
}

#[test]
fn an_answer_longer_than_a_page_is_carried_on() {
    let mut slots = slots();
    let sentence: Vec<String> = (1..=400).map(|place| format!("その{place}の文です。")).collect();
    let row = slots.lists.get_mut("summary.rows").unwrap().first_mut().unwrap();
    row.insert("value".to_owned(), sentence.concat());
    let rendered = renderer().render(&letter("receipt", &slots)).unwrap();
    assert!(rendered.pages >= 4, "{} pages", rendered.pages);
    let Some(text) = read_back(&rendered.bytes) else { return };
    assert!(["その1の文", "その399の文", "その400の文"].iter().all(|part| text.contains(part)));
    assert!(text.contains(&format!("{0}/{0}", rendered.pages)), "page numbers");
}

#[test]
fn a_title_longer_than_a_page_is_carried_on_too() {
    let title = "長い題".repeat(4000);
    let notice = Block::Notice { title, text: "終わりの文".to_owned() };
    let rendered = renderer().render(&with_blocks(vec![notice])).unwrap();
    assert!((3..20).contains(&rendered.pages), "{} pages", rendered.pages);
}

#[test]
fn a_font_of_the_installation_serves_what_the_own_fonts_lack() {
    let path = std::path::PathBuf::from("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc");
    if !path.exists() {
        eprintln!("SKIPPED: no fallback font is tried, because {} is not installed", path.display());
        return;
    }
    let renderer = PdfRenderer::new(FontSet::load(&[path]).unwrap());
    let rendered = renderer.render(&with_blocks(vec![paragraph("邉\u{E0101}邉 한국")])).unwrap();
    assert_eq!(rendered.missing, [] as [char; 0]);
    let Some(text) = read_back(&rendered.bytes) else { return };
    assert!(text.contains("邉\u{E0101}邉한국"), "{text}");
}

#[test]
fn a_cut_off_reply_is_not_torn_apart() {
    let item = slots().lists["correction.items"][0].clone();
    for count in 1..=12 {
        let mut slots = slots();
        slots.lists.insert("correction.items".to_owned(), vec![item.clone(); count]);
        let rendered = renderer().render(&letter("correction", &slots)).unwrap();
        let Some(text) = read_back(&rendered.bytes) else { return };
        let reply = text.split('\x0c').find(|page| page.contains("補正の回答書")).unwrap();
        assert!(reply.contains("出せない書類と"), "{count} items: {reply}");
    }
}

#[test]
fn a_long_address_is_set_smaller_and_one_too_long_is_refused() {
    let mut letter = sample("correction");
    let to = letter.head.to.as_mut().unwrap();
    to.address = vec!["架空県みずほ市大字中野字上ノ段一丁目23番地45号".to_owned(); 5];
    assert!(renderer().render(&letter).is_ok());
    letter.head.to.as_mut().unwrap().address = vec!["架空県みずほ市".repeat(20); 4];
    assert!(matches!(renderer().render(&letter), Err(RenderError::Overflow("address"))));
}

#[test]
fn text_cannot_break_out_of_its_place() {
    let rendered =
        renderer().render(&with_blocks(vec![paragraph(") Tj ET (q) /JS <script> \\ \u{0000}")])).unwrap();
    let document = Document::load_mem(&rendered.bytes).unwrap();
    let page = document.get_pages()[&1];
    let content = document.get_and_decode_page_content(page).unwrap();
    let shown = content.operations.iter().filter(|op| op.operator == "TJ");
    assert!(shown.clone().count() > 0);
    assert!(content.operations.iter().all(|op| op.operator != "Tj"));
}

#[test]
fn a_renderer_serves_several_threads() {
    let renderer = renderer();
    let letter = sample("ledger");
    let bytes = std::thread::scope(|scope| {
        let threads = [(); 2].map(|()| scope.spawn(|| renderer.render(&letter).unwrap().bytes));
        threads.map(|thread| thread.join().unwrap())
    });
    assert_eq!(bytes[0], bytes[1]);
}
