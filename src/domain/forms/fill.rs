//! Filling single answers in from outside: an enquiry, a register, another case.

use super::answers::{Answers, Origin};
use super::model::Form;
use super::path::link_id_of;
use super::{Env, typed};

/// Sets the answer at a path to what was typed elsewhere, and remembers where it came from.
///
/// # Errors
/// The key of the sentence about what is wrong, as for a typed answer; `form.choice` for an unknown item.
pub fn fill(
    form: &Form,
    answers: &mut Answers,
    (path, value): (&str, &str),
    source: &str,
    env: &Env<'_>,
) -> Result<(), &'static str> {
    let item = form.item(link_id_of(path)).ok_or("form.choice")?;
    let answer = typed::parse(item, value, env).map_err(|fault| fault.key)?;
    answers.set_from(path, answer, Origin::Prefilled { source: source.to_owned(), on: env.today });
    Ok(())
}

/// The path of the first row of a repeating group in which nothing is answered.
pub fn free_row(answers: &Answers, group: &str) -> String {
    let taken = |row: &String| answers.iter().any(|(path, _)| path.starts_with(&format!("{row}/")));
    (0..).map(|index| format!("{group}[{index}]")).find(|row| !taken(row)).unwrap_or_default()
}

/// The paths of the rows in which an item is answered.
pub fn rows_with(answers: &Answers, link_id: &str) -> Vec<String> {
    let paths = answers.all(link_id).into_iter();
    paths.filter_map(|(path, _)| path.rsplit_once('/').map(|(row, _)| row.to_owned())).collect()
}
