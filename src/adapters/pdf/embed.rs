//! The used glyphs of a font, as the document carries them.

use std::collections::BTreeMap;

use printpdf::{FontMetrics, FontType, ParsedFont};
use subsetter::GlyphRemapper;
use ttf_parser::{Face, GlyphId};

use super::fonts::OpenFont;
use crate::ports::render::RenderError;

/// Cuts a font down to the glyphs of `remapper`, under their new numbers. `place` is the font's
/// place in the document: subsets in one document need names of their own (ISO 32000-1, 9.6.4).
///
/// # Errors
/// [`RenderError::Font`] for a font that forbids or defeats subsetting.
pub fn embed(font: &OpenFont, remapper: &GlyphRemapper, place: usize) -> Result<ParsedFont, RenderError> {
    let fault = |error: subsetter::Error| RenderError::Font(format!("{}: {error}", font.name));
    let bytes = subsetter::subset(font.data, 0, remapper).map_err(fault)?;
    let face = &font.face;
    let metrics = FontMetrics { ascent: face.ascender(), descent: face.descender() };
    let name = format!("{}+{}", tag(place), font.name);
    let widths = widths(face, remapper);
    let mut parsed = ParsedFont::with_glyph_data(
        bytes,
        0,
        Some(name),
        BTreeMap::new(),
        widths,
        face.units_per_em(),
        metrics,
    );
    if face.tables().cff.is_some() {
        parsed.font_type = FontType::OpenTypeCFF(());
    }
    describe(&mut parsed, face);
    Ok(parsed)
}

fn widths(face: &Face, remapper: &GlyphRemapper) -> BTreeMap<u16, u16> {
    let advance = |id| face.glyph_hor_advance(GlyphId(id)).unwrap_or_default();
    (0u16..).zip(remapper.remapped_gids().map(advance)).collect()
}

fn describe(parsed: &mut ParsedFont, face: &Face) {
    let bounds = face.global_bounding_box();
    let metrics = &mut parsed.pdf_font_metrics;
    metrics.x_min = bounds.x_min;
    metrics.y_min = bounds.y_min;
    metrics.x_max = bounds.x_max;
    metrics.y_max = bounds.y_max;
    metrics.us_weight_class = face.weight().to_number();
}

fn tag(place: usize) -> String {
    let last = char::from(b'A'.saturating_add(u8::try_from(place % 26).unwrap_or_default()));
    format!("AAAAA{last}")
}
