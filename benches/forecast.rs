//! How fast the vaccination of a whole city is forecast: invented people with histories, one after
//! another, each forgotten before the next.
//!
//! `cargo bench --bench forecast` takes a million people; `MADOGUCHI_PEOPLE` sets another number. It
//! prints people per second and core, and the highest memory at a tenth of the way and at the end.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use chrono::{Days, NaiveDate};
use madoguchi::domain::tables::{Tables, load};
use madoguchi::programs::yobo::forecast::{State, forecast};
use madoguchi::programs::yobo::law::Law;
use madoguchi::programs::yobo::person::{Dose, Facts, Person, Sex};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/forms/yobo/tables");
/// The oldest people of the city, in days.
const OLDEST: u64 = 36_500;
/// How many people are made before the clock runs for them.
const BATCH: u64 = 1_000;

/// Doses of a child who gets nearly everything: vaccine, product, age in days.
const PLAN: [(&str, Option<&str>, u64); 25] = [
    ("rota", Some("rota1"), 62),
    ("rota", Some("rota1"), 95),
    ("hepb", None, 62),
    ("hepb", None, 95),
    ("hepb", None, 215),
    ("pcv_child", Some("pcv20"), 62),
    ("pcv_child", Some("pcv20"), 95),
    ("pcv_child", Some("pcv20"), 130),
    ("pcv_child", Some("pcv20"), 380),
    ("dpt_ipv_hib", None, 62),
    ("dpt_ipv_hib", None, 95),
    ("dpt_ipv_hib", None, 130),
    ("dpt_ipv_hib", None, 380),
    ("bcg", None, 165),
    ("mr1", None, 372),
    ("varicella", None, 372),
    ("varicella", None, 580),
    ("je1", None, 1_110),
    ("je1", None, 1_130),
    ("je1", None, 1_520),
    ("mr2", None, 2_000),
    ("je2", None, 3_400),
    ("dt2", None, 4_100),
    ("hpv", Some("hpv9"), 4_700),
    ("hpv", Some("hpv9"), 4_900),
];

fn main() -> anyhow::Result<()> {
    let people =
        std::env::var("MADOGUCHI_PEOPLE").ok().map(|it| it.parse()).transpose()?.unwrap_or(1_000_000);
    let tables = tables()?;
    let law = Law::read(&tables)?;
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).context("a day")?;
    let city = City { law: &law, today };
    city.run(0, people / 10, 1);
    let early = memory();
    let cores = thread::available_parallelism().map_or(1, |it| u64::try_from(it.get()).unwrap_or(1));
    let began = Instant::now();
    let parts = thread::scope(|scope| {
        let part = |core| scope.spawn(move || city.run(core, people, cores));
        (0..cores).map(part).collect::<Vec<_>>().into_iter().map(|it| it.join().ok()).collect::<Vec<_>>()
    });
    let whole = parts.into_iter().flatten().fold(Count::default(), Count::and);
    whole.tell(people, began.elapsed());
    println!("memory: {early} at a tenth, {} at the end", memory());
    Ok(())
}

fn tables() -> anyhow::Result<Tables> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(FOLDER)? {
        let path = entry?.path();
        let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        files.insert(format!("tables/{name}"), std::fs::read_to_string(&path)?);
    }
    load(&files).map_err(|problems| anyhow::anyhow!("{problems:?}"))
}

/// What was found, and how long the forecasts alone took.
#[derive(Clone, Copy, Default)]
struct Count {
    due: u64,
    overdue: u64,
    took: Duration,
}

impl Count {
    fn and(self, other: Count) -> Count {
        Count {
            due: self.due + other.due,
            overdue: self.overdue + other.overdue,
            took: self.took + other.took,
        }
    }

    fn tell(&self, people: u64, elapsed: Duration) {
        let a_second = people as f64 / self.took.as_secs_f64();
        println!("{people} people in {:.1} s: {a_second:.0} a second and core", elapsed.as_secs_f64());
        println!("{} doses due, {} overdue", self.due, self.overdue);
    }
}

/// An invented city.
#[derive(Clone, Copy)]
struct City<'a> {
    law: &'a Law<'a>,
    today: NaiveDate,
}

impl City<'_> {
    /// Forecasts every `step`-th person from `first` on.
    fn run(&self, first: u64, people: u64, step: u64) -> Count {
        let mut count = Count::default();
        let mut next = first;
        while next < people {
            let last = people.min(next + BATCH * step);
            let batch: Vec<Person> =
                (next..last).step_by(usize::try_from(step).unwrap_or(1)).map(|it| self.person(it)).collect();
            let began = Instant::now();
            for person in &batch {
                self.count(person, &mut count);
            }
            count.took += began.elapsed();
            next = last;
        }
        count
    }

    fn count(&self, person: &Person, count: &mut Count) {
        for one in forecast(self.law, person, self.today) {
            count.due += u64::from(one.state == State::Due);
            count.overdue += u64::from(one.state == State::Overdue);
        }
    }

    /// The person of a number, always the same.
    fn person(&self, number: u64) -> Person {
        let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let age = dice.below(OLDEST);
        let birth = self.today - Days::new(age);
        let sex = if dice.below(2) == 0 { Sex::Female } else { Sex::Male };
        let season = NaiveDate::from_ymd_opt(2026, 10, 1).zip(NaiveDate::from_ymd_opt(2027, 1, 31));
        let mut doses = Vec::new();
        for (vaccine, product, planned) in PLAN {
            let given = planned + dice.below(60);
            if given <= age && dice.below(20) > 0 {
                doses.extend(self.dose(vaccine, product, birth + Days::new(given)));
            }
        }
        doses.sort_by_key(|dose| dose.first);
        Person { birth, sex: Some(sex), due: None, facts: Facts { season, ..Facts::default() }, doses }
    }

    fn dose(&self, vaccine: &str, product: Option<&str>, day: NaiveDate) -> Option<Dose> {
        let place = self.law.place(vaccine)?;
        let products = &self.law.vaccines[place].products;
        Some(Dose {
            place: 0,
            vaccine: Some(place),
            product: product.and_then(|name| self.law.code(name)),
            first: day,
            last: day,
            injected_live: products.iter().any(|it| it.rule.injected_live),
            same_pregnancy: None,
            withdrawn: false,
        })
    }
}

/// Numbers that look random and are the same each time (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// The highest memory so far, as the system tells it.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().to_owned())
}
