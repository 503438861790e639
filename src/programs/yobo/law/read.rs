//! From the tables to the [`Law`]. Nothing is left out and nothing is made up: a cell that does not
//! say what its column takes is an error of the folder.

use super::row::{self, APPLIES, HISTORY, REPEAT, WHOM, age, count, date, fault, flag, gap, text, word};
use super::{
    Cited, Code, Condition, Exclusion, Fault, Interval, Law, Live, LongTerm, Path, Product, Skip, Step,
    Total, Vaccine, Warning, Window,
};
use crate::domain::tables::{Row, Tables};
use crate::programs::yobo::age::Gap;
use crate::programs::yobo::course::LONGEST;

/// The condition of an interval that the course itself tells.
const BEGUN_HERE: &str = "begun_here";

impl<'a> Law<'a> {
    /// Reads all tables.
    ///
    /// # Errors
    /// When a table or a column is missing, or a cell cannot be read.
    pub fn read(tables: &'a Tables) -> Result<Law<'a>, Fault> {
        let mut law = Law::default();
        law.live = cited(tables.all_rows("live_kinds")?, |row| law.live_kind(row))?;
        law.after_live = cited(tables.all_rows("cross_rules")?, |row| days(row, "days"))?;
        for row in tables.all_rows("vaccines")? {
            let vaccine = law.vaccine(row, tables)?;
            law.vaccines.push(vaccine);
        }
        for row in tables.all_rows("withdrawn_lots")? {
            let product = law.intern(row.text("product")?);
            law.withdrawn.push((row, product, row.text("lot")?));
        }
        Ok(law)
    }

    fn live_kind(&mut self, row: &'a Row) -> Result<Live, Fault> {
        let code = self.intern(row.text("kind")?);
        Ok(Live { code, injected: row.boolean("injected")?, confirm: flag(row, "confirm") })
    }

    fn vaccine(&mut self, row: &'a Row, tables: &'a Tables) -> Result<Vaccine<'a>, Fault> {
        let key = row.text("vaccine")?;
        let of = |table: &str| rows_of(tables, table, key);
        Ok(Vaccine {
            key,
            row,
            whom: word(row, "sex", &WHOM)?,
            repeat: word(row, "repeat", &REPEAT)?,
            born: (date(row, "born_from"), date(row, "born_to")),
            replaced_by: text(row, "replaced_by"),
            voluntary_counts: flag(row, "voluntary_counts"),
            by_product: flag(row, "by_product"),
            products: cited(of("products")?, |row| self.product(row))?,
            windows: cited(of("windows")?, |row| self.window(row))?,
            long_term: cited(of("long_term")?, long_term)?.pop(),
            paths: of("paths")?.map(|row| self.path(row, tables)).collect::<Result<_, _>>()?,
            counted_with: cited(of("counted_with")?, |row| Ok(row.text("counted")?))?,
            totals: cited(of("totals")?, |row| self.total(row))?,
            mixing: cited(of("mixing")?, |row| {
                Ok((self.intern(row.text("begun")?), self.intern(row.text("next")?)))
            })?,
            credit: cited(of("credits")?, |row| Ok((need(row, "from_age", age)?, need(row, "least", gap)?)))?
                .pop(),
            season: cited(of("seasons")?, |row| {
                Ok([row::month_day(row, "first")?, row::month_day(row, "last")?])
            })?
            .pop(),
            diseases: cited(of("diseases")?, |row| {
                Ok((self.intern(row.text("disease")?), word(row, "excludes", &HISTORY)?))
            })?,
            exclusions: cited(of("exclusions")?, |row| self.exclusion(row))?,
            warnings: cited(of("warnings")?, warning)?,
        })
    }

    fn optional(&mut self, row: &'a Row, column: &str) -> Option<Code> {
        text(row, column).map(|name| self.intern(name))
    }

    /// A name that is a fact on record.
    fn fact(&mut self, row: &'a Row, column: &str) -> Option<Code> {
        let code = self.optional(row, column)?;
        if !self.facts.contains(&code) {
            self.facts.push(code);
        }
        Some(code)
    }

    fn product(&mut self, row: &'a Row) -> Result<Product, Fault> {
        let live = self.optional(row, "live");
        let injected = self.live.iter().any(|kind| Some(kind.rule.code) == live && kind.rule.injected);
        Ok(Product {
            code: self.intern(row.text("product")?),
            injected_live: injected,
            min_age: age(row, "min_age")?,
            history_only: flag(row, "history_only"),
        })
    }

    fn window(&mut self, row: &'a Row) -> Result<Window, Fault> {
        Ok(Window {
            start: age(row, "start")?,
            end: age(row, "end")?,
            product: self.optional(row, "product"),
            needs: self.fact(row, "condition").or(self.fact(row, "needs")),
            born: (date(row, "born_from"), date(row, "born_to")),
            dose_within: date(row, "dose_from").zip(date(row, "dose_to")),
            test_by: date(row, "test_by"),
        })
    }

    fn total(&mut self, row: &'a Row) -> Result<Total<'a>, Fault> {
        let most = usize::try_from(need(row, "most", count)?).map_err(|_| fault(row, "most"))?;
        let setting = self.fact(row, "setting").ok_or_else(|| fault(row, "setting"))?;
        Ok(Total { other: row.text("other")?, most, setting })
    }

    fn exclusion(&mut self, row: &'a Row) -> Result<Exclusion, Fault> {
        Ok(Exclusion { fact: self.fact(row, "fact"), product: self.optional(row, "product") })
    }

    fn path(&mut self, row: &'a Row, tables: &'a Tables) -> Result<Path<'a>, Fault> {
        let key = row.text("path")?;
        let of = PathRows { vaccine: row.text("vaccine")?, path: key, tables };
        let rows = of.rows("doses")?;
        let names: Vec<&str> = rows.iter().filter_map(|row| text(row, "dose")).collect();
        let steps = rows.iter().map(|row| self.step(row, &of, &names));
        let doses = steps.collect::<Result<Vec<_>, Fault>>()?;
        if doses.len() > LONGEST {
            return Err(fault(row, "path"));
        }
        let (first_from, first_to) = (age(row, "first_from")?, age(row, "first_to")?);
        Ok(Path { row, key, first_from, first_to, product: self.optional(row, "product"), doses })
    }

    fn step(&mut self, row: &'a Row, of: &PathRows<'a>, names: &[&str]) -> Result<Step<'a>, Fault> {
        let key = row.text("dose")?;
        let own = |table: &str| {
            let rows = of.rows(table)?.into_iter();
            Ok::<_, Fault>(rows.filter(move |row| text(row, "dose") == Some(key)))
        };
        Ok(Step {
            row,
            key,
            not_before: age(row, "not_before")?,
            not_after: age(row, "not_after")?,
            standard: (age(row, "standard_from")?, age(row, "standard_to")?),
            intervals: cited(own("intervals")?, |row| self.interval(row, names))?,
            skips: cited(own("skips")?, |row| skip(row, names))?,
        })
    }

    fn interval(&mut self, row: &'a Row, names: &[&str]) -> Result<Interval, Fault> {
        let after = row.text("after")?;
        let condition = text(row, "condition").and_then(|name| match name {
            BEGUN_HERE => Some(Condition::BegunHere),
            _ => self.fact(row, "condition").map(Condition::OnRecord),
        });
        Ok(Interval {
            after: if after == "last" { None } else { Some(place(row, "after", names)?) },
            least: gap(row, "least")?,
            standard: (gap(row, "standard_least")?, gap(row, "standard_most")?),
            below: gap(row, "below")?,
            condition,
        })
    }
}

/// Where the rows of one course stand.
struct PathRows<'a> {
    vaccine: &'a str,
    path: &'a str,
    tables: &'a Tables,
}

impl<'a> PathRows<'a> {
    fn rows(&self, table: &str) -> Result<Vec<&'a Row>, Fault> {
        let rows = rows_of(self.tables, table, self.vaccine)?;
        Ok(rows.filter(|row| text(row, "path") == Some(self.path)).collect())
    }
}

/// The rows of one vaccine, in the order of the file.
fn rows_of<'a>(
    tables: &'a Tables,
    table: &str,
    vaccine: &'a str,
) -> Result<impl Iterator<Item = &'a Row> + use<'a>, Fault> {
    let rows = tables.all_rows(table)?.iter();
    Ok(rows.filter(move |row| text(row, "vaccine") == Some(vaccine)))
}

fn cited<'a, T>(
    rows: impl IntoIterator<Item = &'a Row>,
    mut read: impl FnMut(&'a Row) -> Result<T, Fault>,
) -> Result<Vec<Cited<'a, T>>, Fault> {
    rows.into_iter().map(|row| Ok(Cited { row, rule: read(row)? })).collect()
}

fn need<T>(
    row: &Row,
    column: &str,
    read: impl FnOnce(&Row, &str) -> Result<Option<T>, Fault>,
) -> Result<T, Fault> {
    read(row, column)?.ok_or_else(|| fault(row, column))
}

fn days(row: &Row, column: &str) -> Result<Gap, Fault> {
    Gap::new("day", row.integer(column)?).ok_or_else(|| fault(row, column))
}

fn long_term(row: &Row) -> Result<LongTerm, Fault> {
    let applies = word(row, "rule", &APPLIES)?;
    Ok(LongTerm { applies, years: count(row, "years")?.unwrap_or(0), under_age: count(row, "under_age")? })
}

fn warning<'a>(row: &'a Row) -> Result<Warning<'a>, Fault> {
    Ok(Warning {
        key: row.text("warning")?,
        dose: row.text("dose")?,
        from_age: age(row, "from_age")?,
        due_within: count(row, "due_within")?.map(i64::from),
    })
}

/// The place in the course of the dose that a column names.
fn place(row: &Row, column: &str, names: &[&str]) -> Result<usize, Fault> {
    let written = row.text(column)?;
    names.iter().position(|name| *name == written).ok_or_else(|| fault(row, column))
}

fn skip(row: &Row, names: &[&str]) -> Result<Skip, Fault> {
    match row.text("rule")? {
        "given-after" => Ok(Skip::GivenAfter(place(row, "by", names)?, need(row, "age", age)?)),
        "lapsed" => Ok(Skip::Lapsed(need(row, "age", age)?)),
        "spaced" => {
            Ok(Skip::Spaced(place(row, "by", names)?, place(row, "until", names)?, need(row, "least", gap)?))
        }
        _ => Err(fault(row, "rule")),
    }
}
