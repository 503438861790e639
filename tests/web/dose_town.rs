//! Lists and figures of the ledger of vaccinations for the whole town.

use madoguchi::store::{dose_forecasts, guardians, immunization_subjects};
use madoguchi::usecases::immunization::access::Keeping;
use madoguchi::usecases::immunization::subjects;
use madoguchi::usecases::upkeep;

use super::roads::dose_town::{CHILDREN, child, children, dose, looked_at, planned, started, written_to};
use super::town::in_own_towns;
use super::{database, people};

const HOME: &str = "/staff/immunizations";

#[test]
fn the_office_looks_at_who_was_not_vaccinated_and_how_many_were() {
    in_own_towns(&[], looked_at);
}

#[test]
fn whoever_changes_is_computed_anew_and_nobody_else() {
    in_own_towns(&[], async |town| {
        let house = town.house();
        children(town);
        let program = Keeping::first(house).unwrap().program.definition.id.clone();
        let waiting =
            || house.database.read(|conn| dose_forecasts::waiting(conn, &program, house.today())).unwrap();
        assert_eq!((waiting(), upkeep::run(house).unwrap().forecasts), (0, 0));
        let south = child(house, "南", 0).unwrap();
        let next = || {
            let sql = format!(
                "SELECT dose AS text FROM dose_forecasts WHERE vaccine = 'hepb' AND subject = '{}'",
                south.subject.id
            );
            database::texts(&house.database, &sql)
        };
        assert_eq!(next(), ["1"]);
        dose(house, &south, "hepb", "1", 70).unwrap();
        assert_eq!(waiting(), 1, "only the child that was given a dose");
        assert_eq!((upkeep::run(house).unwrap().forecasts, next()), (1, vec!["2".to_owned()]));
    });
}

#[test]
fn tables_hold_what_the_pages_show_and_withhold_what_they_withhold() {
    in_own_towns(&[], async |town| {
        children(town);
        let mut clerk = people::staff(town, "reviewer").await;
        let coverage = clerk.get(&format!("{HOME}/figures/coverage.csv")).await;
        assert_eq!((coverage.status, coverage.header("content-type")), (200, "text/csv; charset=utf-8"));
        let hepb: Vec<&str> =
            coverage.text.lines().filter(|line| line.starts_with("B型肝炎,1回目")).collect();
        let of = |district: &str| hepb.iter().filter(|line| line.contains(&format!(",{district},"))).count();
        assert_eq!((of("東"), of("西"), of("南")), (2, 2, 2), "each year and their sum: {hepb:#?}");
        assert!(
            hepb.iter().filter(|line| line.contains(",南,")).all(|line| line.contains(",秘匿,秘匿,秘匿,"))
        );
        assert!(!coverage.text.contains("野　"), "nobody is named");

        let due = clerk.get(&format!("{HOME}/due.csv?vaccine=hepb&dose=1")).await;
        assert_eq!(
            due.text.lines().count(),
            1 + CHILDREN + 1,
            "the half of two districts, and one: {}",
            due.text
        );
        let read = "SELECT detail AS text FROM audit WHERE action = 'read_list' ORDER BY seq DESC";
        let read = database::texts(&town.house().database, read);
        assert!(read[0].contains("doses_due") && read[0].contains("sub_"), "{:?}", read[0]);

        let year = clerk.get(&format!("{HOME}/yearly.csv")).await;
        assert!(year.text.contains("B型肝炎,1回目,0,2,女,定期,24\r\n"), "{}", year.text);
        let book = clerk.get(&format!("{HOME}/yearly.xlsx")).await;
        assert!(book.status == 200 && book.text.starts_with("PK"));
        assert_eq!(clerk.get(&format!("{HOME}/stock.csv?year=x")).await.status, 404);
    });
}

#[test]
fn what_cannot_be_read_is_shown_where_it_was_typed_and_nobody_else_looks() {
    in_own_towns(&[], async |town| {
        let mut clerk = people::staff(town, "reviewer").await;
        let page = clerk.get(&format!("{HOME}/figures?on=2999-01-01")).await;
        assert!(page.status == 422 && page.text.contains("2999-01-01"), "{:#?}", page.said());
        let page = clerk.get(&format!("{HOME}/due?within=1000&district=東")).await;
        assert!(page.status == 422 && page.text.contains("1000") && page.text.contains("value=\"東\""));
        let mut approver = people::staff(town, "approver").await;
        for page in [
            "due",
            "due.csv",
            "figures",
            "figures/coverage.csv",
            "yearly",
            "yearly.csv",
            "stock",
            "stock.csv",
        ] {
            assert_eq!(approver.get(&format!("{HOME}/{page}")).await.status, 403, "{page}");
        }
    });
}

#[test]
fn those_who_did_not_come_are_written_to_once() {
    in_own_towns(&[], written_to);
}

#[test]
fn a_letter_is_made_only_for_whom_the_rules_say_so_today_and_again_only_with_a_reason() {
    in_own_towns(&[], async |town| {
        let house = town.house();
        children(town);
        let homeless = child(house, "東", 90).unwrap();
        let mut without = homeless.clone();
        without.subject.person.address.clear();
        house.database.write(|conn| subjects::save(house, conn, &without)).unwrap();
        let guarded = child(house, "東", 91).unwrap().subject.id;
        let shield = |conn: &mut _| guardians::shield(conn, &guarded, "usr_1", house.now());
        house.database.write(shield).unwrap();
        upkeep::run(house).unwrap();

        let mut clerk = people::staff(town, "reviewer").await;
        let (page, run) = planned(town, &mut clerk, "東", &[]).await;
        for shown in ["台帳に郵便番号か住所がありません", "支援措置があります"] {
            assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
        }
        // Between the plan and the start one of them comes.
        let sql = "SELECT case_id AS text FROM bulk_items WHERE state = 'planned' ORDER BY place";
        let came = database::texts(&house.database, sql).remove(0);
        let came = house.database.read(|conn| immunization_subjects::find(conn, &house.keys, &came)).unwrap();
        dose(house, &came, "hepb", "1", 100).unwrap();
        let page = started(town, &mut clerk, &page, &run).await;
        assert!(page.text.contains("できなかったもの 1件"), "{:#?}", page.said());

        let pdf = clerk.get(&format!("{run}/letters/1.pdf")).await;
        assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
        let table = clerk.get(&format!("{run}/results.csv")).await;
        assert!(table.text.contains("bulk.no-address") && !table.text.contains("東野"), "{}", table.text);
        let made = || database::texts(&house.database, "SELECT subject AS text FROM dose_calls").len();
        assert_eq!(made(), 11);
        let sealed = "SELECT body AS text FROM dose_calls";
        assert!(database::texts(&house.database, sealed).iter().all(|body| !body.contains("東野")));

        let address = "/staff/bulk/new/call";
        let form = clerk.visit(address).await.form(address).with("vaccine", "hepb").with("again", "yes");
        assert_eq!(clerk.send(&form).await.status, 422, "a reason is missing");
        assert_eq!(clerk.send(&form.with("vaccine", "").with("reason", "返送")).await.status, 422);
        let again = [("again", "yes"), ("reason", "宛先の誤りで返送された")];
        let (page, run) = planned(town, &mut clerk, "東", &again).await;
        assert!(page.text.contains("11件を処理します"), "{:#?}", page.said());
        started(town, &mut clerk, &page, &run).await;
        assert_eq!(made(), 22);
        assert_eq!(people::staff(town, "approver").await.get(address).await.status, 404);
        assert_ne!(
            people::staff(town, "approver").await.get(&format!("{run}/letters/1.pdf")).await.status,
            200
        );
    });
}
