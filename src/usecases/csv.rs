//! Lines of a table that people open in a spreadsheet.

/// What a file begins with, so that spreadsheets read it as UTF-8.
pub const MARK: &str = "\u{feff}";

/// One line, ended as RFC 4180 has it. A cell that a spreadsheet would compute is shown as text.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

/// The rows of such a table, as they were before they were written.
pub fn rows(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix(MARK).unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let plain = |cell: &str| match cell.strip_prefix('\'') {
        Some(rest) if computes(rest) => rest.to_owned(),
        _ => cell.to_owned(),
    };
    reader.records().flatten().map(|row| row.iter().map(plain).collect()).collect()
}

fn computes(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

fn cell(text: &str) -> String {
    let shown = if computes(text) { format!("'{text}") } else { text.to_owned() };
    if shown.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", shown.replace('"', "\"\"")) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_computed() {
        assert_eq!(line(["a", "1,5", "say \"x\""]), "a,\"1,5\",\"say \"\"x\"\"\"\r\n");
        assert_eq!(line(["=1+1", "-", "ok"]), "'=1+1,'-,ok\r\n");
    }

    #[test]
    fn a_table_is_read_as_it_was_before_it_was_written() {
        let cells = ["=1+1", "1,5", "say \"x\"", "'", "two\nlines"];
        assert_eq!(rows(&format!("{MARK}{}{}", line(cells), line(["ok"]))), [&cells[..], &["ok"]]);
    }
}
