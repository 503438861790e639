//! The members of a household whom an application names, and what each of them consented to.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::forms::{Answer, Answers, rows_with};
use crate::domain::lang::Lang;
use crate::domain::periods::age_on;
use crate::domain::program::definition::HouseholdShape;
use crate::domain::text::search_key;
use crate::store::members::{self, Given};
use crate::store::{Conn, secrets};
use crate::usecases::access::Opened;
use crate::usecases::carry_out::fixed_answers;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::slots;

/// One consent of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// Its key.
    pub code: String,
    /// What is asked.
    pub title: String,
    /// `online`, `paper` or `representative`; none while it is not given.
    pub way: Option<String>,
    /// The day on which it was given.
    pub given_on: Option<NaiveDate>,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The keyed hash under which the case knows them.
    pub key: String,
    /// Name.
    pub name: String,
    /// Birth date.
    pub birth: Option<NaiveDate>,
    /// Whether somebody else consents for them, being a minor.
    pub minor: bool,
    /// Their consents.
    pub consents: Vec<Asked>,
    /// What of their 個人番号 may be shown.
    pub number: Option<String>,
    /// What they hand in instead of the missing consents.
    pub instead: Option<String>,
    /// The row of the application.
    #[serde(skip)]
    pub row: String,
}

impl Member {
    /// Whether a consent of theirs is missing.
    pub fn lacks_consent(&self) -> bool {
        self.consents.iter().any(|asked| asked.way.is_none())
    }

    /// Whether they gave a consent.
    pub fn consents_to(&self, key: &str) -> bool {
        self.consents.iter().any(|asked| asked.code == key && asked.way.is_some())
    }
}

/// Where a member's own 個人番号 is kept.
pub fn number_place(member: &str) -> String {
    format!("{}{member}", secrets::MEMBERS)
}

/// The members of a filed application; none where the program asks nothing of them.
///
/// # Errors
/// When something cannot be read.
pub fn of(house: &House, conn: &mut Conn, opened: &Opened, lang: Lang) -> Result<Vec<Member>, Error> {
    let Some(shape) = &opened.program.definition.household else { return Ok(Vec::new()) };
    let application = &opened.program.definition.forms.application;
    let answers = fixed_answers(conn, opened, application)?.unwrap_or_default();
    let case_id = &opened.stored.case.id;
    let given = members::given(conn, &opened.granted, case_id)?;
    let own_numbers = secrets::masks(conn, &opened.granted, &opened.stored, secrets::MEMBERS)?;
    let mut found: Vec<Member> = Vec::new();
    for row in rows_with(&answers, &shape.name) {
        let mut member = read(house, opened, shape, &answers, row);
        consent(opened, shape, &given, &mut member, lang);
        let own = own_numbers.get(&number_place(&member.key)).cloned();
        member.number = own.or(member.number);
        found.push(member);
    }
    Ok(found)
}

fn read(house: &House, opened: &Opened, shape: &HouseholdShape, answers: &Answers, row: String) -> Member {
    let at = |item: &String| format!("{row}/{item}");
    let name = slots::text(answers, &at(&shape.name)).unwrap_or_default();
    let birth = slots::text(answers, &at(&shape.birth)).and_then(|day| day.parse::<NaiveDate>().ok());
    let of_age = shape.of_age.number(house.today(), &house.settings).unwrap_or_default();
    let minor = birth.and_then(|birth| age_on(birth, house.today())).is_some_and(|age| age < of_age);
    let number = match answers.get(&at(&shape.my_number)) {
        Some(Answer::Secret(secret)) => Some(secret.mask()),
        _ => None,
    };
    let key = key(house, &opened.stored.case.id, &name, birth);
    Member { key, name, birth, minor, consents: Vec::new(), number, instead: None, row }
}

/// Another name or birth date is another person, who has not consented.
fn key(house: &House, case_id: &str, name: &str, birth: Option<NaiveDate>) -> String {
    let folded: String = search_key(name).chars().filter(|c| !c.is_whitespace()).collect();
    let born = birth.map(|day| day.to_string()).unwrap_or_default();
    let hash = house.keys.lookup.hash("member", &format!("{case_id}\n{folded}\n{born}"));
    hash.chars().take(32).collect()
}

fn consent(opened: &Opened, shape: &HouseholdShape, given: &[Given], member: &mut Member, lang: Lang) {
    let say = |key: &str| opened.program.texts.text(lang, key, &Default::default());
    let definition = &opened.program.definition;
    let asked = shape.consents.iter().filter_map(|key| definition.consent(key));
    member.consents = asked
        .map(|consent| {
            let found = given.iter().find(|it| it.member == member.key && it.consent == consent.key);
            Asked {
                code: consent.key.clone(),
                title: say(&consent.label),
                way: found.map(|it| it.way.clone()),
                given_on: found.map(|it| it.given_on),
            }
        })
        .collect();
    let document = definition.start.documents.iter().find(|it| Some(&it.code) == shape.document.as_ref());
    member.instead = document.filter(|_| member.lacks_consent()).map(|it| say(&it.label));
}
