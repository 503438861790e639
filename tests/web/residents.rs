//! The file of residents: births, moves, deaths and new names enter the ledger without a dose; what cannot be waits.

use madoguchi::cli::immunizations::{self, Lines, Options};
use madoguchi::domain::immunization::{Voucher, VoucherState, voucher};
use madoguchi::store::vouchers;

use super::browser::{Browser, Page};
use super::town::{Town, in_own_towns};
use super::{database, night, people, support};

const HOME: &str = "/staff/immunizations/import";
const CHOSEN: &str = "/staff/immunizations/import?kind=residents";
const HEAD: &str = "宛名番号,氏名,氏名カナ,生年月日,性別,住所,保護者氏名,転入日,転出日,死亡日,個人番号";
/// 青空 花子 of the stand-in.
const NUMBER: &str = "990000013277";

fn texts(town: &Town, sql: &str) -> Vec<String> {
    database::texts(&town.house().database, sql)
}

fn ago(town: &Town, days: u64) -> String {
    (town.house().today() - chrono::Days::new(days)).to_string()
}

fn file(lines: &[String]) -> String {
    format!("{HEAD}\r\n{}\r\n", lines.join("\r\n"))
}

/// A new-born child, a grown person with a number, and one who moved in.
fn first(town: &Town) -> Vec<String> {
    vec![
        format!("2001,試験 新芽,シケン ワカメ,{},2,まどか市1番,試験 桃子,,,,", ago(town, 20)),
        format!("2002,青空 花子,アオゾラ ハナコ,1958-04-12,2,まどか市2番,,00000000,99999999,,{NUMBER}"),
        format!("2003,試験 梅子,シケン ウメコ,2015-05-05,2,まどか市3番,,{},,,", ago(town, 90)),
    ]
}

/// Takes a file in: received, tried, started. The counts are new, changed, the same, waiting.
async fn import(clerk: &mut Browser, town: &Town, text: &str, counts: [usize; 4]) -> Page {
    let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode(text);
    let form = clerk.visit(CHOSEN).await.form(HOME).attaching("file", "住民.csv", &shift_jis);
    let page = clerk.submit(&form).await;
    let (_, run) = page.url.split_once(&format!("{HOME}/")).unwrap();
    let run = format!("{HOME}/{}", run.split(['?', '#']).next().unwrap());
    let before = database::rows(&town.house().database, "immunization_subjects");
    night::letters_go_out(town).await;
    let page = clerk.visit(&run).await;
    assert_eq!(database::rows(&town.house().database, "immunization_subjects"), before, "a trial");
    clerk.submit(&page.form(&run).pressing("act", "start")).await;
    night::letters_go_out(town).await;
    let page = clerk.visit(&run).await;
    let words = ["新しい方", "変わる方", "台帳にあるもの", "確認が要るもの"];
    for (what, count) in words.into_iter().zip(counts) {
        let words = format!("<dt>{what}</dt><dd>{count}行</dd>");
        assert!(page.text.contains(&words), "{words}: {:#?}", page.said());
    }
    assert!(!page.text.contains(NUMBER), "the number is shown");
    page
}

/// Address of a person's page.
async fn person(clerk: &mut Browser, number: &str) -> String {
    let home = "/staff/immunizations";
    let form = clerk.visit(home).await.form(home).with("number", number);
    clerk.send(&form.pressing("act", "find")).await.location().to_owned()
}

fn issue(town: &Town, subject: &str) {
    let (house, today) = (town.house(), town.house().today());
    let voucher = Voucher {
        id: "vou_1".to_owned(),
        number: voucher::number(1),
        subject: subject.rsplit('/').next().unwrap().to_owned(),
        case: None,
        vaccine: "zoster".to_owned(),
        product: None,
        dose: "1".to_owned(),
        valid_from: today,
        valid_to: None,
        state: VoucherState::Issued,
        used_by: None,
        reason: String::new(),
    };
    house.database.write(|conn| vouchers::insert(conn, &voucher, house.now())).unwrap();
}

#[test]
fn residents_enter_the_ledger_without_a_dose_and_a_second_time_changes_nothing() {
    in_own_towns(&[], async |town| {
        let mut clerk = people::staff(town, "reviewer").await;
        import(&mut clerk, town, &file(&first(town)), [3, 0, 0, 0]).await;
        import(&mut clerk, town, &file(&first(town)), [0, 0, 3, 0]).await;
        assert_eq!(texts(town, "SELECT id AS text FROM immunization_subjects").len(), 3);
        let address = person(&mut clerk, "2001").await;
        let page = clerk.visit(&address).await;
        for shown in ["試験 新芽", "試験 桃子", "まどか市1番", "記録がありません。ないあいだは"]
        {
            assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
        }
        let address = person(&mut clerk, "2002").await;
        let page = clerk.visit(&address).await;
        assert!(page.text.contains("表示しません") && !page.text.contains(NUMBER), "{:#?}", page.said());
        assert!(!database::rows(&town.house().database, "immunization_numbers").concat().contains(NUMBER));
    });
}

#[test]
fn who_leaves_or_dies_loses_the_vouchers_and_the_register_is_told() {
    in_own_towns(&[], async |town| {
        let mut clerk = people::staff(town, "reviewer").await;
        import(&mut clerk, town, &file(&first(town)), [3, 0, 0, 0]).await;
        let address = person(&mut clerk, "2002").await;
        issue(town, &address);
        let told = || texts(town, "SELECT state AS text FROM hub_rows WHERE connector = 'pmh_vaccination'");
        assert!(told().is_empty());
        let moved = |name: &str, left: String, died: String| {
            format!("2002,{name},アオゾラ ハナコ,1958-04-12,2,まどか市9番,,,{left},{died},")
        };
        // A new name and address first: who has a right to a dose is told of.
        let named = moved("青空 華子", String::new(), String::new());
        import(&mut clerk, town, &file(&[named]), [0, 1, 0, 0]).await;
        assert_eq!(told().len(), 1);
        let gone = moved("青空 華子", ago(town, 3), String::new());
        import(&mut clerk, town, &file(&[gone]), [0, 1, 0, 0]).await;
        assert_eq!(told().len(), 2);
        assert_eq!(texts(town, "SELECT state || reason AS text FROM vouchers"), ["cancelledmoved_out"]);
        let page = clerk.visit(&address).await;
        for shown in ["青空 華子", "まどか市9番", "転出しています"] {
            assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
        }
        let dead = moved("青空 華子", ago(town, 3), ago(town, 1));
        import(&mut clerk, town, &file(&[dead]), [0, 1, 0, 0]).await;
        assert!(clerk.visit(&address).await.text.contains("亡くなっています"));
    });
}

#[test]
fn what_cannot_be_waits_with_its_reason_and_without_the_number() {
    in_own_towns(&[], async |town| {
        let mut clerk = people::staff(town, "reviewer").await;
        import(&mut clerk, town, &file(&first(town)), [3, 0, 0, 0]).await;
        let lines = [
            // Another birth, the name of somebody else, another number, the future, a wrong number, nobody's name.
            "2002,青空 花子,アオゾラ ハナコ,1958-04-13,2,,,,,,".to_owned(),
            "2003,青空 花子,アオゾラ ハナコ,1958-04-12,2,,,,,,".to_owned(),
            "2002,青空 花子,アオゾラ ハナコ,1958-04-12,2,,,,,,990000013285".to_owned(),
            format!("2003,試験 梅子,シケン ウメコ,2015-05-05,2,,,,{},,", "2999-01-01"),
            format!("2009,試験 柿子,シケン カキコ,2015-05-05,2,,,,,,{}", "990000013278"),
            "2010,,,2015-05-05,2,,,,,,".to_owned(),
        ];
        let page = import(&mut clerk, town, &file(&lines), [0, 0, 0, 6]).await;
        for words in
            ["生年月日がちがいます", "宛名番号がちがう方", "今日より後です", "検査用数字", "氏名もカナも"]
        {
            assert!(page.text.contains(words), "{words}: {:#?}", page.said());
        }
        assert!(!page.text.contains("9900000132"), "a number is shown");
        let first = texts(town, "SELECT body AS text FROM dose_import_held").concat();
        assert!(!first.contains("9900000132"));
        let address = page.url.split(['?', '#']).next().unwrap().to_owned();
        let line = clerk.visit(&format!("{address}/lines/2")).await;
        assert!(line.text.contains("台帳の方") && line.text.contains("2002"), "{:#?}", line.said());
        assert!(!line.text.contains("この方の記録として書く"));
        assert_eq!(people::staff(town, "clinic").await.get(CHOSEN).await.status, 403);
    });
}

#[test]
fn a_clerk_enters_a_birth_notice_and_a_death_by_hand() {
    in_own_towns(&[], async |town| {
        let mut clerk = people::staff(town, "reviewer").await;
        let home = "/staff/immunizations";
        let birth = ago(town, 10);
        let typed = [("number", "3001"), ("kana", "シケン ワカメ"), ("birth", &birth), ("name", "試験 新芽")];
        let form = clerk.visit(home).await.form(home).with("guardian", "試験 桃子");
        let form = typed.into_iter().fold(form, |form, (name, value)| form.with(name, value));
        let early = form.clone().with("moved-in", "2000-01-01").pressing("act", "enter");
        assert_eq!(clerk.send(&early).await.status, 422, "before the birth");
        let form = form.with("moved-in", &ago(town, 5)).pressing("act", "enter");
        let address = clerk.send(&form).await.location().to_owned();
        let page = clerk.visit(&address).await;
        assert!(page.text.contains("試験 桃子") && page.text.contains("転入した日"), "{:#?}", page.said());
        issue(town, &address);
        let leave = page.form(&address).with("how", "died").with("left", &ago(town, 1));
        let page = clerk.submit(&leave.pressing("act", "leave")).await;
        assert!(page.text.contains("亡くなっています"), "{:#?}", page.said());
        assert_eq!(texts(town, "SELECT state || reason AS text FROM vouchers"), ["cancelleddied"]);
        clerk.submit(&page.form(&address).pressing("act", "return")).await;
        assert!(!clerk.visit(&address).await.text.contains("亡くなっています"));
    });
}

#[test]
fn the_command_line_takes_a_file_in_as_the_page_does_and_names_nobody() {
    in_own_towns(&[], async |town| {
        let login = people::hire(town, "reviewer");
        let folder = support::scratch_folder(&login);
        let file_at = folder.join("people.csv");
        let mut lines = first(town);
        lines.push("2010,,,2015-05-05,2,,,,,,".to_owned());
        std::fs::write(&file_at, file(&lines)).unwrap();
        let options = |login: String, dry_run| Options {
            file: file_at.clone(),
            kind: Lines::Residents,
            login,
            map: None,
            dry_run,
        };
        let take = |options: &Options| immunizations::import(town.house(), options, &|_| {});
        let known = || texts(town, "SELECT id AS text FROM immunization_subjects").len();
        let tried = take(&options(login.clone(), true)).unwrap();
        assert!(tried.starts_with("4 lines: 3 new, 0 changed, 0 known, 1 held\n"), "{tried}");
        assert_eq!((known(), texts(town, "SELECT state AS text FROM dose_import_held").len()), (0, 0));
        let done = take(&options(login.clone(), false)).unwrap();
        assert!(done.starts_with("4 lines: 3 new") && done.contains("氏名もカナも"), "{done}");
        assert!(!done.contains("試験") && !done.contains("2010") && !done.contains(NUMBER), "{done}");
        let again = take(&options(login, false)).unwrap();
        assert!(again.starts_with("4 lines: 0 new, 0 changed, 3 known, 1 held\n"), "{again}");
        assert_eq!(known(), 3);
        assert!(take(&options(people::hire(town, "clinic"), false)).is_err(), "not theirs");
        assert!(take(&options("nobody".to_owned(), false)).is_err());
        std::fs::remove_dir_all(folder).unwrap();
    });
}
