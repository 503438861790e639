//! Pages that a strict content security policy can serve: no inline code, nothing from elsewhere.

use super::Findings;

/// What a page must not contain, with the way to do it instead.
const FORBIDDEN: [(&str, &str); 8] = [
    ("<script>", "put the script into static/js/"),
    ("<style", "put the rule into static/app.css"),
    (" style=", "use a class of static/app.css"),
    ("src=\"http", "serve the file from static/"),
    ("src=\"//", "serve the file from static/"),
    ("<link rel=\"stylesheet\" href=\"http", "serve the file from static/"),
    ("javascript:", "use a button and a script of static/js/"),
    ("| safe", "let the template escape the value"),
];

/// What breaks the policy on a page.
pub fn check_page(path: &str, text: &str) -> Findings {
    let forbidden = FORBIDDEN.iter().flat_map(|(part, instead)| {
        text.match_indices(part)
            .map(move |(at, part)| finding(path, text, at, &format!("{part} : {instead}")))
    });
    let handlers = text.match_indices(" on").filter(|(at, _)| is_handler(&text[at + 3..]));
    let handlers = handlers.map(|(at, _)| finding(path, text, at, "listen for the event in static/js/"));
    forbidden.chain(handlers).collect()
}

/// Whether `onXYZ=` goes on like the attribute of an event.
fn is_handler(rest: &str) -> bool {
    let name = rest.chars().take_while(char::is_ascii_lowercase).count();
    name > 0 && rest[name..].starts_with('=')
}

/// Addresses of other machines in a script or a style sheet.
pub fn check_asset(path: &str, text: &str) -> Findings {
    let elsewhere = ["http://", "https://", "url(//", "eval(", "innerHTML"];
    elsewhere
        .into_iter()
        .flat_map(|part| {
            text.match_indices(part)
                .map(|(at, part)| finding(path, text, at, &format!("{part} is not allowed")))
        })
        .collect()
}

fn finding(path: &str, text: &str, at: usize, message: &str) -> String {
    format!("{path}:{}: {message}", text[..at].matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_code_and_foreign_files_are_found() {
        for page in [
            "<script>x()</script>",
            "<p style=\"color: red\">",
            "<button onclick=\"x()\">",
            "<img src=\"https://example.org/a.png\">",
            "<style>p {}</style>",
            "{{ value | safe }}",
        ] {
            assert_eq!(check_page("a.html", page).len(), 1, "{page}");
        }
        assert_eq!(check_asset("a.css", "p { background: url(https://example.org/a.png) }").len(), 1);
        assert_eq!(check_asset("a.js", "box.innerHTML = text;").len(), 1);
    }

    #[test]
    fn own_files_and_links_are_no_finding() {
        let page = "<script src=\"/static/page.js\" defer></script><a href=\"https://example.org/\">switched on = yes</a>";
        assert!(check_page("a.html", page).is_empty());
        assert!(check_asset("a.css", "p { background: url(icons/a.svg) }").is_empty());
    }
}
