//! The page on which a visitor chooses whom to sign in as. It needs no script and loads nothing.

use super::REALM;
use crate::sandbox::html::{escape, page};
use crate::sandbox::people::Person;

/// The list of invented people as a form; `request` names the sign-in under way.
#[must_use]
pub fn choose(request: &str, people: &[Person]) -> String {
    let choices: String = people.iter().enumerate().map(|(n, p)| choice(n == 0, p)).collect();
    page(
        "サインインする人を選ぶ",
        &format!(
            "<p>これは試験用の認証です。ここに並ぶのは実在しない人だけです。</p>\
             <form method=\"post\" action=\"{REALM}/login\">\
             <input type=\"hidden\" name=\"request\" value=\"{}\">\
             <fieldset><legend>だれとしてサインインしますか</legend>{choices}</fieldset>\
             <p><button id=\"sign-in\" name=\"action\" value=\"sign-in\">この人としてサインインする</button> \
             <button id=\"cancel\" name=\"action\" value=\"cancel\">やめる</button></p></form>",
            escape(request)
        ),
    )
}

fn choice(first: bool, person: &Person) -> String {
    let id = &person.id;
    let checked = if first { " checked" } else { "" };
    format!(
        "<div><input type=\"radio\" name=\"person\" id=\"{id}\" value=\"{id}\"{checked}> \
         <label for=\"{id}\">{}（{}）{} 生、{}</label></div>",
        escape(&person.name()),
        escape(&person.kana()),
        person.birth.format("%Y年%-m月%-d日"),
        person.sex.word()
    )
}

/// A page saying why a sign-in cannot go on. Nobody is sent back, as the address is not to be trusted.
#[must_use]
pub fn refused(why: &str) -> String {
    page("サインインできません", &format!("<p role=\"alert\">{}</p>", escape(why)))
}
