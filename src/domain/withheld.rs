//! Small numbers in tables that leave the house (秘匿): which cells are not shown, so that none of them can be computed
//! from those that are.
//!
//! A cell is withheld when it tells of few people: few are counted, few of them have something, or few have it not.
//! Further cells are withheld with it (secondary suppression) until no withheld cell follows from the sums of its row
//! and column, which are cells like others. Cells are the edges between a row and a column; a withheld one follows from
//! the rest exactly where it lies on no cycle of withheld ones.

use std::collections::BTreeSet;

/// How many are counted, and how many of them have what the table is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// All of them.
    pub all: u64,
    /// Those who have it.
    pub have: u64,
}

/// What stands at one row and column: one part for each thing that is counted of the same people.
pub type Cell = Vec<Part>;

/// Row and column.
type Place = (usize, usize);

/// The cells of a table that are withheld. The last row and the last column of the table are the sums of the others.
pub fn withheld(table: &[Vec<Cell>], smallest: u64) -> BTreeSet<(usize, usize)> {
    let mut hidden: BTreeSet<Place> =
        places(table).filter(|place| is_small(at(table, *place), smallest)).collect();
    while let Some(place) = next(table, &hidden, smallest) {
        hidden.insert(place);
    }
    hidden
}

fn places(table: &[Vec<Cell>]) -> impl Iterator<Item = Place> + '_ {
    table.iter().enumerate().flat_map(|(row, cells)| (0..cells.len()).map(move |column| (row, column)))
}

fn at(table: &[Vec<Cell>], (row, column): Place) -> &[Part] {
    table.get(row).and_then(|cells| cells.get(column)).map(Vec::as_slice).unwrap_or_default()
}

fn is_small(cell: &[Part], smallest: u64) -> bool {
    let few = |count: u64| count > 0 && count < smallest;
    cell.iter().any(|part| few(part.all) || few(part.have) || few(part.all.saturating_sub(part.have)))
}

fn is_empty(cell: &[Part]) -> bool {
    cell.iter().all(|part| part.all == 0)
}

/// One more cell that has to be withheld, or none when it is enough.
fn next(table: &[Vec<Cell>], hidden: &BTreeSet<Place>, smallest: u64) -> Option<Place> {
    let open = lines(table).into_iter().filter(|line| follows(table, line, hidden, smallest));
    open.filter_map(|line| partner(table, &line, hidden)).next().or_else(|| {
        let bridges = hidden.iter().filter(|place| is_bridge(**place, hidden));
        let beside = bridges.flat_map(|place| lines(table).into_iter().filter(|line| line.contains(place)));
        beside.into_iter().find_map(|line| partner(table, &line, hidden))
    })
}

/// The places of every row and column.
fn lines(table: &[Vec<Cell>]) -> Vec<Vec<Place>> {
    let columns = table.first().map_or(0, Vec::len);
    let row = |row: usize| (0..columns).map(|column| (row, column)).collect();
    let column = |column: usize| (0..table.len()).map(|row| (row, column)).collect();
    (0..table.len()).map(row).chain((0..columns).map(column)).collect()
}

/// Whether what is withheld in a line follows from its sum: one cell alone, or several of which the sum tells that they
/// are few, or that all of them have it or none.
fn follows(table: &[Vec<Cell>], line: &[Place], hidden: &BTreeSet<Place>, smallest: u64) -> bool {
    let within: Vec<Place> = line.iter().copied().filter(|place| hidden.contains(place)).collect();
    let Some(sum) = line.last().filter(|_| !within.is_empty()) else { return false };
    if hidden.contains(sum) {
        return within.len() < 2;
    }
    let together = |kind: usize| {
        let parts = within.iter().filter_map(|place| at(table, *place).get(kind));
        parts.fold(Part::default(), |sum, part| Part { all: sum.all + part.all, have: sum.have + part.have })
    };
    // What the sum of the whole line says of everybody in it, is said anyway.
    let told = |(kind, whole): (usize, &Part)| {
        let part = together(kind);
        let none = part.have == 0 && whole.have > 0;
        let every = part.have == part.all && whole.have < whole.all;
        part.all > 0 && (part.all < smallest || none || every)
    };
    within.len() < 2 || at(table, *sum).iter().enumerate().any(told)
}

/// The cell of a line that costs least: with the fewest people, and a sum only where nothing else is left.
fn partner(table: &[Vec<Cell>], line: &[Place], hidden: &BTreeSet<Place>) -> Option<Place> {
    let (rows, columns) = (table.len(), table.first().map_or(0, Vec::len));
    let is_sum = |(row, column): Place| row + 1 == rows || column + 1 == columns;
    let people = |place: Place| at(table, place).iter().map(|part| part.all).max().unwrap_or(0);
    let open = line.iter().copied().filter(|place| !hidden.contains(place) && !is_empty(at(table, *place)));
    open.min_by_key(|place| (is_sum(*place), people(*place), *place))
}

/// Whether a withheld cell lies on no cycle of withheld cells: without it, its column is not reached from its row.
fn is_bridge(place: Place, hidden: &BTreeSet<Place>) -> bool {
    let (mut rows, mut columns) = (BTreeSet::from([place.0]), BTreeSet::new());
    loop {
        let others = || hidden.iter().filter(|it| **it != place);
        let before = rows.len() + columns.len();
        columns.extend(others().filter(|it| rows.contains(&it.0)).map(|it| it.1));
        rows.extend(others().filter(|it| columns.contains(&it.1)).map(|it| it.0));
        if columns.contains(&place.1) {
            return false;
        }
        if rows.len() + columns.len() == before {
            return true;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A table with its sums, from the inner cells.
    fn table(inner: &[Vec<(u64, u64)>]) -> Vec<Vec<Cell>> {
        let sum = |parts: &[(u64, u64)]| {
            parts.iter().fold((0, 0), |(all, have), part| (all + part.0, have + part.1))
        };
        let mut rows: Vec<Vec<(u64, u64)>> = inner.to_vec();
        for row in &mut rows {
            row.push(sum(row));
        }
        let columns = rows.first().map_or(0, Vec::len);
        let down = |column: usize| sum(&rows.iter().map(|row| row[column]).collect::<Vec<_>>());
        rows.push((0..columns).map(down).collect());
        let cell = |(all, have): (u64, u64)| vec![Part { all, have }];
        rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect()
    }

    #[test]
    fn nothing_small_and_nothing_is_withheld() {
        let large = table(&[vec![(100, 50), (80, 40)], vec![(90, 30), (70, 20)]]);
        assert!(withheld(&large, 10).is_empty());
        assert!(withheld(&table(&[vec![(0, 0), (80, 40)]]), 10).is_empty(), "nobody is nobody's secret");
    }

    #[test]
    fn a_small_cell_takes_others_along_so_that_no_sum_tells_it() {
        let one = table(&[
            vec![(5, 3), (80, 40), (60, 30)],
            vec![(90, 30), (70, 20), (50, 25)],
            vec![(40, 20), (30, 15), (55, 20)],
        ]);
        let hidden = withheld(&one, 10);
        assert!(hidden.contains(&(0, 0)) && hidden.len() >= 4, "{hidden:?}");
        assert!(!hidden.contains(&(3, 3)), "the sum of all still stands: {hidden:?}");
    }

    #[test]
    fn few_who_have_it_not_are_small_too() {
        let one = table(&[vec![(50, 48), (80, 40)], vec![(90, 30), (70, 20)]]);
        assert!(withheld(&one, 10).contains(&(0, 0)));
    }

    proptest! {
        #[test]
        fn no_withheld_cell_follows_from_those_that_are_shown(
            inner in prop::collection::vec(prop::collection::vec((0u64..40, 0u64..=100), 3), 1..5),
            smallest in 0u64..15,
        ) {
            let part = |(all, share): &(u64, u64)| (*all, all * share / 100);
            let inner: Vec<Vec<(u64, u64)>> = inner.iter().map(|row| row.iter().map(part).collect()).collect();
            let table = table(&inner);
            let hidden = withheld(&table, smallest);
            for place in places(&table) {
                prop_assert!(!is_small(at(&table, place), smallest) || hidden.contains(&place));
            }
            prop_assert_eq!(told(&table, &hidden), None);
        }
    }

    /// A withheld cell that solving the sums of rows and columns tells, by peeling off what stands alone in a line.
    fn told(table: &[Vec<Cell>], hidden: &BTreeSet<Place>) -> Option<Place> {
        let alone = |line: Vec<Place>| {
            let left: Vec<Place> = line.into_iter().filter(|place| hidden.contains(place)).collect();
            (left.len() == 1).then(|| left[0])
        };
        lines(table).into_iter().find_map(alone)
    }
}
