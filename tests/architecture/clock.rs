//! Who may read the machine's clock.

use super::Findings;
use super::source::{Source, words};

/// Readers of the date and time of day.
const DATES: [&str; 3] = ["Utc::now", "Local::now", "SystemTime::now"];
const DATE_READERS: [&str; 2] = ["src/adapters/clock.rs", "src/sandbox/clock.rs"];
/// Measuring how long something takes is also allowed around calls to the outside.
const DURATION: &str = "Instant::now";
const DURATION_READERS: [&str; 4] = ["src/adapters/", "src/jobs/", "src/sandbox/", "src/web/"];

/// Every reading of the clock elsewhere.
pub fn check(sources: &[Source]) -> Findings {
    sources.iter().flat_map(check_one).collect()
}

fn check_one(source: &Source) -> Findings {
    let may = |readers: &[&str]| readers.iter().any(|reader| source.path.starts_with(reader));
    let dates = DATES.into_iter().filter(|_| !may(&DATE_READERS));
    let durations = [DURATION].into_iter().filter(|_| !may(&DURATION_READERS));
    dates
        .chain(durations)
        .flat_map(|call| {
            words(&source.bare, call).map(move |at| source.finding(at, &format!("reads the clock by {call}")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        check(&[Source::read(path, text)]).len()
    }

    #[test]
    fn a_second_reader_is_found() {
        assert_eq!(found("src/usecases/x.rs", "let now = chrono::Utc::now();"), 1);
        assert_eq!(found("src/store/x.rs", "let now = Instant::now();"), 1);
        assert_eq!(found("src/adapters/pmh/x.rs", "let now = std::time::SystemTime::now();"), 1);
    }

    #[test]
    fn the_clock_itself_and_time_spent_outside_are_no_finding() {
        assert_eq!(found("src/adapters/clock.rs", "Utc::now()"), 0);
        assert_eq!(found("src/adapters/http/circuit.rs", "Instant::now()"), 0);
        assert_eq!(found("src/domain/x.rs", "// Utc::now\n#[cfg(test)] mod t { fn f() { Utc::now(); } }"), 0);
    }
}
