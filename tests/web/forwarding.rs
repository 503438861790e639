//! An office that only receives: it checks, asks, passes on, gets back, and passes on again; another decides.

use madoguchi::domain::permission::{Actor, OPERATOR};
use madoguchi::usecases::Caller;
use madoguchi::usecases::offices::{self, NewOffice};

use super::browser::{Browser, Page};
use super::road;
use super::town::{Town, in_own_towns};
use super::typing::{Answers, answers};
use super::{database, night, office, people, samples};

const CITY: &str = "990027";
const VILLAGE: &str = "990035";

fn open_office(town: &Town, code: &str, name: &str, covers: &str) {
    let operator = Caller { actor: Actor::with_roles("cli", "cli", [OPERATOR]), source: "test".to_owned() };
    let [code, name, covers] = [code, name, covers].map(str::to_owned);
    offices::add(town.house(), &operator, &NewOffice { code, name, covers }).unwrap();
}

fn open_offices(town: &Town) {
    open_office(town, CITY, "みどり市役所", "架空県みどり市");
    open_office(town, VILLAGE, "あかね村役場", "架空県あかね村");
}

/// Answers of somebody who lives in the city that only receives.
fn of_the_city() -> Answers {
    let mut all = samples::application();
    all.extend(answers(&[("patient.city", "みどり市")]));
    all
}

fn home(case: &str) -> String {
    format!("/staff/cases/{case}")
}

/// Whether somebody learns that the case is there.
async fn knows(browser: &mut Browser, case: &str) -> bool {
    let queue = browser.visit("/staff/queue").await;
    let status = browser.get(&home(case)).await.status;
    assert!([200, 404].contains(&status), "{status}");
    assert!(status == 200 || !queue.text.contains(case), "a list shows what must not be known");
    status == 200
}

/// Posts an act on the newest version although its page may not be shown, and gives the status.
async fn forced(town: &Town, clerk: &mut Browser, case: &str, act: &str) -> u16 {
    let mut form = clerk.get("/signed-out").await.form("/language");
    form.action = format!("{}/act/{act}", home(case));
    let version = one(town, "SELECT CAST(version AS TEXT) AS text FROM cases");
    clerk.send(&form.with("version", &version)).await.status
}

async fn told(citizen: &mut Browser, case: &str) -> Page {
    citizen.visit(&format!("/a/{case}")).await
}

fn one(town: &Town, query: &str) -> String {
    database::texts(&town.house().database, query).join(",")
}

async fn mend_phone(citizen: &mut Browser, case: &str) {
    let action = format!("/a/{case}/corrections/1");
    let page = citizen.visit(&action).await;
    let form = page.form(&action).with("patient.phone", "090-0000-0014").with("answer", "fixed");
    citizen.submit(&form).await;
    let page = citizen.visit(&format!("/a/{case}/corrections")).await;
    citizen.submit(&page.form(&format!("/a/{case}/corrections/send"))).await;
}

/// The city looks at the form of an application, asks once, and passes it on.
async fn passed_on(town: &Town, citizen: &mut Browser, city: &mut Browser, case: &str) {
    office::act(city, case, "begin", &[]).await;
    office::take(city, case).await;
    let page = told(citizen, case).await;
    assert!(page.text.contains("みどり市役所が、書類がそろっているかを確かめています"), "{:#?}", page.said());
    assert_eq!(forced(town, city, case, "forward").await, 422, "nothing was looked at");
    office::give_back(city, case, "patient.phone", "not_filled", "番号をご確認ください").await;
    office::request_correction(city, case).await;
    mend_phone(citizen, case).await;
    office::accept_all(city, case).await;
    office::act(city, case, "forward", &[("reason", "急ぎでお願いします")]).await;
    assert_eq!(one(town, "SELECT held_by AS text FROM cases"), "");
    let page = told(citizen, case).await;
    assert!(page.text.contains("認定を行う機関（都道府県・指定都市）に送りました"), "{:#?}", page.said());
}

/// The covering list shows numbers and days, and nothing of the person.
async fn listed(browser: &mut Browser, town: &Town) -> Page {
    let page = browser.visit("/staff/forwarding").await;
    assert!(page.text.contains(&one(town, "SELECT reference AS text FROM cases")), "{:#?}", page.said());
    for hidden in ["青空", "アオゾラ", "パーキンソン"] {
        assert!(!page.text.contains(hidden), "{hidden} stands on a covering list");
    }
    page
}

#[test]
fn a_city_that_only_receives_passes_a_case_on_and_another_body_decides() {
    in_own_towns(&[], async |town| {
        open_offices(town);
        let mut citizen = people::citizen(town, "p01").await;
        let case = road::file_as(&mut citizen, &of_the_city()).await;
        let (mut city, mut village) =
            (people::at_office(town, CITY).await, people::at_office(town, VILLAGE).await);
        let mut clerk = people::staff(town, "reviewer").await;
        assert!(knows(&mut city, &case).await);
        assert!(!knows(&mut village, &case).await && !knows(&mut clerk, &case).await);
        passed_on(town, &mut citizen, &mut city, &case).await;

        // From now on the city sees how it stands, and changes nothing.
        assert!(knows(&mut city, &case).await && !knows(&mut village, &case).await);
        for act in ["forward", "assign", "begin"] {
            assert!([403, 404, 422].contains(&forced(town, &mut city, &case, act).await), "{act}");
        }
        assert!([403, 404, 422].contains(&forced(town, &mut clerk, &case, "send-back").await));
        listed(&mut city, town).await;
        let page = listed(&mut clerk, town).await;
        clerk.submit(&page.form("/staff/forwarding")).await;
        office::take(&mut clerk, &case).await;
        let code = road::request_code(&mut citizen, &case).await;
        road::certify(town, &code, &samples::certificate(town.house().today())).await;

        office::act(&mut clerk, &case, "send-back", &[("reason", "保険の記号を確かめてください")]).await;
        let page = city.visit(&home(&case)).await;
        assert!(page.text.contains("保険の記号を確かめてください"), "{:#?}", page.said());
        assert!([403, 404, 422].contains(&forced(town, &mut clerk, &case, "send-back").await));
        office::accept_all(&mut city, &case).await;
        office::act(&mut city, &case, "forward", &[]).await;
        let today = town.house().today().to_string();
        office::act(&mut clerk, &case, "take-over", &[("day", &today)]).await;

        office::accept_all(&mut clerk, &case).await;
        office::accept_certificate(&mut clerk, &case).await;
        office::do_the_work(&mut clerk, &case, &samples::findings()).await;
        office::draft(&mut clerk, &case, "granted", &[]).await;
        office::approve(&mut people::staff(town, "approver").await, &case).await;
        let page = citizen.visit(&format!("/a/{case}/decision")).await;
        assert!(page.text.contains("パーキンソン病") && page.text.contains("10,000"), "{:#?}", page.said());
        night::letters_go_out(town).await;
        night::registers(town).await;
        road::registered(town, &case);

        let page = city.visit(&home(&case)).await;
        assert!(
            page.text.contains("決定済み") && !page.text.contains("パーキンソン病"),
            "{:#?}",
            page.said()
        );
        let ways = "SELECT CAST(count(*) AS TEXT) AS text FROM forwardings WHERE arrived_on IS NOT NULL";
        assert_eq!(one(town, ways), "3");
        assert!(night::record_is_sound(town), "the record of access is broken");
    });
}

#[test]
fn where_no_office_covers_the_address_the_body_that_decides_receives_as_before() {
    in_own_towns(&[], async |town| {
        open_offices(town);
        let case = road::file(&mut people::citizen(town, "p01").await).await;
        assert!(!knows(&mut people::at_office(town, CITY).await, &case).await);
        let mut clerk = people::staff(town, "reviewer").await;
        assert!(knows(&mut clerk, &case).await);
        office::act(&mut clerk, &case, "begin", &[]).await;
        assert!(!clerk.visit(&home(&case)).await.text.contains("act/send-back"));
    });
}

#[test]
fn an_office_that_only_receives_has_no_list_over_the_whole_body() {
    in_own_towns(&[], async |town| {
        open_offices(town);
        let mut city = people::at_office(town, CITY).await;
        let lists = [
            "approvals",
            "enquiries",
            "caps",
            "holders",
            "holders/table.csv",
            "figures",
            "bulk",
            "deliveries",
        ];
        for list in lists {
            let page = city.get(&format!("/staff/{list}")).await;
            assert!([403, 404].contains(&page.status), "{list}: {}", page.status);
        }
        for page in ["/staff", "/staff/queue", "/staff/forwarding", "/staff/paper"] {
            assert_eq!(city.get(page).await.status, 200, "{page}");
        }
    });
}
