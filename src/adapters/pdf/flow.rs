//! The way down the pages: where the next block stands, page breaks, and what every page bears.

use super::canvas::{Canvas, MM, SHEET_WIDTH};
use super::fonts::Weight;
use super::qr::Code;
use crate::domain::letter::Letter;

/// The left margin.
pub const LEFT: f32 = 20.0 * MM;
/// Where the right margin begins.
pub const RIGHT: f32 = SHEET_WIDTH - LEFT;
/// Width between the margins.
pub const WIDTH: f32 = RIGHT - LEFT;
/// The lower end of the text on every page.
const BOTTOM: f32 = 277.0 * MM;
/// The upper end of the text on the second page and later.
const TOP: f32 = 33.0 * MM;
/// Height of the text on a page without head.
pub const FULL_PAGE: f32 = BOTTOM - TOP;

/// A letter on its way onto pages.
#[derive(Clone)]
pub struct Flow<'a> {
    /// The pages.
    pub canvas: Canvas<'a>,
    /// The letter.
    pub letter: &'a Letter,
    /// The code on every page.
    pub code: Option<Code>,
    /// Where the next block begins.
    pub y: f32,
    /// The place of the letter's first page in the document, from 0.
    first: usize,
}

impl<'a> Flow<'a> {
    /// Begins the first page.
    pub fn new(mut canvas: Canvas<'a>, letter: &'a Letter, code: Option<Code>) -> Flow<'a> {
        let first = canvas.page_count();
        canvas.add_page();
        Flow { canvas, letter, code, y: 0.0, first }
    }

    /// Height left on the page.
    pub fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    /// Goes to the next page when less than `height` is left on this one.
    pub fn need(&mut self, height: f32) {
        if self.room() < height && !self.at_top() {
            self.next_page();
        }
    }

    /// Whether the page bears nothing yet below its running head.
    pub fn at_top(&self) -> bool {
        self.y <= TOP
    }

    /// Goes to the next page and writes its running head.
    pub fn next_page(&mut self) {
        self.canvas.add_page();
        self.y = TOP;
        let letter = self.letter;
        let title = self.canvas.line(&format!("{}（つづき）", letter.title), Weight::Bold);
        self.canvas.write(&title, LEFT, 19.0 * MM, 10.0);
        let reference = self.canvas.line(&letter.head.reference, Weight::Regular);
        self.canvas.write(&reference, LEFT, 24.5 * MM, 9.0);
        self.canvas.rule((LEFT, 27.5 * MM), (RIGHT, 27.5 * MM), 0.6);
        self.stamp(13.0 * MM, 12.0 * MM);
    }

    /// Draws the letter's code at the right margin.
    pub fn stamp(&mut self, side: f32, y: f32) {
        if let Some(code) = &self.code {
            self.canvas.code(code, RIGHT - side, y, side);
        }
    }

    /// Writes the watermark beneath every page's text, light enough to read over.
    pub fn mark_pages(&mut self) {
        let Some(mark) = &self.letter.watermark else { return };
        self.canvas.on_pages_from(self.first, |canvas, _| {
            let line = canvas.line(mark, Weight::Bold);
            canvas.beneath(|canvas| {
                for row in 0_u8..6 {
                    let step = f32::from(row);
                    let x = LEFT + (step % 2.0) * WIDTH * 0.3;
                    canvas.write_grey(&line, x, (45.0 + step * 42.0) * MM, 16.0, 0.85);
                }
            });
        });
    }

    /// Writes the foot of every page: reference, title and "page / pages".
    pub fn number_pages(&mut self) {
        let first = self.first;
        let pages = self.canvas.page_count() - first;
        let letter = self.letter;
        let name = format!("{}　{}", letter.head.reference, letter.title);
        self.canvas.on_pages_from(first, |canvas, place| {
            canvas.rule((LEFT, 281.0 * MM), (RIGHT, 281.0 * MM), 0.3);
            let name = canvas.line(&name, Weight::Regular);
            canvas.write_grey(&name, LEFT, 285.5 * MM, 7.5, 0.3);
            let number = canvas.line(&format!("{} / {pages}", place - first + 1), Weight::Regular);
            canvas.write(&number, RIGHT - number.width() * 9.0, 285.5 * MM, 9.0);
        });
    }
}
