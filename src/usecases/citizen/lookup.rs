//! Look-ups while a form is filled in: places of a postcode, choices of a catalogue.

use serde::Serialize;

use crate::domain::forms::{Posted, StepView, Widget, search_choices};
use crate::domain::lang::Lang;
use crate::domain::postcode::{self, Place, Postcode};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::sheet::Sheet;

/// Most choices that one look-up offers.
const OFFERED: usize = 10;

/// Places or choices offered for one field, to be picked without script.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// The field.
    pub path: String,
    /// What can be picked.
    pub options: Vec<Picked>,
}

/// One thing to pick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picked {
    /// What is posted.
    pub value: String,
    /// What is shown.
    pub label: String,
}

/// The places of a postcode as it was typed; none for one that cannot be read.
pub fn places(typed: &str) -> Vec<Place<'static>> {
    Postcode::parse(typed).map(|code| postcode::lookup(&code)).unwrap_or_default()
}

/// The choices of a field that fit what was typed, the best first.
///
/// # Errors
/// [`Error::NotFound`] for a field that takes its choices from no table.
pub fn choices(
    house: &House,
    caller: &Caller,
    lang: Lang,
    case_id: &str,
    item: &str,
    query: &str,
) -> Result<Vec<Picked>, Error> {
    house.read(caller, case_id, "own", |conn, opened| {
        let sheet = Sheet::open(house, conn, opened, lang)?;
        let item = sheet.form.item(item).ok_or(Error::NotFound)?;
        let env = sheet.around.env();
        let all = item.catalogue.as_ref().and_then(|name| env.catalogues.get(name)).ok_or(Error::NotFound)?;
        let found = search_choices(all, query, OFFERED);
        let picked = |choice: &&crate::domain::forms::Choice| Picked {
            value: choice.code.clone(),
            label: choice.label.get(lang).to_owned(),
        };
        Ok(found.iter().map(picked).collect())
    })
}

/// Puts what was picked from an offer into the posted fields. What somebody typed stays.
pub(super) fn take_picked(step: &StepView, posted: &mut Posted) {
    for field in &step.fields {
        if let Some(code) = first(posted, &format!("{}.choice", field.path)) {
            posted.insert(field.path.clone(), vec![code]);
        }
        let place = first(posted, &format!("{}.place", field.path)).and_then(|at| at.parse::<usize>().ok());
        let typed = first(posted, &field.path).unwrap_or_default();
        if let Some(place) = place.and_then(|at| places(&typed).into_iter().nth(at)) {
            fill(step, &field.path, &place, posted);
        }
    }
}

/// The one place of a postcode goes into the empty boxes; several are offered.
pub(super) fn look_up(step: &StepView, path: &str, posted: &mut Posted) -> Offer {
    let found = places(&first(posted, path).unwrap_or_default());
    if let [place] = found.as_slice() {
        fill(step, path, place, posted);
        return Offer::default();
    }
    let label = |place: &Place| format!("{}{}{}", place.prefecture, place.city, place.town);
    let options = found.iter().enumerate();
    let options = options.map(|(at, place)| Picked { value: at.to_string(), label: label(place) }).collect();
    Offer { path: path.to_owned(), options }
}

fn fill(step: &StepView, path: &str, place: &Place, posted: &mut Posted) {
    let Some(field) = step.fields.iter().find(|field| field.path == path) else { return };
    let Some(target) = &field.lookup else { return };
    let prefix = path.strip_suffix(field.link_id.as_str()).unwrap_or_default();
    for (part, text) in [("prefecture", place.prefecture), ("city", place.city), ("street", place.town)] {
        let name = format!("{prefix}{target}.{part}");
        if first(posted, &name).is_none_or(|typed| typed.trim().is_empty()) {
            posted.insert(name, vec![text.to_owned()]);
        }
    }
}

/// The choices nearest to a text that no single choice has, for the first such field of a step.
pub(super) fn offer(sheet: &Sheet<'_>, step: &StepView) -> Option<Offer> {
    let env = sheet.around.env();
    let unclear = |field: &&crate::domain::forms::FieldView| {
        field.widget == Widget::Catalogue && field.errors.iter().any(|error| error.key == "form.choice")
    };
    let field = step.fields.iter().find(unclear)?;
    let all = env.catalogues.get(field.catalogue.as_ref()?)?;
    let found = search_choices(all, &field.value, OFFERED).into_iter();
    let options =
        found.map(|it| Picked { value: it.code.clone(), label: it.label.get(env.lang).to_owned() }).collect();
    Some(Offer { path: field.path.clone(), options })
}

fn first(posted: &Posted, name: &str) -> Option<String> {
    posted.get(name)?.first().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postcode_of_two_prefectures_gives_both_places() {
        let found: Vec<&str> = places("４９８－００００").iter().map(|place| place.prefecture).collect();
        assert_eq!(found, ["愛知県", "三重県"]);
        assert!(places("城南市").is_empty());
    }
}
