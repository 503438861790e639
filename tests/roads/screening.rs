//! 予診票: answered at home, opened by its code at a clinic, judged by the physician, ended by the dose.

use chrono::{Duration, NaiveDate};
use madoguchi::domain::immunization::Sex;
use madoguchi::domain::immunization::record::Person;
use madoguchi::domain::immunization::voucher::Opens;
use madoguchi::store::immunization_subjects;
use madoguchi::usecases::immunization::access::Keeping;
use madoguchi::usecases::immunization::subjects::{self, Told};
use madoguchi::usecases::immunization::vouchers;

use crate::browser::{Browser, Page};
use crate::forms::Form;
use crate::town::Town;
use crate::typing::{Answers, answers, fill_step};
use crate::{database, people};

/// A child of the first person, born so many days ago.
pub fn child(town: &Town, days: i64) -> String {
    let house = town.house();
    let birth: NaiveDate = house.today() - Duration::days(days);
    let text = str::to_owned;
    let person = Person {
        name: text("青空　桃子"),
        kana: text("アオゾラ　モモコ"),
        guardian: text("青空　花子"),
        ..Person::default()
    };
    let told = Told { birth, sex: Some(Sex::Female), district: String::new(), person };
    let guardian = database::texts(&house.database, "SELECT id AS text FROM citizens").remove(0);
    let stored = house.database.write(|conn| {
        let program = Keeping::first(house)?.program.definition.id.clone();
        let stored = subjects::enter(house, conn, &program, &told)?;
        immunization_subjects::add_guardian(conn, &stored.subject.id, &guardian, house.now())?;
        Ok::<_, madoguchi::usecases::Error>(stored)
    });
    stored.unwrap().subject.id
}

/// Nothing to tell, but an allergy.
pub fn said() -> Answers {
    let mut all = answers(&[
        ("today.read", "true"),
        ("birth.weight", "3050"),
        ("health.allergy-what", "たまごで発しん"),
    ]);
    let no = [
        "today.unwell",
        "today.ill",
        "today.contact",
        "birth.delivery",
        "birth.after",
        "birth.checkup",
        "health.disease",
        "health.convulsion",
        "health.kin-immune",
        "doses.recent",
        "doses.reaction",
        "doses.kin-reaction",
        "doses.blood",
        "own.mother",
        "own.latex",
        "ask.any",
    ];
    all.extend(no.map(|path| (path.to_owned(), "false".to_owned())));
    all.insert("health.allergy".to_owned(), "true".to_owned());
    all
}

/// Begins the form for hepatitis B; its address.
pub async fn begun(parent: &mut Browser, subject: &str) -> String {
    let calendar = format!("/me/vaccinations/{subject}");
    let page = parent.visit(&calendar).await;
    let form = page.form(&format!("{calendar}/screenings")).with("vaccine", "hepb");
    parent.send(&form).await.location().to_owned()
}

/// Answers every page.
pub async fn filled(parent: &mut Browser, address: &str) -> Page {
    let mut page = parent.visit(&format!("{address}/s/today")).await;
    while page.url.contains("/s/") {
        let step = page.url.split("/s/").nth(1).unwrap().split(['?', '#']).next().unwrap().to_owned();
        page = fill_step(parent, page, &format!("{address}/s/{step}"), &said()).await;
    }
    page
}

/// The judgement of a physician by whom the dose may be given.
pub async fn judgement(clinic: &mut Browser, form: &str) -> Form {
    let page = clinic.visit(form).await;
    let typed = [
        ("temperature", "36.8"),
        ("fit", "yes"),
        ("physician", "診療 七海"),
        ("explained", "yes"),
        ("consent", "yes"),
        ("relation", "母"),
    ];
    let filled = typed.iter().fold(page.form(form), |form, (name, value)| form.with(name, value));
    filled.pressing("act", "judge")
}

/// What was given, as the physician judged; the form of the dose at its address.
pub async fn dose(clinic: &mut Browser, judged: &Form) -> Form {
    let address = clinic.send(judged).await.location().to_owned();
    let page = clinic.visit(&address).await;
    assert!(page.text.contains("同意を得ています"), "{:#?}", page.said());
    let typed = [("lot", "AB-12"), ("amount", "0.25"), ("site", "left-thigh"), ("route", "subcutaneous")];
    let given = typed.iter().fold(page.form(&address), |form, (name, value)| form.with(name, value));
    given.with("outcome", "given")
}

/// A parent answers at home, a clinic reads the code, judges and gives the dose, and the calendar shows it.
pub async fn from_home_to_the_dose(town: &Town) {
    let mut parent = people::citizen(town, "p01").await;
    let subject = child(town, 130);
    let address = begun(&mut parent, &subject).await;
    let page = filled(&mut parent, &address).await;
    parent.submit(&page.form(&address)).await;
    let id = address.rsplit('/').next().unwrap();
    let code = vouchers::code(town.house(), Opens::Screening, id).text();

    let mut clinic = people::staff(town, "clinic").await;
    let form = clinic.visit("/clinic").await.form("/clinic").with("scanned", &code);
    let form = clinic.send(&form).await.location().to_owned();
    let page = clinic.visit(&form).await;
    clinic.submit(&page.form(&form).pressing("act", "lock")).await;
    let judged = judgement(&mut clinic, &form).await;
    let given = dose(&mut clinic, &judged).await;
    let page = clinic.submit(&given).await;
    assert!(page.text.contains("AB-12"), "{:#?}", page.said());
    let page = parent.visit(&address).await;
    assert!(page.text.contains("接種しました"), "{:#?}", page.said());
    let page = parent.visit(&format!("/me/vaccinations/{subject}")).await;
    assert!(!page.text.contains("予診票の続き"), "{:#?}", page.said());
    around_the_dose(town, &mut clinic, &subject).await;
}

/// The other pages that show the dose: at the clinic that gave it, and at the office that keeps the ledger.
async fn around_the_dose(town: &Town, clinic: &mut Browser, subject: &str) {
    let page = clinic.visit(&format!("/clinic/people/{subject}")).await;
    let doses = format!("/clinic/people/{subject}/doses/");
    let line = page.text.split(&doses).nth(1).and_then(|it| it.split('/').next()).unwrap();
    clinic.visit(&format!("{doses}{line}/reaction")).await;
    clinic.visit("/clinic/session").await;
    let mut clerk = people::staff(town, "reviewer").await;
    let page = clerk.visit(&format!("/staff/immunizations/people/{subject}")).await;
    assert!(page.text.contains("AB-12"), "{:#?}", page.said());
    for list in ["", "/reactions", "/claims", "/import"] {
        clerk.visit(&format!("/staff/immunizations{list}")).await;
    }
}
