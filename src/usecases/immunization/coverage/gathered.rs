//! Sums laid out as a table: years of birth down, districts across, with their sums, and what of it is withheld.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::domain::figures::percent;
use crate::domain::withheld::{Cell, Part, withheld};
use crate::store::dose_coverage::{self, Sum, Wanted};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::question::Question;

/// A cell as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Those with a right; none where it is withheld.
    pub all: Option<u64>,
    /// Those of them to whom a valid dose was given.
    pub have: Option<u64>,
    /// Per cent of them.
    pub share: Option<String>,
    /// Whether it is not shown because it tells of few people.
    pub withheld: bool,
}

/// A table of sums for one vaccine, the same people for each of its doses.
pub(super) struct Gathered {
    /// Numbers of the doses in the order of the course.
    pub(super) doses: Vec<String>,
    /// Years of birth, the newest first.
    pub(super) cohorts: Vec<i32>,
    /// Districts; the empty one stands for those of whom it is not known.
    pub(super) districts: Vec<String>,
    /// Rows of the years and of their sum; in each the districts and their sum; in each the doses.
    cells: Vec<Vec<Cell>>,
    hidden: BTreeSet<(usize, usize)>,
}

impl Gathered {
    /// Reads the sums of a vaccine.
    pub(super) fn of(house: &House, question: &Question, vaccine: &str) -> Result<Gathered, Error> {
        let wanted = Wanted {
            program: question.keeping.program.definition.id.clone(),
            vaccine: vaccine.to_owned(),
            on: question.on,
            fulfilled: false,
        };
        let given = Wanted { fulfilled: true, ..wanted.clone() };
        let (all, have) = house.database.read(|conn| {
            Ok::<_, Error>((dose_coverage::sums(conn, &wanted)?, dose_coverage::sums(conn, &given)?))
        })?;
        Ok(Gathered::laid_out(&all, &have, question.smallest))
    }

    fn laid_out(all: &[Sum], have: &[Sum], smallest: u64) -> Gathered {
        let doses: BTreeSet<&str> = all.iter().map(|it| it.dose.as_str()).collect();
        let cohorts: BTreeSet<i32> = all.iter().map(|it| it.cohort).collect();
        let districts: BTreeSet<&str> = all.iter().map(|it| it.district.as_str()).collect();
        let counted = |sums: &[Sum]| -> BTreeMap<(String, i32, String), u64> {
            let count = |it: &Sum| u64::try_from(it.count).unwrap_or(0);
            sums.iter().map(|it| ((it.dose.clone(), it.cohort, it.district.clone()), count(it))).collect()
        };
        let (all, have) = (counted(all), counted(have));
        let part = |cohort: i32, district: &str, dose: &str| {
            let key = (dose.to_owned(), cohort, district.to_owned());
            let count = |of: &BTreeMap<_, u64>| of.get(&key).copied().unwrap_or(0);
            Part { all: count(&all), have: count(&have) }
        };
        let cell =
            |cohort, district| -> Cell { doses.iter().map(|dose| part(cohort, district, dose)).collect() };
        let row = |cohort: &i32| districts.iter().map(|district| cell(*cohort, district)).collect();
        let inner: Vec<Vec<Cell>> = cohorts.iter().rev().map(row).collect();
        let cells = with_sums(inner, districts.len(), doses.len());
        Gathered {
            hidden: withheld(&cells, smallest),
            cells,
            doses: doses.into_iter().map(str::to_owned).collect(),
            cohorts: cohorts.into_iter().rev().collect(),
            districts: districts.into_iter().map(str::to_owned).collect(),
        }
    }

    /// What is shown at a row and column of a dose, all by their places; the last row and column are the sums.
    pub(super) fn shown(&self, row: usize, column: usize, dose: usize) -> Shown {
        let cell = self.cells.get(row).and_then(|cells| cells.get(column)).and_then(|cell| cell.get(dose));
        match cell {
            _ if self.hidden.contains(&(row, column)) => {
                Shown { all: None, have: None, share: None, withheld: true }
            }
            Some(part) => Shown {
                all: Some(part.all),
                have: Some(part.have),
                share: percent(part.have, part.all).map(|it| it.to_string()),
                withheld: false,
            },
            None => Shown { all: Some(0), have: Some(0), share: None, withheld: false },
        }
    }

    /// Whether something is withheld.
    pub(super) fn withholds(&self) -> bool {
        !self.hidden.is_empty()
    }

    /// Whether nobody has a right.
    pub(super) fn is_empty(&self) -> bool {
        self.cohorts.is_empty()
    }
}

/// The table with a column and a row of sums.
fn with_sums(mut rows: Vec<Vec<Cell>>, districts: usize, doses: usize) -> Vec<Vec<Cell>> {
    let sum = |cells: &mut dyn Iterator<Item = &Cell>| -> Cell {
        cells.fold(vec![Part::default(); doses], |mut sum, cell| {
            for (sum, part) in sum.iter_mut().zip(cell) {
                sum.all += part.all;
                sum.have += part.have;
            }
            sum
        })
    };
    for row in &mut rows {
        let whole = sum(&mut row.iter());
        row.push(whole);
    }
    let down = |column: usize| sum(&mut rows.iter().filter_map(|row| row.get(column)));
    let last = (0..=districts).map(down).collect();
    rows.push(last);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(dose: &str, cohort: i32, district: &str, count: i64) -> Sum {
        Sum { dose: dose.to_owned(), cohort, district: district.to_owned(), count }
    }

    #[test]
    fn sums_stand_at_the_end_of_rows_and_columns() {
        let all = [sum("1", 2024, "東", 100), sum("1", 2024, "西", 50), sum("1", 2025, "東", 80)];
        let have = [sum("1", 2024, "東", 60), sum("1", 2024, "西", 30)];
        let found = Gathered::laid_out(&all, &have, 5);
        assert_eq!((found.cohorts.as_slice(), found.districts.len()), ([2025, 2024].as_slice(), 2));
        let whole = found.shown(2, 2, 0);
        assert_eq!((whole.all, whole.have, whole.share.as_deref()), (Some(230), Some(90), Some("39.1")));
        assert!(!found.withholds());
    }

    #[test]
    fn who_is_few_for_one_dose_is_shown_for_none() {
        let all = [
            sum("1", 2024, "東", 100),
            sum("1", 2024, "西", 50),
            sum("1", 2025, "東", 80),
            sum("1", 2025, "西", 60),
            sum("2", 2024, "東", 4),
        ];
        let found = Gathered::laid_out(&all, &[], 5);
        let place = (1, found.districts.iter().position(|it| it == "東").unwrap());
        assert!(found.shown(place.0, place.1, 0).withheld && found.shown(place.0, place.1, 1).withheld);
    }
}
