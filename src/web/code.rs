//! Two-dimensional codes that pages draw.

use qrcode::{Color, QrCode};

use super::Failure;

/// A two-dimensional code: modules along one side, and the dark ones as the path of a drawing.
///
/// # Errors
/// When the text is too long for a code.
pub fn drawn(content: &str) -> Result<(usize, String), Failure> {
    let code = QrCode::new(content).map_err(|error| Failure::Fault(error.to_string()))?;
    let side = code.width();
    let colors = code.into_colors();
    let dark = colors.iter().enumerate().filter(|(_, color)| **color == Color::Dark);
    Ok((side, dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % side, at / side)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_from_its_corner() {
        let (side, dark) = drawn("otpauth://totp/a?secret=b").unwrap();
        assert!(side >= 21);
        assert!(dark.starts_with("M0 0h1v1h-1zM1 0"), "the finder pattern stands in the corner");
    }
}
