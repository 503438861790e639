//! Ruled rows, the stuff of forms, tables and notices. A row too high for a page goes on at the
//! next.

use std::mem;

use super::canvas::{Area, MM};
use super::flow::{FULL_PAGE, Flow, LEFT, WIDTH};
use super::glyphs::Glyph;
use super::lines::Line;
use crate::domain::letter::{Align, Frame};

/// Space between a rule and the text beside it.
pub const PAD_X: f32 = 2.0 * MM;
const PAD_Y: f32 = 1.4 * MM;
const LEADING: f32 = 1.5;
/// A row is not cut where less than this is left on the page.
const LEAST: f32 = 25.0 * MM;
const RULE: f32 = 0.4;
const OUTLINE: f32 = 0.9;
/// Side of the box around a digit, where there is room.
const BOX_SIDE: f32 = 6.2 * MM;

/// A row.
#[derive(Clone, Default)]
pub struct Row {
    /// Its cells from left to right.
    pub cells: Vec<RowCell>,
    /// Height at least.
    pub least: f32,
}

/// A cell.
#[derive(Clone, Default)]
pub struct RowCell {
    /// Width with padding.
    pub width: f32,
    /// Its text.
    pub lines: Vec<Line>,
    /// Size of its text.
    pub size: f32,
    /// Whether it is shaded, as labels are.
    pub shaded: bool,
    /// Where its text stands.
    pub align: Align,
    /// Whether each glyph has a box.
    pub boxed: bool,
}

impl Row {
    /// Height of the row.
    pub fn height(&self) -> f32 {
        self.cells.iter().map(RowCell::height).fold(self.least, f32::max)
    }

    /// Takes off the row's upper part that fits into `height`.
    fn split(&mut self, height: f32) -> Row {
        self.least = 0.0;
        let cells = self.cells.iter_mut().map(|cell| cell.split(height)).collect();
        Row { cells, least: height }
    }
}

impl RowCell {
    fn height(&self) -> f32 {
        let boxed = if self.boxed { BOX_SIDE } else { 0.0 };
        let lines: f32 = self.lines.iter().map(|_| self.size * LEADING).sum();
        lines.max(boxed) + 2.0 * PAD_Y
    }

    fn split(&mut self, height: f32) -> RowCell {
        let mut upper = RowCell { lines: Vec::new(), ..self.clone() };
        let mut left = mem::take(&mut self.lines).into_iter().peekable();
        while left.peek().is_some() && upper.height() + self.size * LEADING <= height {
            upper.lines.extend(left.next());
        }
        self.lines = left.collect();
        upper
    }
}

/// Draws rows between the margins. `title` is repeated on each page they come to, unless it
/// would leave them no room.
pub fn draw_rows(flow: &mut Flow, title: Option<&Row>, mut rows: Vec<Row>, frame: Frame) {
    let oversized = title.filter(|title| title.height() > FULL_PAGE / 2.0);
    rows.splice(0..0, oversized.cloned());
    let title = title.filter(|_| oversized.is_none());
    let title_height = title.map_or(0.0, Row::height);
    flow.need(title_height + rows.first().map_or(0.0, Row::height).min(LEAST));
    let mut pen = Pen { title, frame, top: flow.y };
    pen.begin(flow);
    for row in rows {
        pen.draw(flow, row);
    }
    pen.close(flow);
}

struct Pen<'r> {
    title: Option<&'r Row>,
    frame: Frame,
    top: f32,
}

impl Pen<'_> {
    fn begin(&mut self, flow: &mut Flow) {
        self.top = flow.y;
        if let Some(title) = self.title {
            draw_row(flow, title);
        }
    }

    fn draw(&mut self, flow: &mut Flow, mut row: Row) {
        while row.height() > flow.room() {
            let page = FULL_PAGE - self.title.map_or(0.0, Row::height);
            if row.height() > page && flow.room() >= LEAST {
                let room = flow.room();
                draw_row(flow, &row.split(room));
            }
            self.close(flow);
            flow.next_page();
            self.begin(flow);
        }
        draw_row(flow, &row);
    }

    fn close(&self, flow: &mut Flow) {
        let area = Area { x: LEFT, y: self.top, w: WIDTH, h: flow.y - self.top };
        flow.canvas.outline(area, OUTLINE);
        if self.frame == Frame::Card {
            let gap = 2.2;
            let around =
                Area { x: area.x - gap, y: area.y - gap, w: area.w + 2.0 * gap, h: area.h + 2.0 * gap };
            flow.canvas.outline(around, RULE);
        }
    }
}

fn draw_row(flow: &mut Flow, row: &Row) {
    let height = row.height();
    let mut x = LEFT;
    for cell in &row.cells {
        let area = Area { x, y: flow.y, w: cell.width, h: height };
        if cell.shaded {
            flow.canvas.fill(area, 0.93);
        }
        flow.canvas.outline(area, RULE);
        match cell.boxed {
            true => draw_boxes(flow, cell, area),
            false => draw_lines(flow, cell, area),
        }
        x += cell.width;
    }
    flow.y += height;
}

fn draw_lines(flow: &mut Flow, cell: &RowCell, area: Area) {
    let text: f32 = cell.lines.iter().map(|_| cell.size * LEADING).sum();
    let mut baseline = area.y + (area.h - text) / 2.0 + cell.size * (LEADING / 2.0 + 0.37);
    for line in &cell.lines {
        let gap = cell.width - 2.0 * PAD_X - line.width() * cell.size;
        let shift = match cell.align {
            Align::Left => 0.0,
            Align::Center => gap / 2.0,
            Align::Right => gap,
        };
        flow.canvas.write(line, area.x + PAD_X + shift, baseline, cell.size);
        baseline += cell.size * LEADING;
    }
}

fn draw_boxes(flow: &mut Flow, cell: &RowCell, area: Area) {
    let glyphs: Vec<&Glyph> = cell.lines.iter().flat_map(|line| &line.glyphs).collect();
    let count = f32::from(u16::try_from(glyphs.len()).unwrap_or(u16::MAX));
    let side = BOX_SIDE.min((area.w - 2.0 * PAD_X) / count);
    let y = area.y + (area.h - side) / 2.0;
    let mut x = area.x + PAD_X;
    for glyph in glyphs {
        flow.canvas.outline(Area { x, y, w: side, h: side }, RULE);
        let inset = (side - glyph.advance * cell.size) / 2.0;
        let line = Line { glyphs: vec![glyph.clone()] };
        flow.canvas.write(&line, x + inset, y + side / 2.0 + cell.size * 0.37, cell.size);
        x += side;
    }
}
