//! Glyphs → lines, with the rules of Japanese line breaking (禁則処理).

use std::mem;

use super::glyphs::Glyph;

/// Characters that must not begin a line.
const NOT_FIRST: &str = "、。，．・：；？！)）]］}｝」』】〕〉》〗〙’”ーっゃゅょぁぃぅぇぉゎッャュョァィゥェォヮヵヶ々ゝゞヽヾ〜～…‥%％‰℃";
/// Characters that must not end a line.
const NOT_LAST: &str = "(（[［{｛「『【〔〈《〖〘‘“〒￥$＄№";

/// Characters that stay with the number before them.
const UNITS: &str = "年月日時分円歳条項号";

/// Glyphs that stand on one line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// The glyphs from left to right.
    pub glyphs: Vec<Glyph>,
}

impl Line {
    /// Width in em.
    pub fn width(&self) -> f32 {
        width(&self.glyphs)
    }
}

/// Breaks glyphs into lines of at most `limit` em. Latin words and dates stay whole unless one
/// is longer than a line; what may not begin or end a line is taken over to the next with its
/// neighbour.
/// There is always one line.
pub fn break_lines(glyphs: Vec<Glyph>, limit: f32) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = Line::default();
    for chunk in glyphs.chunk_by(|a, b| !may_break(a.first(), b.first())) {
        let overlong = width(visible(chunk)) > limit;
        if !overlong {
            push(&mut lines, &mut line, chunk, limit);
            continue;
        }
        for glyph in chunk.chunks(1) {
            push(&mut lines, &mut line, glyph, limit);
        }
    }
    lines.push(line);
    lines.iter_mut().for_each(trim_end);
    lines
}

fn push(lines: &mut Vec<Line>, line: &mut Line, glyphs: &[Glyph], limit: f32) {
    if !line.glyphs.is_empty() && line.width() + width(visible(glyphs)) > limit + f32::EPSILON {
        lines.push(mem::take(line));
    }
    line.glyphs.extend_from_slice(glyphs);
}

fn may_break(before: char, after: char) -> bool {
    if after == ' ' || NOT_FIRST.contains(after) || NOT_LAST.contains(before) {
        return false;
    }
    before == ' ' || !(in_word(before) && in_word(after) || in_date(before, after))
}

fn in_date(before: char, after: char) -> bool {
    before.is_ascii_digit() && UNITS.contains(after) || "年月".contains(before) && after.is_ascii_digit()
}

fn in_word(c: char) -> bool {
    c < '\u{1100}' && !c.is_whitespace()
}

fn visible(glyphs: &[Glyph]) -> &[Glyph] {
    let end = glyphs.iter().rposition(|glyph| glyph.first() != ' ').map_or(0, |last| last + 1);
    glyphs.get(..end).unwrap_or_default()
}

fn trim_end(line: &mut Line) {
    line.glyphs.truncate(visible(&line.glyphs).len());
}

fn width(glyphs: &[Glyph]) -> f32 {
    glyphs.iter().map(|glyph| glyph.advance).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn glyphs(text: &str) -> Vec<Glyph> {
        let advance = |c: char| if c.is_ascii() { 0.5 } else { 1.0 };
        text.chars().map(|c| Glyph { font: 0, id: 1, advance: advance(c), text: c.into() }).collect()
    }

    fn text(line: &Line) -> String {
        line.glyphs.iter().map(|glyph| glyph.text.as_str()).collect()
    }

    fn broken(source: &str, limit: f32) -> Vec<String> {
        break_lines(glyphs(source), limit).iter().map(text).collect()
    }

    #[test]
    fn a_full_stop_does_not_begin_a_line() {
        assert_eq!(broken("あいうえお。", 5.0), ["あいうえ", "お。"]);
        assert_eq!(broken("支給認定）です", 4.0), ["支給認", "定）です"]);
    }

    #[test]
    fn an_opening_bracket_does_not_end_a_line() {
        assert_eq!(broken("あいう「えお」", 4.0), ["あいう", "「えお」"]);
    }

    #[test]
    fn small_kana_and_long_vowels_stay_with_their_kana() {
        assert_eq!(broken("パーキンソン", 1.5), ["パ", "ー", "キ", "ン", "ソ", "ン"]);
        assert_eq!(broken("サポーター", 4.0), ["サポー", "ター"]);
    }

    #[test]
    fn latin_words_stay_whole_and_their_space_hangs() {
        assert_eq!(broken("Hoehn and Yahr", 4.5), ["Hoehn and", "Yahr"]);
        assert_eq!(broken("番号NB-7K3Fです", 4.5), ["番号", "NB-7K3Fで", "す"]);
    }

    #[test]
    fn a_date_stays_whole() {
        assert_eq!(broken("令和8年4月3日（2026年4月3日）", 9.0), ["令和8年4月3日", "（2026年4月3日）"]);
    }

    #[test]
    fn a_word_longer_than_the_line_is_cut() {
        assert_eq!(broken("ab pneumonoultra", 3.0), ["ab pne", "umonou", "ltra"]);
    }

    #[test]
    fn nothing_gives_one_empty_line() {
        assert_eq!(broken("", 3.0), [""]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_every_line_fits(source in "[あ漢ー。「」a-f 1０]{0,80}", limit in 1.0f32..20.0) {
            let lines = break_lines(glyphs(&source), limit);
            let joined: String = lines.iter().map(text).collect();
            let bare = |text: &str| text.replace(' ', "");
            prop_assert_eq!(bare(&joined), bare(&source));
            prop_assert!(lines.iter().all(|line| line.width() <= limit + 0.001), "{:?}", lines);
        }

        #[test]
        fn lines_begin_and_end_well_when_there_is_room(source in "([あ漢]{2,6}[。」ー]?){0,20}") {
            for line in broken(&source, 8.0) {
                prop_assert!(!line.starts_with(['。', '」', 'ー']), "{}", line);
            }
        }
    }
}
