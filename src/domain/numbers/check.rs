//! The four check digit rules. Each takes ASCII digits and answers `None` or `false` for any other
//! text.

fn values(digits: &str) -> Option<Vec<u32>> {
    digits.chars().map(|c| c.to_digit(10)).collect()
}

fn weighted_sum(values: &[u32], weights: impl Iterator<Item = u32>) -> u32 {
    values.iter().zip(weights).map(|(value, weight)| value * weight).sum()
}

/// M10 of the numbers of medical and care insurance (保険者番号等設定要領): from the right times
/// 2, 1, 2, 1 …, the digits of the products added, the difference to the next ten.
pub fn m10(body: &str) -> Option<u32> {
    let products = values(body)?.into_iter().rev().zip([2, 1].into_iter().cycle()).map(|(v, w)| v * w);
    let sum: u32 = products.map(|p| p / 10 + p % 10).sum();
    Some((10 - sum % 10) % 10)
}

/// MOD11-A of 全国地方公共団体コード: weights 6, 5, 4, 3, 2; the last digit of 11 less the rest.
pub fn mod11_a(body: &str) -> Option<u32> {
    let rest = weighted_sum(&values(body)?, [6, 5, 4, 3, 2].into_iter()) % 11;
    (body.len() == 5).then_some((11 - rest) % 10)
}

/// MOD11-B of 個人番号 (平成26年総務省令第85号5条): 11 less the rest, 0 for a rest of 0 or 1.
pub fn mod11_b(body: &str) -> Option<u32> {
    let rest = weighted_sum(&values(body)?, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2].into_iter()) % 11;
    (body.len() == 11).then_some(if rest <= 1 { 0 } else { 11 - rest })
}

/// MOD9 of 法人番号 (法人番号の指定等に関する省令2条): from the right times 1, 2, 1, 2 …, 9 less
/// the rest. The digit stands in front of the body.
pub fn mod9(body: &str) -> Option<u32> {
    let mut digits = values(body)?;
    digits.reverse();
    (body.len() == 12).then_some(9 - weighted_sum(&digits, [1, 2].into_iter().cycle()) % 9)
}

/// Whether the last digit of `number` is what `rule` gives for the digits before it.
pub fn ends_with_check(number: &str, rule: fn(&str) -> Option<u32>) -> bool {
    let Some((body, last)) = number.len().checked_sub(1).and_then(|at| number.split_at_checked(at)) else {
        return false;
    };
    !body.is_empty() && rule(body).is_some_and(|check| check.to_string() == last)
}

/// Whether a 法人番号 of 13 digits begins with its check digit.
pub fn is_corporate_number(number: &str) -> bool {
    let Some((first, body)) = number.split_at_checked(1) else { return false };
    mod9(body).is_some_and(|check| check.to_string() == first)
}
