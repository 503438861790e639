//! A child of the demo in the ledger of vaccinations, with doses that were given, vouchers for the next ones and an
//! answered form (予診票) for one of these.

use chrono::{Days, Months, NaiveDate};

use crate::domain::forms::{Posted, Widget};
use crate::domain::immunization::record::{Category, Content, Person};
use crate::domain::immunization::{Immunization, Origin, Sex, Status, Voucher, VoucherState, voucher};
use crate::domain::lang::Lang;
use crate::domain::permission::Actor;
use crate::store::immunization_subjects::StoredSubject;
use crate::store::{Conn, decisions, immunization_subjects, vouchers};
use crate::usecases::immunization::access::Keeping;
use crate::usecases::immunization::record::take_in;
use crate::usecases::immunization::screening::answer;
use crate::usecases::immunization::subjects::{self, Told};
use crate::usecases::{Caller, Error, House};

/// Age of the child in days.
const AGE: u64 = 130;
/// Vaccine, dose and age in days of what was given.
const GIVEN: [(&str, &str, u64); 3] = [("hepb", "1", 62), ("dpt_ipv_hib", "1", 62), ("hepb", "2", 92)];
/// Vaccine and dose of the vouchers.
const NEXT: [(&str, &str); 3] = [("dpt_ipv_hib", "2"), ("hepb", "3"), ("bcg", "1")];

/// The vaccine whose form is answered.
const ANSWERED: &str = "dpt_ipv_hib";
/// What its form says; every other question is answered with no.
const SAID: [(&str, &str); 4] = [
    ("today.read", "true"),
    ("birth.weight", "3050"),
    ("health.allergy", "true"),
    ("health.allergy-what", "たまごを食べて、口のまわりに発しんが出ました"),
];

/// Enters the child, for whom a person acts.
///
/// # Errors
/// When the database fails.
pub fn child(house: &House, guardian: &str) -> anyhow::Result<()> {
    let Ok(keeping) = Keeping::first(house) else { return Ok(()) };
    let birth = house.today() - Days::new(AGE);
    let child = house.database.write(|conn| {
        let stored = subjects::enter(house, conn, &keeping.program.definition.id, &told(birth))?;
        immunization_subjects::add_guardian(conn, &stored.subject.id, guardian, house.now())?;
        for (vaccine, dose, age) in GIVEN {
            let line = line(house, vaccine, dose, birth + Days::new(age))?;
            take_in(house, conn, &Caller::system(), &stored, line)?;
        }
        NEXT.into_iter().try_for_each(|(vaccine, dose)| issue(house, conn, &stored, vaccine, dose))?;
        Ok::<_, Error>(stored.subject.id)
    })?;
    Ok(answered(house, &child, guardian)?)
}

/// Answers and hands in the form for the next dose, page by page as the guardian would.
fn answered(house: &House, child: &str, guardian: &str) -> Result<(), Error> {
    let caller = Caller { actor: Actor::citizen(guardian, "青空　花子"), source: "cli".to_owned() };
    let form = answer::begin(house, &caller, child, ANSWERED)?;
    let place = (child, form.as_str());
    for step in answer::overview(house, &caller, Lang::Ja, place)?.steps {
        let page = answer::page(house, &caller, Lang::Ja, place, &step.step)?;
        let plain = page.step.fields.iter().filter(|field| field.widget == Widget::Boolean);
        let no = plain.map(|field| (field.path.clone(), vec!["false".to_owned()]));
        let said = SAID.map(|(path, value)| (path.to_owned(), vec![value.to_owned()]));
        let posted: Posted = no.chain(said).collect();
        answer::send(house, &caller, Lang::Ja, place, &step.step, &posted)?;
    }
    answer::hand_in(house, &caller, place)
}

fn told(birth: NaiveDate) -> Told {
    let text = str::to_owned;
    let person = Person {
        name: text("青空　桃子"),
        kana: text("アオゾラ　モモコ"),
        address: text("架空県まどか市けやき台2丁目2番2号"),
        guardian: text("青空　花子"),
        cautions: text("卵を食べて発しんが出たことがあります"),
        ..Person::default()
    };
    Told { birth, sex: Some(Sex::Female), district: text("けやき台"), person }
}

/// A line as another system told it.
///
/// # Errors
/// When no id can be made.
pub(super) fn line(house: &House, vaccine: &str, dose: &str, on: NaiveDate) -> Result<Immunization, Error> {
    let text = str::to_owned;
    Ok(Immunization {
        id: house.new_id("imm")?,
        vaccine: text(vaccine),
        dose: text(dose),
        on: on.into(),
        nth: 0,
        status: Status::Completed,
        origin: Origin::Import,
        category: Category::Routine,
        product: None,
        lot: format!("DEMO{dose}"),
        institution: text("9910000019"),
        copay: None,
        content: Content {
            institution: text("まどか中央病院"),
            physician: text("診療 七海"),
            ..Content::default()
        },
        supersedes: None,
        superseded_by: None,
        author: text("system"),
        at: house.now(),
        keep_until: None,
    })
}

fn issue(house: &House, conn: &mut Conn, of: &StoredSubject, vaccine: &str, dose: &str) -> Result<(), Error> {
    let voucher = Voucher {
        id: house.new_id("vou")?,
        number: voucher::number(decisions::next_number(conn, "voucher")?),
        subject: of.subject.id.clone(),
        case: None,
        vaccine: vaccine.to_owned(),
        product: None,
        dose: dose.to_owned(),
        valid_from: house.today(),
        valid_to: of.subject.birth.checked_add_months(Months::new(12)).and_then(|day| day.pred_opt()),
        state: VoucherState::Issued,
        used_by: None,
        reason: String::new(),
    };
    Ok(vouchers::insert(conn, &voucher, house.now())?)
}
