//! Other children of the demo's town, so that its lists and figures of vaccinations tell something. All are invented.

use chrono::{Days, NaiveDate};

use crate::domain::immunization::record::Person;
use crate::domain::immunization::{Immunization, Sex, Subject};
use crate::store::{immunization_subjects, immunizations};
use crate::usecases::immunization::access::Keeping;
use crate::usecases::immunization::due::renew;
use crate::usecases::immunization::subjects::hashes;
use crate::usecases::{Error, House};

use super::doses::line;

/// Districts of the town.
const DISTRICTS: [&str; 3] = ["けやき台", "みなと町", "川向"];
/// Children of each district.
const CHILDREN: u64 = 60;
/// Days between the births of two of them.
const APART: u64 = 31;
/// Vaccine, dose, age in days, and the one of how many children who did not come.
const GIVEN: [(&str, &str, u64, u64); 8] = [
    ("hepb", "1", 62, 15),
    ("hepb", "2", 92, 12),
    ("hepb", "3", 240, 6),
    ("bcg", "1", 165, 9),
    ("pcv_child", "1", 63, 14),
    ("pcv_child", "2", 93, 11),
    ("mr1", "1", 380, 8),
    ("varicella", "1", 385, 7),
];
const FAMILIES: [&str; 6] = ["架空", "仮名", "見本", "試作", "例示", "想定"];
const FAMILIES_KANA: [&str; 6] = ["カクウ", "カメイ", "ミホン", "シサク", "レイジ", "ソウテイ"];

/// Enters the children with their doses, and computes what comes next for them.
///
/// # Errors
/// When the database fails.
pub fn children(house: &House) -> anyhow::Result<()> {
    let Ok(keeping) = Keeping::first(house) else { return Ok(()) };
    let program = &keeping.program.definition.id;
    for (place, district) in (0..).zip(DISTRICTS) {
        let all = (0..CHILDREN).map(|number| child(house, program, (place, district), number));
        let all = all.collect::<Result<Vec<_>, Error>>()?;
        house.database.write(|conn| {
            let stored = immunization_subjects::insert_all(conn, &house.keys, &all, house.now())?;
            let mut lines = Vec::new();
            for (number, of) in (0..).zip(stored) {
                lines.push((of.clone(), given(house, of.subject.birth, place + number)?));
            }
            Ok::<_, Error>(immunizations::insert_all(conn, &lines)?)
        })?;
    }
    renew::all(house)?;
    Ok(())
}

fn child(
    house: &House,
    program: &str,
    (place, district): (u64, &str),
    number: u64,
) -> Result<(Subject, immunization_subjects::Found), Error> {
    let at = usize::try_from(place + number).unwrap_or(0) % FAMILIES.len();
    let birth = house.today() - Days::new(40 + number * APART);
    let person = Person {
        name: format!("{}　子{}", FAMILIES[at], number + 1),
        kana: format!("{}　コ{}", FAMILIES_KANA[at], number + 1),
        postcode: format!("999{:04}", place * 100 + number),
        address: format!("架空県まどか市{district}1丁目{}番", number + 1),
        guardian: format!("{}　親", FAMILIES[at]),
        resident_number: format!("D{place}{number:03}"),
        ..Person::default()
    };
    let found = hashes(house, program, &person, birth);
    let subject = Subject {
        id: house.new_id("sub")?,
        program: program.to_owned(),
        birth,
        sex: Some(if number.is_multiple_of(2) { Sex::Female } else { Sex::Male }),
        district: district.to_owned(),
        person,
        moved_in_on: None,
        moved_out_on: None,
        died_on: None,
    };
    Ok((subject, found))
}

/// The doses up to today; now and then one did not come.
fn given(house: &House, birth: NaiveDate, number: u64) -> Result<Vec<Immunization>, Error> {
    let came = |age: u64, missed: u64| {
        birth + Days::new(age) <= house.today() && !(number + age).is_multiple_of(missed)
    };
    let all = GIVEN.iter().filter(|(_, _, age, missed)| came(*age, *missed));
    all.map(|(vaccine, dose, age, _)| line(house, vaccine, dose, birth + Days::new(*age))).collect()
}
