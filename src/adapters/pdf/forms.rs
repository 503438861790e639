//! Forms, tables and notices as ruled rows.

use super::canvas::MM;
use super::flow::{FULL_PAGE, Flow, WIDTH};
use super::fonts::Weight;
use super::rows::{PAD_X, Row, RowCell, draw_rows};
use crate::domain::letter::{Align, Cell, Column, Frame};

const LABEL: f32 = 9.0;
const VALUE: f32 = 10.5;
const STRONG: f32 = 13.0;
const TABLE: f32 = 9.5;
/// A value is set down to this size to stay on one line.
const SMALLEST: f32 = 9.0;
/// Height of a row at least.
const PRINTED: f32 = 7.4 * MM;
/// Height of a line that is filled in by hand.
const BY_HAND: f32 = 8.6 * MM;

/// Draws a form. A card stays on one page if a page can hold it.
pub fn draw_form(flow: &mut Flow, rows: &[Vec<Cell>], frame: Frame) {
    let rows: Vec<Row> = rows.iter().map(|cells| form_row(flow, cells)).collect();
    let height: f32 = rows.iter().map(Row::height).sum();
    if frame == Frame::Card && height <= FULL_PAGE {
        flow.need(height);
    }
    draw_rows(flow, None, rows, frame);
}

/// Draws a table with its titles on each page.
pub fn draw_table(flow: &mut Flow, columns: &[Column], rows: &[Vec<String>], blank_rows: u16) {
    let title = title_row(flow, columns);
    let mut filled: Vec<Row> = rows.iter().map(|texts| table_row(flow, columns, texts)).collect();
    let blank = Row { least: BY_HAND, ..table_row(flow, columns, &[]) };
    filled.extend((0..blank_rows).map(|_| blank.clone()));
    draw_rows(flow, Some(&title), filled, Frame::Plain);
}

/// Draws a framed text under its title.
pub fn draw_notice(flow: &mut Flow, title: &str, text: &str) {
    let title = text_cell(flow, title, Weight::Bold, 10.0, WIDTH);
    let title = Row { cells: vec![RowCell { shaded: true, ..title }], least: 0.0 };
    let text = text_cell(flow, text, Weight::Regular, TABLE, WIDTH);
    draw_rows(flow, Some(&title), vec![Row { cells: vec![text], least: 0.0 }], Frame::Plain);
}

fn form_row(flow: &mut Flow, cells: &[Cell]) -> Row {
    let shares: f32 = cells.iter().map(|cell| f32::from(cell.span)).sum();
    let width = |cell: &Cell| WIDTH * f32::from(cell.span) / shares;
    let pairs = cells.iter().flat_map(|cell| labelled(flow, cell, width(cell))).collect();
    Row { cells: pairs, least: cells.iter().map(least_height).fold(PRINTED, f32::max) }
}

fn least_height(cell: &Cell) -> f32 {
    match cell.value.is_empty() {
        true => BY_HAND * f32::from(cell.lines),
        false => PRINTED,
    }
}

fn labelled(flow: &mut Flow, cell: &Cell, width: f32) -> [RowCell; 2] {
    let label_width = if width >= 80.0 * MM { 31.0 * MM } else { width * 0.45 };
    let label = text_cell(flow, &cell.label, Weight::Regular, LABEL, label_width);
    let (weight, size) = if cell.strong { (Weight::Bold, STRONG) } else { (Weight::Regular, VALUE) };
    let size = fitting_size(flow, &cell.value, weight, size, width - label_width);
    let value = text_cell(flow, &cell.value, weight, size, width - label_width);
    [RowCell { shaded: true, ..label }, RowCell { boxed: cell.boxed, ..value }]
}

fn title_row(flow: &mut Flow, columns: &[Column]) -> Row {
    let title = |flow: &mut Flow, column: &Column| RowCell {
        shaded: true,
        align: Align::Center,
        ..text_cell(flow, &column.title, Weight::Regular, LABEL, share(columns, column))
    };
    Row { cells: columns.iter().map(|column| title(flow, column)).collect(), least: 0.0 }
}

fn table_row(flow: &mut Flow, columns: &[Column], texts: &[String]) -> Row {
    let texts = texts.iter().map(String::as_str).chain([""].into_iter().cycle());
    let cell = |(column, text): (&Column, &str)| RowCell {
        align: column.align,
        ..text_cell(flow, text, Weight::Regular, TABLE, share(columns, column))
    };
    Row { cells: columns.iter().zip(texts).map(cell).collect(), least: 0.0 }
}

fn share(columns: &[Column], column: &Column) -> f32 {
    let shares: f32 = columns.iter().map(|column| f32::from(column.width)).sum();
    WIDTH * f32::from(column.width) / shares
}

/// The size, made smaller if that spares the value a break, as in the middle of a date.
fn fitting_size(flow: &mut Flow, text: &str, weight: Weight, size: f32, width: f32) -> f32 {
    let widths = text.split('\n').map(|part| flow.canvas.line(part, weight).width());
    let largest = (width - 2.0 * PAD_X) / widths.fold(0.0, f32::max);
    if largest < SMALLEST { size } else { size.min((largest * 10.0).floor() / 10.0) }
}

fn text_cell(flow: &mut Flow, text: &str, weight: Weight, size: f32, width: f32) -> RowCell {
    let lines = flow.canvas.lines(text, weight, size, width - 2.0 * PAD_X);
    RowCell { width, lines, size, ..RowCell::default() }
}
