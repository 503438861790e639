//! The two folders of migrations describe one schema, and no two migrations have one stamp.

use std::collections::{BTreeMap, BTreeSet};

use super::Findings;

/// Words that begin a table constraint instead of a column.
const CONSTRAINTS: [&str; 5] = ["CHECK", "CONSTRAINT", "FOREIGN", "PRIMARY", "UNIQUE"];

/// Differences in stamps, tables and columns between the files of both folders.
pub fn check(sqlite: &[(String, String)], postgres: &[(String, String)]) -> Findings {
    let mut findings = differ("the migration", &stamps(sqlite), &stamps(postgres));
    findings.extend(differ("the column", &columns(sqlite), &columns(postgres)));
    findings.extend(shared(&stamps(sqlite)));
    findings
}

/// Stamps that two migrations have: of those only one would be applied.
fn shared(migrations: &BTreeSet<String>) -> Findings {
    let folders = migrations.iter().filter_map(|path| path.split_once('/')).map(|(folder, _)| folder);
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for folder in folders {
        names.entry(folder.split('_').next().unwrap_or_default()).or_default().insert(folder);
    }
    let twice = names.values().filter(|names| names.len() > 1);
    twice.map(|names| format!("one stamp for {names:?}: give the later one its own")).collect()
}

fn differ(what: &str, sqlite: &BTreeSet<String>, postgres: &BTreeSet<String>) -> Findings {
    let missing = |names: BTreeSet<&String>, folder: &str| {
        names.into_iter().map(|name| format!("{what} {name} is missing in {folder}")).collect::<Findings>()
    };
    let mut findings = missing(sqlite.difference(postgres).collect(), "postgres");
    findings.extend(missing(postgres.difference(sqlite).collect(), "sqlite"));
    findings
}

/// Folder and file name of each migration.
fn stamps(files: &[(String, String)]) -> BTreeSet<String> {
    files.iter().filter_map(|(path, _)| Some(path.splitn(3, '/').nth(2)?.to_owned())).collect()
}

/// Every `table.column` that the migrations create.
fn columns(files: &[(String, String)]) -> BTreeSet<String> {
    let up = files.iter().filter(|(path, _)| path.ends_with("up.sql"));
    let tables: BTreeMap<String, BTreeSet<String>> =
        up.flat_map(|(_, sql)| tables(&without_comments(sql))).collect();
    tables
        .iter()
        .flat_map(|(table, columns)| columns.iter().map(move |column| format!("{table}.{column}")))
        .collect()
}

fn without_comments(sql: &str) -> String {
    sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn tables(sql: &str) -> Vec<(String, BTreeSet<String>)> {
    sql.split(';').filter_map(table).collect()
}

fn table(statement: &str) -> Option<(String, BTreeSet<String>)> {
    let (name, body) = statement.trim().strip_prefix("CREATE TABLE ")?.split_once('(')?;
    let columns = top_level_parts(body).into_iter().filter_map(first_word);
    Some((name.trim().to_owned(), columns.filter(|word| !CONSTRAINTS.contains(&word.as_str())).collect()))
}

fn first_word(part: &str) -> Option<String> {
    part.split(|c: char| !c.is_alphanumeric() && c != '_').find(|word| !word.is_empty()).map(str::to_owned)
}

/// Splits at the commas outside any inner bracket.
fn top_level_parts(body: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    body.split(|c: char| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0 && c == ','
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "-- a, b\nCREATE TABLE t (\n a TEXT CHECK (a IN ('x', 'y')),\n b BIGINT,\n PRIMARY KEY (a, b)\n);";

    fn folder(name: &str, sql: &str) -> Vec<(String, String)> {
        vec![(format!("migrations/{name}/1_t/up.sql"), sql.to_owned())]
    }

    #[test]
    fn columns_are_read() {
        assert_eq!(columns(&folder("sqlite", TABLE)).into_iter().collect::<Vec<_>>(), ["t.a", "t.b"]);
    }

    #[test]
    fn a_missing_column_and_a_missing_stamp_are_found() {
        let short = TABLE.replace(" b BIGINT,\n", "");
        assert_eq!(check(&folder("sqlite", TABLE), &folder("postgres", &short)).len(), 1);
        assert_eq!(check(&folder("sqlite", TABLE), &[]).len(), 3);
        assert!(check(&folder("sqlite", TABLE), &folder("postgres", TABLE)).is_empty());
    }
    #[test]
    fn one_stamp_for_two_migrations_is_found() {
        let other = ("migrations/sqlite/1_u/up.sql".to_owned(), String::new());
        let both = stamps(&[folder("sqlite", TABLE), vec![other]].concat());
        assert_eq!(shared(&both).len(), 1);
        assert!(shared(&stamps(&folder("sqlite", TABLE))).is_empty());
    }
}
