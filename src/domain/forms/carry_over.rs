//! Answers of an earlier application taken into a new one, to be confirmed or changed.

use chrono::NaiveDate;

use super::answers::{Answer, Answers, Origin};
use super::check::check_step;
use super::model::{Form, Item, Kind};
use super::path::link_id_of;
use super::{Env, settle};

/// Name of the source of answers that an earlier application gave.
pub const EARLIER: &str = "earlier";

/// Takes every answer that the new form still asks for, marked as read on the day of `earlier_on`.
///
/// Left out are files, computed values, and the items of `ask_again` with all below them.
pub fn carry_over(
    form: &Form,
    earlier: &Answers,
    ask_again: &[String],
    earlier_on: NaiveDate,
    env: &Env<'_>,
) -> Answers {
    let mut taken = Answers::new();
    let origin = Origin::Prefilled { source: EARLIER.to_owned(), on: earlier_on };
    for (path, answer) in earlier.iter() {
        let item = form.item(link_id_of(path)).filter(|item| carries(item, answer));
        if item.is_some_and(|item| !is_under(form, &item.link_id, ask_again)) {
            taken.set_from(path, answer.clone(), origin.clone());
        }
    }
    settle::settle(form, &taken, env).answers
}

/// Counts each step as seen that needs no more typing, so that a person is led to what is asked anew.
pub fn see_through(form: &Form, answers: &mut Answers, ask_again: &[String], env: &Env<'_>) {
    for step in form.steps() {
        let anew = ask_again.iter().any(|asked| is_under(form, asked, std::slice::from_ref(&step.link_id)));
        if !anew && check_step(form, &step.link_id, answers, env).is_empty() {
            answers.visit(&step.link_id);
        }
    }
}

fn carries(item: &Item, answer: &Answer) -> bool {
    let is_file = item.kind == Kind::Attachment || matches!(answer, Answer::Attachment { .. });
    item.is_open() && !is_file && !matches!(answer, Answer::Raw(_))
}

/// Whether an item is one of `link_ids` or lies below one.
fn is_under(form: &Form, link_id: &str, link_ids: &[String]) -> bool {
    form.lineage(link_id).iter().any(|item| link_ids.contains(&item.link_id))
}
