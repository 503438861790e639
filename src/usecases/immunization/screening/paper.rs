//! The paper twin of a form: what was answered so far, room for the rest, and a code that opens the same form at a
//! clinic. It is in Japanese, as the physician reads it.

use crate::domain::calendar::{DateStyle, show};
use crate::domain::forms::{Form, Kind, SummaryRow, SummarySection};
use crate::domain::immunization::voucher::{Code, Opens};
use crate::domain::lang::Lang;
use crate::domain::letter::{Align, Block, Cell, Column, Frame, Head, Letter, Style};
use crate::domain::program::vocabulary::CommandName;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::vouchers;

use super::sheet::{Sheet, note};

/// The code that opens a form at a clinic.
pub(super) fn code(house: &House, id: &str) -> Code {
    vouchers::code(house, Opens::Screening, id)
}

/// The form as PDF, for whoever answers it. Blocks while it draws.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Fault`] when it cannot be drawn.
pub fn pdf(house: &House, caller: &Caller, place: (&str, &str)) -> Result<Vec<u8>, Error> {
    let letter = house.database.write(|conn| {
        let sheet = Sheet::open(house, conn, caller, place, CommandName::AnswerScreening, Lang::Ja)?;
        note(house, conn, caller, &sheet.screening, "print_screening")?;
        letter(house, &sheet)
    })?;
    let drawn = house.renderer.render(&letter).map_err(|error| Error::Fault(error.to_string()))?;
    Ok(drawn.bytes)
}

fn letter(house: &House, sheet: &Sheet) -> Result<Letter, Error> {
    let office = house.office.get("name").cloned().unwrap_or_default();
    let mut blocks = vec![code_block(house, sheet), person(sheet)];
    for section in sheet.sections()? {
        blocks.push(heading(&section.title));
        blocks.push(questions(sheet.questions()?, &section));
    }
    blocks.extend(by_hand());
    Ok(Letter {
        kind: "screening".to_owned(),
        title: format!("予診票　{}　{}回目", sheet.name(Lang::Ja), sheet.screening.dose),
        issued: house.today(),
        head: Head {
            reference: String::new(),
            date: show(house.today(), DateStyle::WarekiFirst),
            to: None,
            from: vec![office],
            seal: None,
            code: None,
        },
        blocks,
        watermark: None,
    })
}

fn heading(text: &str) -> Block {
    Block::Heading { text: text.to_owned() }
}

fn code_block(house: &House, sheet: &Sheet) -> Block {
    let caption = "医療機関の画面でこの二次元コードを読み取ると、同じ予診票が開きます。\n\
                   紙に書いたときは、この紙を医療機関に出してください。";
    Block::Code { content: code(house, &sheet.screening.id).text(), caption: caption.to_owned() }
}

fn cell(label: &str, value: &str, span: u8) -> Cell {
    Cell { label: label.to_owned(), value: value.to_owned(), span, strong: false, boxed: false, lines: 1 }
}

fn form(rows: Vec<Vec<Cell>>) -> Block {
    Block::Form { rows, frame: Frame::Plain }
}

fn person(sheet: &Sheet) -> Block {
    let subject = sheet.ledger.subject();
    let who = &subject.person;
    let day = |day| show(day, DateStyle::WarekiFirst);
    let answered = sheet.screening.answered_on.map(day).unwrap_or_default();
    form(vec![
        vec![cell("氏名", &who.name, 2), cell("フリガナ", &who.kana, 2)],
        vec![cell("生年月日", &day(subject.birth), 2), cell("保護者の氏名", &who.guardian, 2)],
        vec![cell("住所", &who.address, 3), cell("電話", &who.phone, 2)],
        vec![cell("答えた日", &answered, 2), cell("診察前の体温（℃）", "", 2)],
    ])
}

/// Questions with their answers; where there is none, what the reader marks or writes by hand.
fn questions(form: &Form, section: &SummarySection) -> Block {
    let column = |title: &str, width| Column { title: title.to_owned(), width, align: Align::Left };
    let rows = section.rows.iter().filter(|row| !row.heading);
    Block::Table {
        columns: vec![column("質問", 3), column("答え", 2)],
        rows: rows.map(|row| vec![row.label.clone(), answer(form, row)]).collect(),
        blank_rows: 0,
    }
}

fn answer(form: &Form, row: &SummaryRow) -> String {
    let yes_or_no = form.item(&row.path).is_some_and(|item| item.kind == Kind::Boolean);
    let more = format!("{}-", row.path);
    let details = form.steps().iter().flat_map(|step| &step.items).any(|it| it.link_id.starts_with(&more));
    match (row.value.is_empty(), yes_or_no, details) {
        (true, true, true) => "はい（　　　　　　　　）・いいえ".to_owned(),
        (true, true, false) => "はい　・　いいえ".to_owned(),
        _ => row.value.clone(),
    }
}

/// What is written at the clinic where the form is used on paper.
fn by_hand() -> Vec<Block> {
    let consent = "予診の結果を聞き、接種の効果、副反応、健康被害救済制度について理解しました。\
                   この予診票が市区町村に出されることに同意します。";
    vec![
        heading("医師が書く欄"),
        form(vec![
            vec![cell("今日の接種", "可能　・　見合わせる", 2), cell("見合わせる理由", "", 3)],
            vec![cell("説明", "効果・副反応・救済制度を説明した", 3), cell("医師の署名", "", 2)],
        ]),
        heading("本人または保護者が書く欄"),
        Block::Paragraph { text: consent.to_owned(), style: Style::Small },
        form(vec![
            vec![cell("接種", "同意します　・　同意しません", 2), cell("日付", "", 2)],
            vec![cell("署名", "", 3), cell("続柄", "", 1)],
        ]),
        heading("接種の記録"),
        form(vec![
            vec![cell("ワクチン名", "", 2), cell("製造番号", "", 2), cell("最終有効年月日", "", 2)],
            vec![cell("接種量（mL）", "", 1), cell("部位・方法", "", 2), cell("接種年月日", "", 2)],
            vec![cell("実施場所・医療機関コード", "", 3), cell("医師名", "", 2)],
        ]),
    ]
}
