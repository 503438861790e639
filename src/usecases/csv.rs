//! Lines of a table that people open in a spreadsheet.

/// What a file begins with, so that spreadsheets read it as UTF-8.
pub const MARK: &str = "\u{feff}";

/// One line, ended as RFC 4180 has it. A cell that a spreadsheet would compute is shown as text.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

fn cell(text: &str) -> String {
    let computes = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let shown = if computes { format!("'{text}") } else { text.to_owned() };
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
}
