//! 委託料の請求: what institutions recorded in a month is counted for those who keep the ledger.

use std::fs;
use std::path::{Path, PathBuf};

use super::roads::dose_session::{birth, comes, held, recorded};
use super::roads::screening::child;
use super::town::in_own_towns;
use super::{database, people, support};

const CLAIMS: &str = "/staff/immunizations/claims";

#[test]
fn visits_are_counted_by_institution_and_none_is_priced_that_the_town_has_not_priced() {
    in_own_towns(&[], async |town| {
        people::citizen(town, "p01").await;
        child(town, 130);
        let mut clinic = people::staff(town, "clinic").await;
        let session = held(&mut clinic).await;
        let page = comes(&mut clinic, &session, &birth(town)).await;
        recorded(&mut clinic, &page, "").await;
        let again = comes(&mut clinic, &session, &birth(town)).await;
        recorded(&mut clinic, &again, "誤って続けて接種した").await;

        let mut clerk = people::staff(town, "reviewer").await;
        let page = clerk.visit(CLAIMS).await;
        for shown in ["架空薬局 clinic", "B型肝炎", "未設定", "要確認", "2件は、請求額がありません"]
        {
            assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
        }
        let month = town.house().today().format("%Y-%m").to_string();
        let file = clerk.get(&format!("{CLAIMS}.csv?month={month}")).await;
        assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"));
        assert!(file.text.contains("B型肝炎,接種,1,,,\r\n"), "{}", file.text);
        assert!(file.text.contains("B型肝炎,要確認,1,,,\r\n"), "{}", file.text);
        let past = clerk.visit(&format!("{CLAIMS}?month=2020-01")).await;
        assert!(past.text.contains("この月の記録はありません"), "{:#?}", past.said());
        assert_eq!(clerk.get(&format!("{CLAIMS}?month=x")).await.status, 404);
        assert_eq!(people::staff(town, "approver").await.get(CLAIMS).await.status, 403);
    });
}

/// The program folders as a town has them that set a fee, an exemption and the columns of its own file.
fn own_programs() -> PathBuf {
    let folder = support::scratch_folder("own-programs");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("forms"), &folder);
    let until = "2026-04-01,,要綱,https://example.jp/\n";
    for (table, row) in [
        ("dose_fees", format!("hepb,given,7000,1000,{until}")),
        ("copay_exemptions", format!("A,welfare,生活保護,0,{until}")),
        (
            "claims_columns",
            format!("sum,請求金額,{until}kind,種別,{until}count,人数,{until}waived,減免額,{until}"),
        ),
    ] {
        let file = folder.join(format!("yobo/tables/{table}.csv"));
        let rows = fs::read_to_string(&file).unwrap() + &row;
        fs::write(file, rows).unwrap();
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn who_is_exempt_is_recorded_with_its_proof_and_counted_apart() {
    let programs = own_programs();
    in_own_towns(&[("programs_dir", programs.to_str().unwrap())], async |town| {
        people::citizen(town, "p01").await;
        child(town, 130);
        let mut clinic = people::staff(town, "clinic").await;
        let ask = clinic.visit("/clinic").await.form("/clinic").with("kana", "アオゾラ モモコ");
        let found = clinic.send(&ask.with("birth", &birth(town)).with("consent", "yes")).await;
        let address = format!("{}/vaccines/hepb", found.location());
        let typed = [
            ("outcome", "given"),
            ("dose", "1"),
            ("lot", "AB12"),
            ("amount", "0.25"),
            ("site", "left-thigh"),
            ("route", "subcutaneous"),
            ("physician", "診療 七海"),
            ("exemption", "welfare"),
        ];
        let form = clinic.visit(&address).await.form(&address);
        let form = typed.into_iter().fold(form, |form, (name, value)| form.with(name, value));
        let page = clinic.send(&form).await;
        assert!(page.status == 422 && page.text.contains("何を確かめたか"), "{:#?}", page.said());
        clinic.submit(&form.with("proof", "受給証明書")).await;
        let stored = database::rows(&town.house().database, "immunizations").concat();
        assert!(!stored.contains("welfare") && !stored.contains("受給"), "why somebody is exempt is sealed");

        let mut clerk = people::staff(town, "reviewer").await;
        let page = clerk.visit(CLAIMS).await;
        for shown in ["接種（減免）", "減免　1件", "1,000", "7,000"] {
            assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
        }
        let file = clerk.get(&format!("{CLAIMS}.csv")).await;
        assert!(
            file.text.ends_with("請求金額,種別,人数,減免額\r\n7000,接種（減免）,1,1000\r\n"),
            "{}",
            file.text
        );
    });
    fs::remove_dir_all(programs).unwrap();
}
