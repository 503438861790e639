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
use crate::domain::letter::Letter;
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
        let fonts = self.fonts.open().map_err(|error| RenderError::Font(error.to_string()))?;
        let code = letter.head.code.as_deref().map(Code::new).transpose()?;
        let mut flow = Flow::new(Canvas::new(&fonts), letter, code);
        head::draw_head(&mut flow)?;
        blocks::draw_blocks(&mut flow, &letter.blocks)?;
        flow.number_pages();
        let (drawn, uses, missing) = flow.canvas.into_parts();
        let pages = drawn.len();
        let bytes = finish::finish(letter, drawn, embed_used(&fonts, &uses)?)?;
        Ok(Rendered { bytes, pages, missing })
    }
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
