//! The calendar that a parent sees of a child, and the address for a telephone.

use super::browser::Browser;
use super::town::{Town, in_own_towns};
use super::{database, night, people};

const IMPORT: &str = "/staff/immunizations/import";

/// Takes a child of five months with two doses in, and makes the newest sign-in a guardian.
pub async fn child(town: &Town) -> String {
    let today = town.house().today();
    let ago = |days: u64| today - chrono::Days::new(days);
    let text = format!(
        "宛名番号,氏名,生年月日,性別,予防接種,回数,接種日\r\n\
         1,試験 桃子,{birth},女,hepb,1,{first}\r\n1,試験 桃子,{birth},女,pcv_child,1,{month}\r\n",
        birth = ago(155),
        first = ago(90),
        month = &ago(90).to_string()[..7],
    );
    let mut clerk = people::staff(town, "reviewer").await;
    let form = clerk.visit(IMPORT).await.form(IMPORT).attaching("file", "a.csv", text.as_bytes());
    let page = clerk.submit(&form).await;
    let run = format!("{IMPORT}/{}", page.url.split(['?', '#']).next().unwrap().rsplit('/').next().unwrap());
    night::letters_go_out(town).await;
    let page = clerk.visit(&run).await;
    clerk.submit(&page.form(&run).pressing("act", "start")).await;
    night::letters_go_out(town).await;
    let database = &town.house().database;
    database::run(
        database,
        "INSERT INTO immunization_guardians (subject, citizen, since) \
         SELECT immunization_subjects.id, citizens.id, immunization_subjects.created_at \
         FROM immunization_subjects, citizens",
    );
    database::texts(database, "SELECT id AS text FROM immunization_subjects").remove(0)
}

#[test]
fn a_parent_sees_what_is_due_and_a_telephone_reads_it_until_the_address_is_ended() {
    in_own_towns(&[], async |town| {
        let mut parent = people::citizen(town, "p01").await;
        let empty = parent.visit("/me/vaccinations").await;
        assert!(empty.text.contains("まだ表示できる方がいません"), "{:#?}", empty.said());
        let id = child(town).await;
        let mut stranger = people::citizen(town, "p02").await;
        let list = parent.visit("/me/vaccinations").await;
        assert!(
            list.text.contains("試験 桃子") && list.text.contains("いま受けられる"),
            "{:#?}",
            list.said()
        );

        let path = format!("/me/vaccinations/{id}");
        let page = parent.visit(&path).await;
        for words in ["B型肝炎", "2回目", "doses-given", "doses-vague", "doses-open", "いま受けられます"]
        {
            assert!(page.text.contains(words), "{words}: {:#?}", page.said());
        }
        assert_eq!(stranger.get(&path).await.status, 404);
        telephone(town, &mut parent, &path).await;
        in_other_languages(&mut parent, &path).await;
    });
}

async fn telephone(town: &Town, parent: &mut Browser, path: &str) {
    let calendar = format!("{path}/calendar");
    let page = parent.visit(path).await;
    let page = parent.send(&page.form(&calendar).pressing("act", "make")).await;
    let (_, rest) = page.text.split_once("/calendar/").unwrap();
    let address = format!("/calendar/{}", rest.split_once(".ics").unwrap().0) + ".ics";
    let mut telephone = town.browser();
    let feed = telephone.get(&address).await;
    assert_eq!((feed.status, feed.header("content-type")), (200, "text/calendar; charset=utf-8"));
    assert!(
        feed.text.starts_with("BEGIN:VCALENDAR") && feed.text.contains("UID:hepb-2-opens@"),
        "{}",
        feed.text
    );
    assert!(!feed.text.contains("桃子"), "an address that others fetch names nobody");
    let again = parent.visit(path).await;
    assert!(!again.text.contains(&address), "it is shown once");
    parent.submit(&again.form(&calendar).pressing("act", "revoke")).await;
    assert_eq!(telephone.get(&address).await.status, 404);
    assert_eq!(telephone.get("/calendar/nobody.ics").await.status, 404);
}

async fn in_other_languages(parent: &mut Browser, path: &str) {
    for (lang, words) in [("en", "Hepatitis B"), ("ja-simple", "いま 受ける ことが できます")] {
        let page = parent.visit(path).await;
        let form = page.form("/language").with("lang", lang);
        parent.submit(&form).await;
        let page = parent.visit(path).await;
        assert!(page.text.contains(words), "{lang}: {:#?}", page.said());
    }
}
