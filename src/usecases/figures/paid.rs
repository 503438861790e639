//! What others delivered and are paid for, by institution and month, with the authority's own amounts where it has
//! set some.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::calendar::start_in_japan;
use crate::domain::program::Program;
use crate::store::delivered::{self, Delivered};
use crate::store::users::{self, User};
use crate::usecases::access::Caller;
use crate::usecases::clerk::words;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::question::Asked;
use super::table::{Part, Row, in_digits, monthly};

/// The program's table of amounts: key `<work item>/<kind of procedure>`, column `yen`.
const AMOUNTS: &str = "fees";
const HEADS: [&str; 8] =
    ["受け取った月", "業務", "機関番号", "機関名", "種別", "件数", "単価（円）", "金額（円）"];

/// Results of one institution that are alike: work item, institution's code, its name, kind of procedure.
type Place = (String, String, String, String);

/// The accepted results of the month at a place among those asked for.
///
/// # Errors
/// As the page of figures.
pub fn by_institution(house: &House, caller: &Caller, asked: &Asked, at: usize) -> Part {
    monthly(house, caller, asked, (at, &HEADS), |seated, question, wanted| {
        let works = works(&question.program);
        let following = wanted.until.succ_opt().unwrap_or(wanted.until);
        let span = (start_in_japan(wanted.from), start_in_japan(following));
        let sums = house.database.read(|conn| {
            let found = delivered::counted(conn, seated, &wanted.program, &works, span)?;
            let ids: Vec<&str> = found.iter().map(|it| it.assignee.as_str()).collect();
            let users = users::some(conn, &house.keys, &ids)?;
            Ok::<_, Error>(by_place(&found, &users))
        })?;
        let chosen = sums.iter().filter(|((.., kind), _)| wanted.kind.as_ref().is_none_or(|it| it == kind));
        Ok(chosen.map(|(place, results)| row(&question.program, wanted.from, place, *results)).collect())
    })
}

/// Kinds of the work items that are paid for.
pub(super) fn works(program: &Program) -> Vec<&str> {
    program.definition.work_items.iter().filter(|it| it.paid).map(|it| it.kind.as_str()).collect()
}

fn by_place(found: &[Delivered], users: &[User]) -> BTreeMap<Place, i64> {
    let mut sums = BTreeMap::new();
    for sum in found {
        let held = users.iter().find(|it| it.id == sum.assignee).and_then(|it| it.designation.as_ref());
        let (code, name) =
            held.map(|it| (it.institution_code.clone(), it.institution.clone())).unwrap_or_default();
        *sums.entry((sum.work.clone(), code, name, sum.procedure.clone())).or_insert(0) += sum.results;
    }
    sums
}

fn row(program: &Program, month: NaiveDate, (work, code, name, kind): &Place, results: i64) -> Row {
    let label = program.definition.work_item(work).map(|it| words::text(program, &it.label));
    let amount = program.tables.row(AMOUNTS, &format!("{work}/{kind}"), month);
    let amount = amount.ok().and_then(|row| row.integer("yen").ok());
    let number = |number: Option<i64>| number.map(|it| it.to_string()).unwrap_or_default();
    vec![
        in_digits(month),
        label.unwrap_or_else(|| work.clone()),
        code.clone(),
        name.clone(),
        words::text(program, &format!("kind.{kind}")),
        results.to_string(),
        number(amount),
        number(amount.map(|yen| yen * results)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::users::Designation;

    fn user(id: &str, code: &str) -> User {
        let day = |text: &str| text.parse().unwrap();
        let held = Designation {
            kind: "attending".to_owned(),
            number: "1".to_owned(),
            valid_from: day("2026-04-01"),
            valid_to: day("2030-03-31"),
            institution_code: code.to_owned(),
            institution: format!("医院{code}"),
            institution_address: String::new(),
            institution_phone: String::new(),
        };
        User {
            id: id.to_owned(),
            login: id.to_owned(),
            name: id.to_owned(),
            roles: Vec::new(),
            designation: Some(held),
            institution: None,
            office: None,
            password: String::new(),
            totp: Vec::new(),
            totp_step: 0,
            failures: 0,
            locked_until: None,
            active: true,
        }
    }

    #[test]
    fn physicians_of_one_institution_are_counted_together_and_nobody_is_lost() {
        let sum = |assignee: &str, results| Delivered {
            work: "opinion".to_owned(),
            procedure: "new".to_owned(),
            assignee: assignee.to_owned(),
            results,
        };
        let found = [sum("usr_a", 2), sum("usr_b", 1), sum("usr_c", 4), sum("usr_gone", 1)];
        let sums = by_place(&found, &[user("usr_a", "1"), user("usr_b", "1"), user("usr_c", "2")]);
        let counted: Vec<(&str, i64)> =
            sums.iter().map(|((_, code, ..), sum)| (code.as_str(), *sum)).collect();
        assert_eq!(counted, [("", 1), ("1", 3), ("2", 4)]);
    }
}
