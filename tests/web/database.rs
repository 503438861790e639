//! What stands in a database, read past everything that opens it.

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};
use madoguchi::store::{Conn, Database, StoreError};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = sql_types::Text)]
    text: String,
}

/// The column `text` of a query.
pub fn texts(database: &Database, sql: &str) -> Vec<String> {
    let rows: Result<Vec<Row>, StoreError> = database.read(|conn| {
        Ok(match conn {
            Conn::Sqlite(c) => sql_query(sql).load(c)?,
            Conn::Postgres(c) => sql_query(sql).load(c)?,
        })
    });
    rows.unwrap().into_iter().map(|row| row.text).collect()
}

/// Runs SQL past everything that guards the tables, as somebody with access to the server could.
pub fn run(database: &Database, sql: &str) {
    let done: Result<usize, StoreError> = database.write(|conn| Ok(sql_query(sql).execute(conn)?));
    done.unwrap();
}

/// Every table.
pub fn tables(database: &Database) -> Vec<String> {
    let sql = if database.address().is_embedded() {
        "SELECT name AS text FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1"
    } else {
        "SELECT CAST(table_name AS TEXT) AS text FROM information_schema.tables
         WHERE table_schema = 'public' ORDER BY 1"
    };
    let own = |name: &String| !name.starts_with('_');
    texts(database, sql).into_iter().filter(own).collect()
}

/// Every row of a table, all columns in one text.
pub fn rows(database: &Database, table: &str) -> Vec<String> {
    if !database.address().is_embedded() {
        return texts(database, &format!("SELECT CAST(t.* AS TEXT) AS text FROM {table} t ORDER BY 1"));
    }
    let columns = texts(database, &format!("SELECT name AS text FROM pragma_table_info('{table}')"));
    let joined: Vec<_> = columns.iter().map(|column| as_text(column)).collect();
    texts(database, &format!("SELECT {} AS text FROM {table} ORDER BY 1", joined.join(" || ' ' || ")))
}

fn as_text(column: &str) -> String {
    format!(
        "COALESCE(CASE typeof({column}) WHEN 'blob' THEN hex({column}) ELSE CAST({column} AS TEXT) END, '')"
    )
}
