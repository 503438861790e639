//! The register as a table to download, part by part.

use crate::usecases::access::Caller;
use crate::usecases::csv;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::list::{Asked, Question, question};
use super::{heads, page, seat};

/// Lines of one part.
const PAGE: usize = 200;

/// A part of a table, and after whom the next one begins; none after the last.
pub type Part = Result<(String, Option<String>), Error>;

/// A part of the table after a case, and where the next one begins; none after the last. Each part is
/// recorded with the cases it showed.
///
/// # Errors
/// As the page of the register.
pub fn part(house: &House, caller: &Caller, asked: &Asked, after: &str) -> Part {
    let seated = seat(house, caller)?;
    let Question { program, mut wanted } = question(house, caller, asked)?;
    after.clone_into(&mut wanted.after);
    let (lines, next) = house.read_list(caller, "holders_table", |conn| {
        let found = page(house, conn, caller, &seated, &wanted, PAGE)?;
        let cases = found.0.iter().map(|line| line.case.clone()).collect();
        Ok((found, cases))
    })?;
    let mut text = String::new();
    if after.is_empty() {
        let listed = heads(house.programs.newest(&program)?.as_ref());
        let fixed = ["受付番号", "氏名", "フリガナ", "生年月日"];
        let last = ["有効期間の始まり", "有効期間の終わり", "状態", "基準日"];
        let all = fixed.into_iter().chain(listed.iter().map(String::as_str)).chain(last);
        text = format!("{}{}", csv::MARK, csv::line(all));
    }
    let on = wanted.day.to_string();
    for line in &lines {
        let days = [line.valid_from, line.valid_to].map(|day| day.to_string());
        let fixed = [&line.reference, &line.person, &line.kana, &line.birth].map(String::as_str);
        let listed = line.values.iter().map(String::as_str);
        let last = [days[0].as_str(), days[1].as_str(), line.standing, on.as_str()];
        text.push_str(&csv::line(fixed.into_iter().chain(listed).chain(last)));
    }
    Ok((text, next))
}
