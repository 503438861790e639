//! Every route of the pages, read from the handlers' attributes, so that a new one is tested at once.

use std::path::Path;

use regex_lite::Regex;

/// Paths of the handlers of a method, with a made-up value for each parameter.
pub fn paths(method: &str) -> Vec<String> {
    let attribute = Regex::new(&format!(r#"#\[{method}\("([^"]+)"\)\]"#)).unwrap();
    let mut found = Vec::new();
    collect(Path::new("src/web"), &mut |text| {
        found.extend(attribute.captures_iter(text).map(|it| filled(&it[1])));
    });
    found.sort();
    found
}

/// Machines bring a token and no form.
pub fn is_for_machines(path: &str) -> bool {
    path.starts_with("/api/")
}

fn filled(path: &str) -> String {
    Regex::new(r"\{[^}]*\}").unwrap().replace_all(path, "x").into_owned()
}

fn collect(folder: &Path, use_text: &mut impl FnMut(&str)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, use_text);
        } else if path.extension().is_some_and(|it| it == "rs") {
            use_text(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn routes_are_found_with_their_parameters_filled() {
    assert!(paths("post").contains(&"/sign-out".to_owned()));
    assert!(paths("get").contains(&"/static/x".to_owned()));
}
