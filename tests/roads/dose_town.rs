//! The ledger of vaccinations for the whole town: who was not vaccinated, how many were, and what was issued.

use chrono::{Duration, NaiveDate};
use madoguchi::domain::immunization::record::{Category, Content, Person};
use madoguchi::domain::immunization::{Immunization, Origin, Sex, Status};
use madoguchi::store::immunization_subjects::StoredSubject;
use madoguchi::usecases::immunization::access::Keeping;
use madoguchi::usecases::immunization::record::take_in;
use madoguchi::usecases::immunization::subjects::{self, Told};
use madoguchi::usecases::{Caller, Error, House, upkeep};

use crate::browser::{Browser, Page};
use crate::town::Town;
use crate::{night, people};

const HOME: &str = "/staff/immunizations";
/// Children of each of the two districts.
pub const CHILDREN: usize = 24;
/// Those of them who were given the first dose.
const GIVEN: usize = 12;
/// Days of their life.
const AGE: i64 = 200;

/// Children of two districts, the half of whom were given a first dose in time, and one of a third.
pub fn children(town: &Town) {
    let house = town.house();
    for district in ["東", "西"] {
        for number in 0..CHILDREN {
            let child = child(house, district, number).unwrap();
            if number < GIVEN {
                dose(house, &child, "hepb", "1", 70).unwrap();
            }
        }
    }
    child(house, "南", 0).unwrap();
    upkeep::run(house).unwrap();
}

/// A child of a district, the older the higher the number.
pub fn child(house: &House, district: &str, number: usize) -> Result<StoredSubject, Error> {
    let text = str::to_owned;
    let person = Person {
        name: format!("{district}野　{number}号"),
        kana: format!("{district}ノ　{number}ゴウ"),
        postcode: format!("999{:04}", 9999 - number),
        address: text("架空県まどか市1番"),
        guardian: format!("{district}野　親"),
        ..Person::default()
    };
    let birth: NaiveDate = house.today() - Duration::days(AGE);
    let told = Told { birth, sex: Some(Sex::Female), district: text(district), person };
    let program = Keeping::first(house)?.program.definition.id.clone();
    house.database.write(|conn| subjects::enter(house, conn, &program, &told))
}

/// A dose that a child was given at an age in days.
pub fn dose(house: &House, of: &StoredSubject, vaccine: &str, dose: &str, age: i64) -> Result<(), Error> {
    let text = str::to_owned;
    let line = Immunization {
        id: house.new_id("imm")?,
        vaccine: text(vaccine),
        dose: text(dose),
        on: (of.subject.birth + Duration::days(age)).into(),
        nth: 0,
        status: Status::Completed,
        origin: Origin::Import,
        category: Category::Routine,
        product: None,
        lot: text("L1"),
        institution: String::new(),
        copay: None,
        content: Content::default(),
        supersedes: None,
        superseded_by: None,
        author: text("system"),
        at: house.now(),
        keep_until: None,
    };
    house.database.write(|conn| take_in(house, conn, &Caller::system(), of, line).map(|_| ()))
}

/// What the office looks at: the list, the figures, the year and the vouchers.
pub async fn looked_at(town: &Town) {
    children(town);
    let mut clerk = people::staff(town, "reviewer").await;

    let page = clerk.visit(&format!("{HOME}/due?vaccine=hepb&dose=1&district=東")).await;
    let first = format!("{}件あります", CHILDREN - GIVEN);
    for shown in ["未接種者", first.as_str(), "東野", "B型肝炎", "1回目", "受けられる最後の日"]
    {
        assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
    }
    assert!(!page.text.contains("西野"), "{:#?}", page.said());

    let page = clerk.visit(&format!("{HOME}/figures?vaccine=hepb")).await;
    // One child of the south is few, and so is whatever would tell of it.
    for shown in ["接種率", "1回目", "50.0％", "12／24人", "秘匿", "仮の値"] {
        assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
    }
    assert!(!page.text.contains("野　"), "nobody is named: {:#?}", page.said());

    let page = clerk.visit(&format!("{HOME}/yearly")).await;
    for shown in ["年度の集計", "B型肝炎", "接種 24件", "償還払い"] {
        assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
    }
    let page = clerk.visit(&format!("{HOME}/stock")).await;
    assert!(page.text.contains("接種券の発行状況"), "{:#?}", page.said());
}

/// Asks for letters about a first dose to the children of a district who did not come, from their list, and lets it be
/// planned. Returns the page of the run and its address.
pub async fn planned(
    town: &Town,
    clerk: &mut Browser,
    district: &str,
    typed: &[(&str, &str)],
) -> (Page, String) {
    let list = format!("vaccine=hepb&dose=1&district={district}");
    let page = clerk.visit(&format!("{HOME}/due?{list}")).await;
    assert!(page.text.contains("この条件の方への通知を作る"), "{:#?}", page.said());
    let address = "/staff/bulk/new/call";
    let form = clerk.visit(&format!("{address}?{list}")).await.form(address);
    assert_eq!((form.value("vaccine"), form.value("district")), (Some("hepb"), Some(district)));
    let form = typed.iter().fold(form, |form, (name, value)| form.with(name, value));
    let page = clerk.submit(&form).await;
    let run = page.url.split_once("/staff/bulk/").unwrap().1.to_owned();
    let run = format!("/staff/bulk/{}", run.split(['?', '#']).next().unwrap());
    night::letters_go_out(town).await;
    (clerk.visit(&run).await, run)
}

/// Starts a planned run, and does it.
pub async fn started(town: &Town, clerk: &mut Browser, page: &Page, run: &str) -> Page {
    let page = clerk.submit(&page.form(run).pressing("act", "start")).await;
    assert!(page.text.contains("処理中"), "{:#?}", page.said());
    night::letters_go_out(town).await;
    clerk.visit(run).await
}

/// Those of a district who did not come are written to, once.
pub async fn written_to(town: &Town) {
    children(town);
    let mut clerk = people::staff(town, "reviewer").await;
    let (page, run) = planned(town, &mut clerk, "東", &[]).await;
    let all = CHILDREN - GIVEN;
    for shown in [format!("{all}件を処理します"), "東野".to_owned(), "いま受けられます".to_owned()]
    {
        assert!(page.text.contains(&shown), "no {shown}: {:#?}", page.said());
    }
    let page = started(town, &mut clerk, &page, &run).await;
    for shown in [format!("処理ずみ {all}件、残り 0件"), "1通目から12通目".to_owned()] {
        assert!(page.text.contains(&shown), "no {shown}: {:#?}", page.said());
    }
    let (page, _) = planned(town, &mut clerk, "東", &[]).await;
    for shown in ["0件を処理します", "この回の通知は、もう作りました"] {
        assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
    }
}
