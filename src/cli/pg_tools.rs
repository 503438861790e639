//! PostgreSQL's own programs for copying a database away and bringing it back.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

/// Writes a consistent copy of a database to a file, in pg_dump's custom format.
///
/// # Errors
/// When pg_dump is not installed, or says why it could not.
pub fn dump(url: &str, file: &Path) -> anyhow::Result<()> {
    let mut command = Command::new("pg_dump");
    command.args(["--format=custom", "--no-owner", "--no-privileges", "--file"]).arg(file);
    run(command, url)
}

/// Fills an empty database from such a file: all of it, or nothing.
///
/// # Errors
/// When pg_restore is not installed, or says why it could not.
pub fn restore(url: &str, file: &Path) -> anyhow::Result<()> {
    let mut command = Command::new("pg_restore");
    command.args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]).arg(file);
    run(command, url)
}

fn run(mut command: Command, url: &str) -> anyhow::Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let (address, password) = without_password(url);
    command.arg("--dbname").arg(address);
    if let Some(password) = password {
        // Arguments can be seen by every user of the machine; the environment cannot.
        command.env("PGPASSWORD", password);
    }
    let done = command
        .output()
        .with_context(|| format!("{name} is needed: install PostgreSQL's client programs"))?;
    if !done.status.success() {
        bail!("{name}: {}", String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(())
}

/// `postgres://user:password@host/name` without the password, and the password.
fn without_password(url: &str) -> (String, Option<String>) {
    let Some((scheme, rest)) = url.split_once("://") else { return (url.to_owned(), None) };
    let Some((who, place)) = rest.rsplit_once('@') else { return (url.to_owned(), None) };
    match who.split_once(':') {
        Some((user, password)) => (format!("{scheme}://{user}@{place}"), Some(decoded(password))),
        None => (url.to_owned(), None),
    }
}

/// A text with `%41` and its like resolved.
fn decoded(text: &str) -> String {
    let pair = format!("p={}", text.replace('+', "%2B"));
    let parsed: Result<Vec<(String, String)>, _> = serde_urlencoded::from_str(&pair);
    parsed.ok().and_then(|pairs| pairs.into_iter().next()).map_or_else(|| text.to_owned(), |pair| pair.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_taken_out_of_the_address() {
        let (address, password) =
            without_password("postgres://city:a%2Fb+c@db.example:5432/m?sslmode=disable");
        assert_eq!(address, "postgres://city@db.example:5432/m?sslmode=disable");
        assert_eq!(password.as_deref(), Some("a/b+c"));
        let (address, password) = without_password("postgres://city@/m?host=/run/postgresql");
        assert_eq!((address.as_str(), password), ("postgres://city@/m?host=/run/postgresql", None));
    }
}
