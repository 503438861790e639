//! Letters on paper.

use thiserror::Error;

use crate::domain::letter::Letter;

/// Turns a composed letter into a document to print, post and keep.
///
/// Rendering only computes: call it from a thread that may be busy for some 10 ms.
pub trait LetterRenderer: Send + Sync {
    /// Renders a letter. The same letter gives the same bytes, whenever and wherever.
    ///
    /// # Errors
    /// [`RenderError`]; a character without a glyph is no error but told in
    /// [`Rendered::missing`].
    fn render(&self, letter: &Letter) -> Result<Rendered, RenderError>;

    /// Renders letters one after another into one document to print, each from the front of a sheet.
    /// The longer the document the longer it takes: some 10 ms a letter.
    ///
    /// # Errors
    /// As [`LetterRenderer::render`].
    fn render_all(&self, title: &str, letters: &[Letter]) -> Result<Rendered, RenderError>;
}

/// A rendered letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The document.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// Characters that no font could draw as they are, in order and once each: shown as 〓, or
    /// in their plain form where only the variant is missing. Staff must look before posting.
    pub missing: Vec<char>,
}

/// Why a letter could not be rendered.
#[derive(Debug, Error)]
pub enum RenderError {
    /// Something has more text than its place on the page holds.
    #[error("the {0} has more text than its place holds")]
    Overflow(&'static str),
    /// A font could not be used.
    #[error("a font could not be used: {0}")]
    Font(String),
    /// The two-dimensional code cannot hold its content.
    #[error("the two-dimensional code cannot hold its content")]
    Code,
    /// The document could not be written.
    #[error("the document could not be written: {0}")]
    Document(String),
}
