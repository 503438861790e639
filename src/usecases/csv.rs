//! Lines of a table that people open in a spreadsheet.

/// What a file begins with, so that spreadsheets read it as UTF-8.
pub const MARK: &str = "\u{feff}";

/// One line, ended as RFC 4180 has it. A cell that a spreadsheet would compute is shown as text.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

/// The beginning of a table with its first rows, or what goes on with it.
pub fn part(begins: bool, rows: &[Vec<String>]) -> String {
    let mark = if begins { MARK } else { "" };
    let lines: String = rows.iter().map(|row| line(row.iter().map(String::as_str))).collect();
    format!("{mark}{lines}")
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
    fn only_the_beginning_is_marked() {
        let rows = [vec!["a".to_owned(), "b".to_owned()], vec!["1".to_owned(), String::new()]];
        assert_eq!(part(true, &rows), "\u{feff}a,b\r\n1,\r\n");
        assert_eq!(part(false, &rows[1..]), "1,\r\n");
    }
}
