//! Takes a ledger of 100,000 lines in: the trial, the taking in, and the same file once more.
//!
//! `cargo bench --bench dose_import [lines]`. It prints lines per second of each, and the most memory that the
//! process has held. The persons are invented.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Instant;

use chrono::{Days, NaiveDate};
use madoguchi::app::App;
use madoguchi::config::Config;
use madoguchi::domain::immunization::import::Kind;
use madoguchi::domain::permission::Actor;
use madoguchi::store::users::{self, User};
use madoguchi::usecases::immunization::import::{begin, receive, shown, step};
use madoguchi::usecases::{Caller, House};

/// Doses of one child, with the vaccine, its number and the day of life.
const DOSES: [(&str, &str, u64); 8] = [
    ("dpt_ipv_hib", "1", 62),
    ("pcv_child", "1", 62),
    ("hepb", "1", 62),
    ("dpt_ipv_hib", "2", 92),
    ("pcv_child", "2", 92),
    ("hepb", "2", 92),
    ("bcg", "1", 155),
    ("mr1", "1", 370),
];
const HEAD: &str = "宛名番号,氏名,氏名カナ,生年月日,性別,住所,地区,予防接種,回数,接種日,接種区分,ロット番号,医療機関名,医師名";

/// Writes a file of so many lines; one in a thousand is before the birth.
fn write(path: &Path, lines: u64) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    writeln!(file, "{HEAD}").unwrap();
    let first = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap();
    for line in 0..lines {
        let (child, (vaccine, number, age)) = (line / 8, DOSES[usize::try_from(line % 8).unwrap()]);
        let birth = first + Days::new(child % 1500);
        let on = if line % 1000 == 999 { birth - Days::new(1) } else { birth + Days::new(age) };
        let (kana, sex) = (kana(child), child % 2 + 1);
        let person = format!("{child},試験 {child},{kana},{birth},{sex},架空県まどか市{child}番地");
        let dose = format!("{vaccine},{number},{on},1,L{child},まどか中央病院,診療 七海");
        writeln!(file, "{person},けやき台,{dose}").unwrap();
    }
    file.flush().unwrap();
}

/// A name that no other number has.
fn kana(mut number: u64) -> String {
    let letters = ['ア', 'カ', 'サ', 'タ', 'ナ', 'ハ', 'マ', 'ヤ', 'ラ', 'ワ'];
    let mut name = String::from("シケン");
    loop {
        write!(name, "{}", letters[usize::try_from(number % 10).unwrap()]).unwrap();
        number /= 10;
        if number == 0 {
            return name;
        }
    }
}

fn house(folder: &Path) -> App {
    let set = [
        ("database_url".to_owned(), format!("sqlite://{}", folder.join("bench.db").display())),
        ("data_dir".to_owned(), folder.join("data").display().to_string()),
    ];
    let config = Config::read(None, &BTreeMap::new(), &set).unwrap();
    let web = madoguchi::cli::serve::web_config(&config, "http://127.0.0.1", None).unwrap();
    App::build(&config, web, "http://127.0.0.1").unwrap()
}

fn clerk(house: &House) -> Caller {
    let user = User {
        id: "usr_bench".to_owned(),
        login: "bench".to_owned(),
        name: "試験 職員".to_owned(),
        roles: vec!["reviewer".to_owned()],
        designation: None,
        institution: None,
        office: None,
        password: String::new(),
        totp: Vec::new(),
        totp_step: 0,
        failures: 0,
        locked_until: None,
        active: true,
    };
    house.database.write(|conn| users::insert(conn, &house.keys, &user, house.now())).unwrap();
    let roles = user.roles.iter().map(String::as_str);
    Caller { actor: Actor::with_roles(&user.id, &user.name, roles), source: "bench".to_owned() }
}

fn steps(house: &House, run: &str) {
    while step(house, run).unwrap() {}
}

fn timed(what: &str, lines: u64, work: impl FnOnce()) {
    let begun = Instant::now();
    work();
    let seconds = begun.elapsed().as_secs_f64();
    println!("{what:<10} {seconds:>8.1} s {:>10.0} lines/s  {} most", lines as f64 / seconds, peak());
}

/// The most memory that this process has held.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap_or("unknown").trim().to_owned()
}

fn main() {
    let lines = std::env::args().filter_map(|it| it.parse().ok()).next().unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.csv");
    write(&path, lines);
    let app = house(folder.path());
    let caller = clerk(&app.house);
    println!("before     {} most", peak());
    for round in ["first", "again"] {
        println!("{round}");
        let mut run = String::new();
        let file = || File::open(&path).unwrap();
        timed("receive", lines, || {
            run = receive::receive(&app.house, &caller, ("yobo", Kind::Doses), ("ledger.csv", ""), file())
                .unwrap();
        });
        timed("trial", lines, || steps(&app.house, &run));
        begin::start(&app.house, &caller, &run).unwrap();
        timed("take in", lines, || steps(&app.house, &run));
        let found = shown::page(&app.house, &caller, &run, 0).unwrap().run;
        println!("{} new, {} same, {} held", found.fresh, found.same, found.held);
    }
}
