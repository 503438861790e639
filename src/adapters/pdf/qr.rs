//! Two-dimensional codes as vectors.

use qrcode::{Color, EcLevel, QrCode};

use crate::ports::render::RenderError;

/// A run of dark modules in one row of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Column of the first module.
    pub column: u16,
    /// Row, counted from the top.
    pub row: u16,
    /// How many modules.
    pub length: u16,
}

/// A two-dimensional code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Modules along one side.
    pub side: u16,
    /// The dark modules.
    pub runs: Vec<Run>,
}

impl Code {
    /// Encodes `content` so that it can be read with 15 % of it damaged (level M).
    ///
    /// # Errors
    /// [`RenderError::Code`] for more content than a code holds.
    pub fn new(content: &str) -> Result<Code, RenderError> {
        let code = QrCode::with_error_correction_level(content, EcLevel::M).map_err(|_| RenderError::Code)?;
        let side = code.width();
        let colors = code.into_colors();
        let rows = colors.chunks(side).zip(0u16..);
        let runs = rows.flat_map(|(modules, row)| dark_runs(modules, row)).collect();
        Ok(Code { side: u16::try_from(side).map_err(|_| RenderError::Code)?, runs })
    }
}

fn dark_runs(modules: &[Color], row: u16) -> Vec<Run> {
    let mut column = 0;
    let mut runs = Vec::new();
    for run in modules.chunk_by(|a, b| a == b) {
        let length = u16::try_from(run.len()).unwrap_or(u16::MAX);
        if run.first() == Some(&Color::Dark) {
            runs.push(Run { column, row, length });
        }
        column += length;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runs_are_the_dark_modules() {
        let code = Code::new("NB-7K3F-92QM-C").unwrap();
        let expected = QrCode::with_error_correction_level("NB-7K3F-92QM-C", EcLevel::M).unwrap();
        let mut drawn = vec![false; expected.width() * expected.width()];
        for run in &code.runs {
            let start = usize::from(run.row) * expected.width() + usize::from(run.column);
            drawn[start..start + usize::from(run.length)].fill(true);
        }
        let dark: Vec<bool> = expected.to_colors().iter().map(|color| *color == Color::Dark).collect();
        assert_eq!(drawn, dark);
    }

    #[test]
    fn more_than_a_code_holds_is_refused() {
        assert!(matches!(Code::new(&"長".repeat(2000)), Err(RenderError::Code)));
    }
}
