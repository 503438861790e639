//! Letters as PDF: A4, searchable, with only the used glyphs, the same bytes each time.
//!
//! The document is not tagged; who needs structure gets the same blocks as a page.

mod blocks;
mod canvas;
mod embed;
mod finish;
mod flow;
pub mod fonts;
mod forms;
mod glyphs;
mod head;
mod lines;
mod qr;
mod rows;

use std::collections::BTreeMap;

use printpdf::{FontId, ParsedFont};

use self::canvas::{Canvas, FontUse, font_id};
use self::flow::Flow;
use self::fonts::{FontSet, OpenFont};
use self::qr::Code;
use crate::domain::letter::{Head, Letter};
use crate::ports::render::{LetterRenderer, RenderError, Rendered};

/// Renders letters as PDF.
pub struct PdfRenderer {
    fonts: FontSet,
}

impl PdfRenderer {
    /// A renderer that sets in these fonts.
    pub fn new(fonts: FontSet) -> PdfRenderer {
        PdfRenderer { fonts }
    }
}

impl LetterRenderer for PdfRenderer {
    fn render(&self, letter: &Letter) -> Result<Rendered, RenderError> {
        let fonts = self.open()?;
        let canvas = drawn(Canvas::new(&fonts), letter)?;
        whole(&fonts, canvas, letter)
    }

    fn render_all(&self, title: &str, letters: &[Letter]) -> Result<Rendered, RenderError> {
        let fonts = self.open()?;
        let mut canvas = Canvas::new(&fonts);
        for letter in letters {
            // Printed on both sides, no letter stands on the back of another.
            if canvas.page_count() % 2 == 1 {
                canvas.add_page();
            }
            canvas = drawn(canvas, letter)?;
        }
        let first = letters.first().ok_or_else(|| RenderError::Document("no letters".to_owned()))?;
        let head = Head { reference: String::new(), from: Vec::new(), ..first.head.clone() };
        whole(&fonts, canvas, &Letter { title: title.to_owned(), head, ..first.clone() })
    }
}

impl PdfRenderer {
    fn open(&self) -> Result<Vec<OpenFont<'_>>, RenderError> {
        self.fonts.open().map_err(|error| RenderError::Font(error.to_string()))
    }
}

/// Draws a letter on new pages of a canvas.
fn drawn<'a>(canvas: Canvas<'a>, letter: &'a Letter) -> Result<Canvas<'a>, RenderError> {
    let code = letter.head.code.as_deref().map(Code::new).transpose()?;
    let mut flow = Flow::new(canvas, letter, code);
    head::draw_head(&mut flow)?;
    blocks::draw_blocks(&mut flow, &letter.blocks)?;
    flow.number_pages();
    flow.mark_pages();
    Ok(flow.canvas)
}

fn whole(fonts: &[OpenFont], canvas: Canvas<'_>, about: &Letter) -> Result<Rendered, RenderError> {
    let (drawn, uses, missing) = canvas.into_parts();
    let pages = drawn.len();
    let bytes = finish::finish(about, drawn, embed_used(fonts, &uses)?)?;
    Ok(Rendered { bytes, pages, missing })
}

fn embed_used(fonts: &[OpenFont], uses: &[FontUse]) -> Result<BTreeMap<FontId, ParsedFont>, RenderError> {
    let used = fonts.iter().zip(uses).enumerate().filter(|(_, (_, font))| !font.texts.is_empty());
    let embed = |(place, (font, usage)): (usize, (&OpenFont, &FontUse))| {
        Ok((font_id(place), embed::embed(font, &usage.remapper, place)?))
    };
    used.map(embed).collect()
}

#[cfg(test)]
mod tests;
