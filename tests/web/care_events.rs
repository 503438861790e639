//! Every event of a certification makes exactly its rows at the care-information base: from what people do on pages
//! to the files as they travel, kept in `tests/data/care_base/events`. The stand-in has to take and confirm each.
//!
//! `MADOGUCHI_WRITE_GOLDEN=1 cargo test --test web care_events` writes the files anew; read what changed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use madoguchi::usecases::hub::End;
use serde_json::Value;

use super::browser::Browser;
use super::care_base::{Base, night, walk};
use super::roads::care::{certified, deliberated, granted, signed, take_up};
use super::roads::committee::Committee;
use super::roads::road::Filed;
use super::town::Town;
use super::typing::{Answers, answers, typed};
use super::{care, database, office, people, samples};

/// Files of the 基準日 and before are the baseline.
const BASE_DATE: &str = "2026-03-31";

/// A town with its base, and what of its folder was looked at already.
struct Road<'a> {
    town: &'a Town,
    base: &'a Base,
    inbox: PathBuf,
    seen: BTreeSet<String>,
    references: Vec<String>,
}

impl Road<'_> {
    fn new<'a>(town: &'a Town, base: &'a Base, shared: &Path) -> Road<'a> {
        let (inbox, seen) = (shared.join("inbox/999999"), BTreeSet::new());
        Road { town, base, inbox, seen, references: Vec::new() }
    }

    /// Noon of a day.
    fn travel(&self, day: &str) {
        let noon: DateTime<Utc> = format!("{day}T03:00:00Z").parse().unwrap();
        self.town.clock.pass(noon - self.town.house().now());
    }

    /// The reference of a case, which stands for it in the files that are kept.
    fn known(&mut self, case: &str) -> String {
        let sql = format!("SELECT reference AS text FROM cases WHERE id = '{case}'");
        let reference = database::texts(&self.town.house().database, &sql).remove(0);
        self.references.push(reference.clone());
        reference
    }

    async fn clerk(&self) -> Browser {
        people::staff(self.town, "reviewer").await
    }

    /// Registers what came on paper.
    async fn filed(&mut self, clerk: &mut Browser, kind: &str, follows: &str, said: &Answers) -> String {
        let kind = format!("kaigo/{kind}");
        let today = self.town.house().today().to_string();
        let mut page = clerk.visit(&format!("/staff/paper?kind={kind}&follows={follows}")).await;
        // What an answer brings up is asked when the page comes back.
        for _ in 0..5 {
            let form =
                typed(&page, page.form("/staff/paper"), said).with("arrived_on", &today).with("kind", &kind);
            let form = if follows.is_empty() { form } else { form.with("follows", follows) };
            page = clerk.send(&form.pressing("action", "file")).await;
            if page.status == 303 {
                let id = page.location().split("/staff/cases/").nth(1).unwrap();
                return id.split(['/', '?', '#']).next().unwrap().to_owned();
            }
        }
        panic!("{kind}: {:#?}", page.said());
    }

    /// Decides what needs no committee; against the person with a reason, by two signatures.
    async fn decided(&self, clerk: &mut Browser, case: &str, reason: Option<&str>) {
        take_up(clerk, case).await;
        office::do_the_work(clerk, case, &Answers::new()).await;
        self.drafted(clerk, case, "granted", reason).await;
    }

    async fn drafted(&self, clerk: &mut Browser, case: &str, outcome: &str, reason: Option<&str>) {
        let code = reason.unwrap_or_default();
        let grounds = ["criterion", "required", "observed", "source"].map(|part| format!("{part}:{code}"));
        let mut typed = vec![("reason", code)];
        typed.extend(grounds.iter().map(|name| (name.as_str(), "調査と意見書で確かめた")));
        typed.truncate(if reason.is_none() { 0 } else { typed.len() });
        office::draft(clerk, case, outcome, &typed).await;
        let roles = if reason.is_none() { &["approver"][..] } else { &["approver", "manager"] };
        for role in roles {
            office::approve(&mut people::staff(self.town, role).await, case).await;
        }
    }

    /// Surveyed, judged, and concluded by the committee.
    async fn concluded(&self, clerk: &mut Browser, board: &mut Committee, case: &str, level: &str) {
        take_up(clerk, case).await;
        signed(self.town, clerk, case, "surveyor", &care::survey()).await;
        signed(self.town, clerk, case, "physician", &care::opinion()).await;
        office::do_the_work(clerk, case, &care::judgement()).await;
        office::act(clerk, case, "refer", &[("reason", "二次判定をお願いします")]).await;
        board.secretary = people::staff(self.town, "secretary").await;
        deliberated(self.town, board, case, &care::result(level)).await;
        granted(self.town, clerk, case).await;
    }

    /// Lets everything go out and has it confirmed, night by night, and compares it with the file of an event.
    async fn tells(&mut self, event: &str) {
        let mut told = Vec::new();
        // Rows of one person go one after the other, the next when the one before is answered.
        while self.waits() {
            assert!(told.len() < 4, "{event}: {told:#?}");
            let night = night(self.town).await;
            assert_eq!(night.end, End::Done, "{event}: {}", night.note);
            told.push(self.sent());
            self.base.morning().await;
        }
        let last = night(self.town).await;
        assert_eq!((last.end, last.note.as_str(), self.sent().as_str()), (End::Done, "", ""), "{event}");
        let open = "SELECT history_key || ' ' || state || ' ' || problem AS text FROM hub_rows \
            WHERE state NOT IN ('confirmed', 'superseded')";
        assert_eq!(database::texts(&self.town.house().database, open), Vec::<String>::new(), "{event}");
        self.compare(event, told.concat());
    }

    /// Whether a row was not sent yet.
    fn waits(&self) -> bool {
        let rows = "SELECT id AS text FROM hub_rows WHERE state = 'pending'";
        !database::texts(&self.town.house().database, rows).is_empty()
    }

    fn compare(&self, event: &str, mut text: String) {
        for (number, reference) in (1..).zip(&self.references) {
            text = text.replace(reference, &format!("KN-{number}"));
        }
        let path = format!("{}/tests/data/care_base/events/{event}.txt", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("MADOGUCHI_WRITE_GOLDEN").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        assert_eq!(text, std::fs::read_to_string(&path).unwrap_or_default(), "{event}");
    }

    /// What lies in the inbox since somebody looked last: of each file what its manifest says, and its lines.
    fn sent(&mut self) -> String {
        let names = std::fs::read_dir(&self.inbox).unwrap();
        let names: BTreeSet<String> =
            names.map(|it| it.unwrap().file_name().to_string_lossy().into_owned()).collect();
        let new: Vec<String> =
            names.difference(&self.seen).filter(|it| it.ends_with(".manifest.json")).cloned().collect();
        self.seen = names;
        new.iter().map(|name| self.file(name)).collect()
    }

    fn file(&self, manifest: &str) -> String {
        let read = |name: &str| std::fs::read_to_string(self.inbox.join(name)).unwrap();
        let said: Value = serde_json::from_str(&read(manifest)).unwrap();
        let day = said["baseDate"].as_str().map_or("差分".to_owned(), |day| format!("基準日 {day}"));
        let (kind, version) = (said["kind"].as_str().unwrap(), said["interfaceVersion"].as_str().unwrap());
        let lines = read(said["file"].as_str().unwrap()).replace("\r\n", "\n");
        format!("{kind} {version} {day}\n{lines}\n")
    }
}

/// 新規, and what the person says later about who may see it; 職権による変更, 区分変更, 取消し.
async fn of_one_certification(road: &mut Road<'_>) {
    let town = road.town;
    // The identity provider knows nothing of the town's clock: whoever signs in there does it today.
    let citizen = people::citizen(town, "p01").await;
    road.travel("2026-03-10");
    let mut board = Committee::of(town, "kaigo", &["", "", ""]).await;
    let Filed { mut citizen, case, .. } = certified(town, &mut board, citizen).await;
    let certificate = road.known(&case);
    road.tells("grant").await;
    let consents = format!("/a/{case}/consents");
    for (act, event) in [("revoke", "consent-revoked"), ("give", "consent-given")] {
        let page = citizen.visit(&consents).await;
        let mut forms = super::forms::forms(&page.text).into_iter();
        let form = forms.find(|form| form.value("consent") == Some("information_sharing")).unwrap();
        citizen.submit(&form.pressing("act", act)).await;
        road.tells(event).await;
    }

    road.travel("2026-04-20");
    let mut clerk = road.clerk().await;
    let lighter = answers(&[
        ("ex-officio.reason", "歩行が回復し、移動と排泄に介助が要らなくなった。"),
        ("ex-officio.level", "care1"),
        ("ex-officio.effective", "2026-05-01"),
    ]);
    let change = road.filed(&mut clerk, "ex-officio", &certificate, &lighter).await;
    road.decided(&mut clerk, &change, Some("level_lower")).await;
    road.tells("ex-officio").await;

    road.travel("2026-06-08");
    let mut clerk = road.clerk().await;
    let mut worse = samples::care_application();
    worse.insert("level-change.reason".to_owned(), "転んで骨折し、歩けなくなった".to_owned());
    let change = road.filed(&mut clerk, "change-level", &certificate, &worse).await;
    road.concluded(&mut clerk, &mut board, &change, "care3").await;
    road.tells("change-level").await;

    road.travel("2026-07-20");
    let mut clerk = road.clerk().await;
    let recovered = answers(&[
        ("cancellation.reason", "not-in-need"),
        ("cancellation.facts", "手術の後に回復し、介助も見守りも要らなくなった。"),
        ("cancellation.effective", "2026-07-31"),
    ]);
    let end = road.filed(&mut clerk, "cancellation", &certificate, &recovered).await;
    road.decided(&mut clerk, &end, Some("no_longer_in_need")).await;
    road.tells("cancellation").await;
}

/// 転入, 更新, a renewal that should never have been, 資格喪失.
async fn of_somebody_who_moves_here(road: &mut Road<'_>) {
    let town = road.town;
    road.travel("2026-03-10");
    let mut board = Committee::of(town, "kaigo", &["", "", ""]).await;
    let mut clerk = road.clerk().await;
    let mut moved = samples::care_application();
    moved.extend(answers(&[
        ("person.undivided", "false"),
        ("person.given-name", "梅子"),
        ("person.given-kana", "ウメコ"),
        ("insured.number", "0000002002"),
        ("earlier-certification.insurer", "となり県となり市"),
        ("earlier-certification.number", "0000054321"),
        ("earlier-certification.level", "care3"),
        ("earlier-certification.from", "2025-10-01"),
        ("earlier-certification.to", "2026-09-30"),
        ("earlier-certification.moved-on", "2026-03-02"),
    ]));
    let case = road.filed(&mut clerk, "transfer-in", "", &moved).await;
    let certificate = road.known(&case);
    road.decided(&mut clerk, &case, None).await;
    road.tells("transfer-in").await;

    road.travel("2026-08-10");
    let mut clerk = road.clerk().await;
    let renewal = road.filed(&mut clerk, "renewal", "", &moved).await;
    road.known(&renewal);
    road.concluded(&mut clerk, &mut board, &renewal, "care2").await;
    road.tells("renewal").await;
    office::act(&mut clerk, &renewal, "revise", &[("reason", "別の方の申請だった")]).await;
    road.drafted(&mut clerk, &renewal, "dismissed", Some("not_insured")).await;
    road.tells("withdrawal").await;

    road.travel("2026-08-20");
    let mut clerk = road.clerk().await;
    let died = answers(&[
        ("filer.role", "family"),
        ("filer.relation", "child"),
        ("filer.name", "青空 太郎"),
        ("filer.phone", "099-000-0002"),
        ("loss.reason", "died"),
        ("loss.on", "2026-08-16"),
        ("delivery.elsewhere", "false"),
    ]);
    let end = road.filed(&mut clerk, "loss", &certificate, &died).await;
    road.decided(&mut clerk, &end, None).await;
    road.tells("loss").await;
}

#[test]
fn a_certification_its_consents_its_changes_and_its_end_make_their_rows() {
    walk("care-events", BASE_DATE, &[], async |town, base, shared| {
        of_one_certification(&mut Road::new(town, base, shared)).await;
    });
}

#[test]
fn a_move_a_renewal_its_withdrawal_and_a_death_make_their_rows() {
    walk("care-events-moved", BASE_DATE, &[], async |town, base, shared| {
        of_somebody_who_moves_here(&mut Road::new(town, base, shared)).await;
    });
}
