//! The fonts letters are set in.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;
use ttf_parser::{Face, FaceParsingError};

const REGULAR: &[u8] = include_bytes!("../../../static/fonts/NotoSansJP_400Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../static/fonts/NotoSansJP_700Bold.ttf");

/// How heavy a text is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Body text.
    Regular,
    /// Titles and what must stand out.
    Bold,
}

/// The fonts in the order in which a character is looked for: Noto Sans JP, which the program
/// carries, then those of the installation, which serve both weights.
pub struct FontSet {
    fonts: Vec<Font>,
}

struct Font {
    name: String,
    data: Cow<'static, [u8]>,
}

/// A font of the installation that cannot be used.
#[derive(Debug, Error)]
pub enum FontError {
    /// The file cannot be read.
    #[error("the font {path} cannot be read")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no TrueType or OpenType font.
    #[error("the font {name} is no TrueType or OpenType font")]
    Parse {
        /// Name of the font.
        name: String,
        /// Why.
        source: FaceParsingError,
    },
}

/// A font opened for one document.
pub struct OpenFont<'a> {
    /// PostScript-like name, for the document's font list.
    pub name: &'a str,
    /// The whole file.
    pub data: &'a [u8],
    /// Its tables.
    pub face: Face<'a>,
}

impl FontSet {
    /// Loads the program's fonts and those in `extra`, such as a koseki face with the rarer
    /// name characters.
    ///
    /// # Errors
    /// [`FontError`] for a file of `extra` that cannot be read or is no font.
    pub fn load(extra: &[PathBuf]) -> Result<FontSet, FontError> {
        let own = [("NotoSansJP-Regular", REGULAR), ("NotoSansJP-Bold", BOLD)];
        let own = own.map(|(name, data)| Font { name: name.to_owned(), data: Cow::Borrowed(data) });
        let mut fonts = Vec::from(own);
        for path in extra {
            fonts.push(read(path)?);
        }
        let set = FontSet { fonts };
        set.open()?;
        Ok(set)
    }

    /// Opens every font. Opening only indexes the tables, so it is done anew for each document.
    ///
    /// # Errors
    /// [`FontError::Parse`], which [`FontSet::load`] has ruled out before.
    pub fn open(&self) -> Result<Vec<OpenFont<'_>>, FontError> {
        self.fonts.iter().map(Font::open).collect()
    }
}

impl Font {
    fn open(&self) -> Result<OpenFont<'_>, FontError> {
        let face = Face::parse(&self.data, 0)
            .map_err(|source| FontError::Parse { name: self.name.clone(), source })?;
        Ok(OpenFont { name: &self.name, data: &self.data, face })
    }
}

/// The places of the fonts of a weight among `count` fonts, in the order of trying.
pub fn order(weight: Weight, count: usize) -> impl Iterator<Item = usize> {
    let first = match weight {
        Weight::Regular => [0, 1],
        Weight::Bold => [1, 0],
    };
    first.into_iter().chain(2..count)
}

fn read(path: &Path) -> Result<Font, FontError> {
    let data = std::fs::read(path).map_err(|source| FontError::Read { path: path.to_owned(), source })?;
    let stem = path.file_stem().map(|stem| stem.to_string_lossy());
    let name = stem.iter().flat_map(|stem| stem.chars()).filter(char::is_ascii_alphanumeric).collect();
    Ok(Font { name, data: Cow::Owned(data) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fonts_of_the_program_open() {
        let fonts = FontSet::load(&[]).unwrap();
        let open = fonts.open().unwrap();
        let names: Vec<&str> = open.iter().map(|font| font.name).collect();
        assert_eq!(names, ["NotoSansJP-Regular", "NotoSansJP-Bold"]);
        assert!(open[1].face.is_bold() && !open[0].face.is_bold());
    }

    #[test]
    fn a_file_that_is_absent_or_no_font_is_refused() {
        let absent = FontSet::load(&[PathBuf::from("no/such.ttf")]).err().unwrap();
        assert!(matches!(absent, FontError::Read { .. }));
        let no_font = FontSet::load(&[PathBuf::from("Cargo.toml")]).err().unwrap();
        assert_eq!(no_font.to_string(), "the font Cargo is no TrueType or OpenType font");
    }

    #[test]
    fn each_weight_falls_back_to_the_other_and_then_to_the_installed_fonts() {
        assert_eq!(order(Weight::Bold, 4).collect::<Vec<_>>(), [1, 0, 2, 3]);
        assert_eq!(order(Weight::Regular, 2).collect::<Vec<_>>(), [0, 1]);
    }
}
