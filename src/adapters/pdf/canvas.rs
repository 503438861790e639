//! Pages to draw on, with the origin at the top left and lengths in points.

use std::collections::BTreeMap;

use printpdf::{
    Codepoint, Color, DictItem, FontId, Greyscale, Line as Stroke, LineDashPattern, LinePoint, Op, PaintMode,
    PdfFontHandle, Point, Pt, Rect, TextItem,
};
use subsetter::GlyphRemapper;

use super::fonts::{OpenFont, Weight};
use super::glyphs::{Glyph, Shaper};
use super::lines::{Line, break_lines};
use super::qr::Code;

/// Points in a millimetre.
pub const MM: f32 = 72.0 / 25.4;
/// Width of an A4 sheet.
pub const SHEET_WIDTH: f32 = 210.0 * MM;
/// Height of an A4 sheet.
pub const SHEET_HEIGHT: f32 = 297.0 * MM;

/// A rectangle, by its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Distance of the left side from the sheet's left edge.
    pub x: f32,
    /// Distance of the upper side from the sheet's upper edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

/// What a document uses of one font.
#[derive(Clone, Default)]
pub struct FontUse {
    /// Numbers of the used glyphs in the embedded subset.
    pub remapper: GlyphRemapper,
    /// The text each used glyph stands for, by its number in the subset.
    pub texts: BTreeMap<u16, String>,
}

/// The pages of one document.
#[derive(Clone)]
pub struct Canvas<'a> {
    shaper: Shaper<'a>,
    pages: Vec<Vec<Op>>,
    current: usize,
    uses: Vec<FontUse>,
}

impl<'a> Canvas<'a> {
    /// A canvas without pages.
    pub fn new(fonts: &'a [OpenFont<'a>]) -> Canvas<'a> {
        let uses = vec![FontUse::default(); fonts.len()];
        Canvas { shaper: Shaper::new(fonts), pages: Vec::new(), current: 0, uses }
    }

    /// Adds a page and goes on there.
    pub fn add_page(&mut self) {
        self.current = self.pages.len();
        self.pages.push(Vec::new());
    }

    /// How many pages there are.
    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// The pages' drawing, the fonts' use and the missing characters.
    pub fn into_parts(self) -> (Vec<Vec<Op>>, Vec<FontUse>, Vec<char>) {
        (self.pages, self.uses, self.shaper.missing().to_vec())
    }

    /// The text in lines of at most `width` at `size`; a line feed begins a new line.
    pub fn lines(&mut self, text: &str, weight: Weight, size: f32, width: f32) -> Vec<Line> {
        let paragraphs = text.trim_end().split('\n');
        paragraphs.flat_map(|part| break_lines(self.shaper.shape(part, weight), width / size)).collect()
    }

    /// The text in one line, however long.
    pub fn line(&mut self, text: &str, weight: Weight) -> Line {
        Line { glyphs: self.shaper.shape(text, weight) }
    }

    /// Writes a line, beginning at `x` with its baseline at `y`.
    pub fn write(&mut self, line: &Line, x: f32, y: f32, size: f32) {
        if line.glyphs.is_empty() {
            return;
        }
        self.draw([Op::StartTextSection, Op::SetTextCursor { pos: point(x, y) }]);
        for run in line.glyphs.chunk_by(|a, b| a.font == b.font) {
            self.write_run(run, size);
        }
        self.draw([Op::EndTextSection]);
    }

    /// Writes a line in a tone of grey, 0 black to 1 white.
    pub fn write_grey(&mut self, line: &Line, x: f32, y: f32, size: f32, grey: f32) {
        self.draw([Op::SetFillColor { col: tone(grey) }]);
        self.write(line, x, y, size);
        self.draw([Op::SetFillColor { col: tone(0.0) }]);
    }

    /// Draws a straight line.
    pub fn rule(&mut self, from: (f32, f32), to: (f32, f32), thickness: f32) {
        let corner = |(x, y)| LinePoint { p: point(x, y), bezier: false };
        let line = Stroke { points: vec![corner(from), corner(to)], is_closed: false };
        self.draw([Op::SetOutlineThickness { pt: Pt(thickness) }, Op::DrawLine { line }]);
    }

    /// Draws a dashed straight line.
    pub fn dashes(&mut self, from: (f32, f32), to: (f32, f32)) {
        self.draw([Op::SetLineDashPattern { dash: LineDashPattern::new(0.0, &[4.0, 3.0]) }]);
        self.rule(from, to, 0.6);
        self.draw([Op::SetLineDashPattern { dash: LineDashPattern::solid() }]);
    }

    /// Draws the four sides of an area.
    pub fn outline(&mut self, area: Area, thickness: f32) {
        let rectangle = rect(area, PaintMode::Stroke);
        self.draw([Op::SetOutlineThickness { pt: Pt(thickness) }, Op::DrawRectangle { rectangle }]);
    }

    /// Fills an area with a tone of grey, 0 black to 1 white.
    pub fn fill(&mut self, area: Area, grey: f32) {
        self.draw([
            Op::SetFillColor { col: tone(grey) },
            Op::DrawRectangle { rectangle: rect(area, PaintMode::Fill) },
            Op::SetFillColor { col: tone(0.0) },
        ]);
    }

    /// Draws a two-dimensional code with its upper left corner at `(x, y)`.
    pub fn code(&mut self, code: &Code, x: f32, y: f32, side: f32) {
        let module = side / f32::from(code.side);
        let runs = code.runs.iter().map(|run| Area {
            x: x + f32::from(run.column) * module,
            y: y + f32::from(run.row) * module,
            w: f32::from(run.length) * module,
            h: module,
        });
        self.draw(runs.map(|area| Op::DrawRectangle { rectangle: rect(area, PaintMode::Fill) }));
    }

    /// Lets `write` draw beneath what the current page bears already.
    pub fn beneath(&mut self, write: impl FnOnce(&mut Canvas<'a>)) {
        let above = self.pages.get_mut(self.current).map(std::mem::take).unwrap_or_default();
        write(self);
        self.draw(above);
    }

    /// Lets `write` draw on each page from a place on, counted from 0; it gets the page's place.
    pub fn on_pages_from(&mut self, first: usize, mut write: impl FnMut(&mut Canvas<'a>, usize)) {
        for place in first..self.pages.len() {
            self.current = place;
            write(self, place);
        }
    }

    fn draw(&mut self, ops: impl IntoIterator<Item = Op>) {
        if let Some(page) = self.pages.get_mut(self.current) {
            page.extend(ops);
        }
    }

    fn write_run(&mut self, run: &[Glyph], size: f32) {
        let Some(font) = run.first().map(|glyph| glyph.font) else { return };
        let font = PdfFontHandle::External(font_id(font));
        self.draw([Op::SetFont { font, size: Pt(size) }]);
        let shown: Vec<Shown> = run.iter().filter_map(|glyph| self.register(glyph)).collect();
        for part in shown.chunk_by(|a, b| a.actual.is_none() && b.actual.is_none()) {
            self.show(part);
        }
    }

    fn register(&mut self, glyph: &Glyph) -> Option<Shown> {
        let font = self.uses.get_mut(glyph.font)?;
        let id = font.remapper.remap(glyph.id);
        let first = font.texts.entry(id).or_insert_with(|| glyph.text.clone());
        let actual = (*first != glyph.text).then(|| glyph.text.clone());
        Some(Shown { glyph: Codepoint::with_cid(id, 0.0, first.clone()), actual })
    }

    fn show(&mut self, part: &[Shown]) {
        let glyphs = part.iter().map(|shown| shown.glyph.clone()).collect();
        let show = Op::ShowText { items: vec![TextItem::GlyphIds(glyphs)] };
        match part.first().and_then(|shown| shown.actual.as_deref()) {
            Some(text) => self.draw([actual_text(text), show, Op::EndMarkedContent]),
            None => self.draw([show]),
        }
    }
}

/// A glyph as the page names it.
struct Shown {
    glyph: Codepoint,
    /// The text it stands for, where that is not what it stood for at its first use: a font
    /// can say only one text a glyph.
    actual: Option<String>,
}

/// The name under which the font at this place stands in the document.
pub fn font_id(place: usize) -> FontId {
    FontId(format!("F{place}"))
}

/// Marks what follows as standing for `text` (ISO 32000-1, 14.9.4).
fn actual_text(text: &str) -> Op {
    let data = "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let text = DictItem::String { data, literal: false };
    let properties = DictItem::Dict { map: BTreeMap::from([("ActualText".to_owned(), text)]) };
    Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties }
}

fn point(x: f32, y: f32) -> Point {
    Point { x: round(x), y: round(SHEET_HEIGHT - y) }
}

fn rect(area: Area, mode: PaintMode) -> Rect {
    let corner = point(area.x, area.y + area.h);
    let mut rect = Rect::from_xywh(corner.x, corner.y, round(area.w), round(area.h));
    rect.mode = Some(mode);
    rect
}

/// Thousandths of a point are finer than any printer and keep the pages small.
fn round(length: f32) -> Pt {
    Pt((length * 1000.0).round() / 1000.0)
}

fn tone(grey: f32) -> Color {
    Color::Greyscale(Greyscale::new(grey, None))
}
