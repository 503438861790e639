//! A report as PDF, for the institution that wrote it and for those who keep the ledger.

use serde_json::json;

use crate::domain::calendar::{DateStyle, show};
use crate::domain::forms::{SummarySection, summary};
use crate::domain::immunization::Immunization;
use crate::domain::immunization::reaction::Report;
use crate::domain::lang::Lang;
use crate::domain::letter::{Align, Block, Cell, Column, Frame, Head, Letter};
use crate::domain::program::vocabulary::CommandName;
use crate::store::{immunizations, reaction_reports};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{self, Ledger};
use crate::usecases::immunization::vouchers::name_of;
use crate::usecases::ledger::append::institution;

use super::report::{around, form};

/// A report that the caller's institution wrote, as PDF. Blocks while it draws.
///
/// # Errors
/// [`Error::NotFound`] as well for another institution's report.
pub fn own(house: &House, caller: &Caller, place: (&str, &str)) -> Result<Vec<u8>, Error> {
    pdf(house, caller, place, CommandName::ReportReaction)
}

/// A report for those who keep the ledger, as PDF. Blocks while it draws.
///
/// # Errors
/// [`Error::NotFound`].
pub fn kept(house: &House, caller: &Caller, place: (&str, &str)) -> Result<Vec<u8>, Error> {
    pdf(house, caller, place, CommandName::KeepImmunizations)
}

fn pdf(
    house: &House,
    caller: &Caller,
    (subject, id): (&str, &str),
    command: CommandName,
) -> Result<Vec<u8>, Error> {
    let letter = house.database.write(|conn| {
        let ledger = access::open(house, conn, caller, subject, command)?;
        let mut all = reaction_reports::of_subject(conn, &ledger.stored)?.into_iter();
        let report = all.find(|it| it.id == id).ok_or(Error::NotFound)?;
        let there = command == CommandName::ReportReaction;
        if there && institution(house, conn, caller)?.code != report.institution {
            return Err(Error::NotFound);
        }
        let line = immunizations::find(conn, &ledger.stored, &report.line)?;
        let detail = json!({ "subject": subject, "report": id });
        house.record(conn, caller, "print_reaction", "", "done", detail)?;
        letter(house, &ledger, &report, &line)
    })?;
    let drawn = house.renderer.render(&letter).map_err(|error| Error::Fault(error.to_string()))?;
    Ok(drawn.bytes)
}

fn letter(house: &House, ledger: &Ledger, report: &Report, line: &Immunization) -> Result<Letter, Error> {
    let around = around(house, ledger);
    let sections = summary(form(ledger)?, &report.content.answers, &around.env());
    let mut blocks = vec![heading("接種を受けた方と接種"), person(house, ledger, line)];
    for section in &sections {
        blocks.push(heading(&section.title));
        blocks.push(table(section));
    }
    Ok(Letter {
        kind: "reaction".to_owned(),
        title: "副反応疑い報告".to_owned(),
        issued: report.on,
        head: Head {
            reference: String::new(),
            date: show(report.on, DateStyle::WarekiFirst),
            to: None,
            from: vec![report.content.institution.clone(), report.institution.clone()],
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

fn person(house: &House, ledger: &Ledger, line: &Immunization) -> Block {
    let subject = ledger.subject();
    let who = &subject.person;
    let sex =
        subject.sex.map_or("", |it| if it == crate::domain::immunization::Sex::Female { "女" } else { "男" });
    let birth = show(subject.birth, DateStyle::WarekiFirst);
    let vaccine = name_of(&ledger.keeping.vaccines(house), &line.vaccine, Lang::Ja);
    let rows = vec![
        vec![cell("氏名", &who.name, 2), cell("性別", sex, 1), cell("生年月日", &birth, 3)],
        vec![cell("住所", &who.address, 1)],
        vec![cell("ワクチン", &vaccine, 3), cell("回数", &line.dose, 1), cell("製造番号", &line.lot, 2)],
        vec![cell("接種日", &line.on.to_string(), 2), cell("接種した医療機関", &line.content.institution, 3)],
    ];
    Block::Form { rows, frame: Frame::Plain }
}

fn cell(label: &str, value: &str, span: u8) -> Cell {
    Cell { label: label.to_owned(), value: value.to_owned(), span, strong: false, boxed: false, lines: 1 }
}

fn table(section: &SummarySection) -> Block {
    let column = |title: &str, width| Column { title: title.to_owned(), width, align: Align::Left };
    let rows = section.rows.iter().filter(|row| !row.heading);
    Block::Table {
        columns: vec![column("項目", 2), column("内容", 3)],
        rows: rows.map(|row| vec![row.label.clone(), row.value.clone()]).collect(),
        blank_rows: 0,
    }
}
