//! Text → glyphs.

use super::fonts::{OpenFont, Weight, order};
use crate::domain::text::compose;
use ttf_parser::GlyphId;

/// Stands for a character that no font has (geta mark).
const GETA: char = '〓';

/// A glyph to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Glyph {
    /// Place of its font among the open ones.
    pub font: usize,
    /// Its number in that font.
    pub id: u16,
    /// How far the pen moves on, in em.
    pub advance: f32,
    /// The text it stands for, with its variation selector or combining mark.
    pub text: String,
}

impl Glyph {
    /// The character the glyph stands for, without its selector or mark.
    pub fn first(&self) -> char {
        self.text.chars().next().unwrap_or(GETA)
    }
}

/// Sets text in the open fonts and notes what they lack.
#[derive(Clone)]
pub struct Shaper<'a> {
    fonts: &'a [OpenFont<'a>],
    missing: Vec<char>,
}

impl<'a> Shaper<'a> {
    /// A shaper for these fonts.
    pub fn new(fonts: &'a [OpenFont<'a>]) -> Shaper<'a> {
        Shaper { fonts, missing: Vec::new() }
    }

    /// The characters that could not be drawn as they are, in order and once each.
    pub fn missing(&self) -> &[char] {
        &self.missing
    }

    /// The glyphs of one line of text. Controls and invisible marks, which have no look, are
    /// left out; a tab is a space.
    pub fn shape(&mut self, text: &str, weight: Weight) -> Vec<Glyph> {
        let mut chars =
            text.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(|c| !invisible(*c)).peekable();
        let mut glyphs = Vec::new();
        while let Some(base) = chars.next() {
            let mark = chars.next_if(|next| selector(*next) || compose(base, *next).is_some());
            glyphs.push(self.glyph(base, mark, weight));
        }
        glyphs
    }

    fn glyph(&mut self, base: char, mark: Option<char>, weight: Weight) -> Glyph {
        let exact = match mark {
            Some(mark) => self.find(weight, |font| marked(font, base, mark)),
            None => self.find(weight, |font| font.face.glyph_index(base)),
        };
        if exact.is_none() && !mark.is_some_and(emoji_style) && !self.missing.contains(&base) {
            self.missing.push(base);
        }
        let text = [base].into_iter().chain(mark).collect();
        let (font, id) = exact.or_else(|| self.plain(base, weight)).unwrap_or_default();
        Glyph { font, id: id.0, advance: self.advance(font, id), text }
    }

    fn plain(&self, base: char, weight: Weight) -> Option<(usize, GlyphId)> {
        let plain = self.find(weight, |font| font.face.glyph_index(base));
        plain.or_else(|| self.find(weight, |font| font.face.glyph_index(GETA)))
    }

    fn find(
        &self,
        weight: Weight,
        look: impl Fn(&OpenFont<'a>) -> Option<GlyphId>,
    ) -> Option<(usize, GlyphId)> {
        let glyph = |at: usize| Some((at, self.fonts.get(at).and_then(&look)?));
        order(weight, self.fonts.len()).find_map(glyph)
    }

    fn advance(&self, font: usize, id: GlyphId) -> f32 {
        let face = self.fonts.get(font).map(|font| &font.face);
        face.map_or(1.0, |face| {
            f32::from(face.glyph_hor_advance(id).unwrap_or_default()) / f32::from(face.units_per_em())
        })
    }
}

/// The glyph for a character with its selector, or with the mark that Unicode composes with it.
/// The composition only chooses the glyph; the text stays as it was entered.
fn marked(font: &OpenFont, base: char, mark: char) -> Option<GlyphId> {
    match compose(base, mark) {
        Some(whole) => font.face.glyph_index(whole),
        None => font.face.glyph_variation_index(base, mark),
    }
}

fn selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// The selectors that choose between text and emoji; all others tell names apart.
fn emoji_style(c: char) -> bool {
    matches!(c, '\u{FE0E}' | '\u{FE0F}')
}

fn invisible(c: char) -> bool {
    let mark =
        matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}');
    c.is_control() || mark
}

#[cfg(test)]
mod tests {
    use super::super::fonts::FontSet;
    use super::*;

    fn shape(text: &str) -> (Vec<Glyph>, Vec<char>) {
        let set = FontSet::load(&[]).unwrap();
        let fonts = set.open().unwrap();
        let mut shaper = Shaper::new(&fonts);
        let glyphs = shaper.shape(text, Weight::Regular);
        (glyphs, shaper.missing().to_vec())
    }

    #[test]
    fn names_are_covered_with_their_rare_characters() {
        let (glyphs, missing) = shape("𠮷田 髙橋 﨑山 渡邉 槗本 神\u{FA19}塚\u{FA10} ｱ ㈱");
        assert_eq!(missing, [] as [char; 0]);
        assert!(glyphs.iter().all(|glyph| glyph.id != 0));
    }

    #[test]
    fn the_law_texts_and_the_table_words_are_covered() {
        let words = "臨床調査個人票、（）「」【】〒①②㎡％円〜～…―－・々〆ヶ々※■□○●◎△×";
        assert_eq!(shape(words).1, [] as [char; 0]);
    }

    #[test]
    fn a_variant_has_a_glyph_and_keeps_its_selector_in_the_text() {
        let (glyphs, missing) = shape("葛\u{E0100}葛");
        assert_eq!((glyphs.len(), missing.len()), (2, 0));
        assert_ne!(glyphs[0].id, glyphs[1].id);
        assert_eq!(glyphs[0].text, "葛\u{E0100}");
    }

    #[test]
    fn a_variant_that_no_font_has_is_drawn_plain_and_told() {
        let (glyphs, missing) = shape("山\u{E01EF}");
        assert_eq!(glyphs[0].id, shape("山").0[0].id);
        assert_eq!(missing, ['山']);
    }

    #[test]
    fn a_character_that_no_font_has_is_a_geta_mark_and_told_once() {
        let (glyphs, missing) = shape("\u{1F9FF}あ\u{1F9FF}");
        assert_eq!(glyphs[0].id, shape("〓").0[0].id);
        assert_eq!(glyphs[0].text, "\u{1F9FF}");
        assert_eq!(missing, ['\u{1F9FF}']);
    }

    #[test]
    fn a_decomposed_kana_is_one_glyph_and_stays_decomposed_in_the_text() {
        let (glyphs, missing) = shape("か\u{3099}");
        assert_eq!((glyphs.len(), missing.len()), (1, 0));
        assert_eq!(glyphs[0].id, shape("が").0[0].id);
        assert_eq!(glyphs[0].text, "か\u{3099}");
    }

    #[test]
    fn controls_and_invisible_marks_leave_no_box() {
        assert_eq!(shape("a\u{0007}\u{200B}\u{202E}b").0.len(), 2);
    }

    #[test]
    fn full_width_characters_are_one_em_wide() {
        assert_eq!(shape("漢").0[0].advance, 1.0);
        assert!(shape("i").0[0].advance < 0.5);
    }
}
