//! Check digits the hub's strict profile looks at.

/// 個人番号: weights 2–7 and 2–6 from the lowest body digit, modulo 11 (平成26年総務省令第85号 第5条).
#[must_use]
pub fn my_number_passes(number: &str) -> bool {
    let Some((body, check)) = split(number, 12) else { return false };
    let sum: u32 = body.iter().rev().zip([2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6]).map(|(d, w)| d * w).sum();
    let rest = sum % 11;
    check == if rest <= 1 { 0 } else { 11 - rest }
}

/// 公費負担者番号, 受給者番号 and 保険者番号: weights 2 and 1 from the lowest body digit, two-digit products
/// counted by their digits, modulo 10 (保険者番号等の設定要領).
#[must_use]
pub fn medical_number_passes(number: &str) -> bool {
    let Some((body, check)) = split(number, number.len()) else { return false };
    let sum: u32 =
        body.iter().rev().zip([2, 1].into_iter().cycle()).map(|(d, w)| d * w / 10 + d * w % 10).sum();
    check == (10 - sum % 10) % 10
}

fn split(number: &str, length: usize) -> Option<(Vec<u32>, u32)> {
    let mut digits: Vec<u32> = number.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
    let check = digits.pop()?;
    (digits.len() + 1 == length).then_some((digits, check))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn my_numbers() {
        for good in ["123456789018", "987654321093", "200000000000"] {
            assert!(my_number_passes(good));
        }
        for bad in ["123456789012", "12345678901", "１２３４５６７８９０１８", ""] {
            assert!(!my_number_passes(bad));
        }
    }

    #[test]
    fn published_payer_numbers() {
        for good in ["54016027", "54136015", "81136244", "1234566", "7654320"] {
            assert!(medical_number_passes(good), "{good}");
        }
        for bad in ["54016020", "54136016", "87654321", "0000002", ""] {
            assert!(!medical_number_passes(bad), "{bad}");
        }
    }
}
