//! Letters as data: a template with slots, the values that fill them, and the composed letter.
//!
//! A composed [`Letter`] holds blocks and no layout, so that the PDF, the page in the browser
//! and the mail all say the same.

pub mod check;
pub mod compose;
pub mod model;
pub mod plain;
pub mod template;
pub mod text;

pub use check::{Known, Uses, check, uses};
pub use compose::{ComposeError, Missing, Slots, compose};
pub use model::{Addressee, Align, Block, Cell, Column, Frame, Head, Letter, Style};
pub use plain::plain_text;
pub use template::LetterTemplate;
