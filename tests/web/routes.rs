//! Every route of the pages, read from the handlers' attributes, so that a new one is tested at once.

use std::path::Path;

use regex_lite::Regex;

/// Paths of the handlers of a method, with a made-up value for each parameter. Digits fit a parameter
/// of any type.
pub fn paths(method: &str) -> Vec<String> {
    templates(method).iter().map(|path| filled(path)).collect()
}

/// Paths of the handlers of a method that lie below `root`, which ends with the case, with its id and
/// otherwise made-up values.
pub fn below_case(method: &str, root: &str, case: &str) -> Vec<String> {
    let (start, _) = root.split_once('{').unwrap();
    let below = templates(method).into_iter().filter_map(|path| path.strip_prefix(root).map(filled));
    below.map(|rest| format!("{start}{case}{rest}")).collect()
}

fn templates(method: &str) -> Vec<String> {
    let attribute = Regex::new(&format!(r#"#\[{method}\("([^"]+)"\)\]"#)).unwrap();
    let mut found = Vec::new();
    collect(Path::new("src/web"), &mut |text| {
        found.extend(attribute.captures_iter(text).map(|it| it[1].to_owned()));
    });
    found.sort();
    found
}

/// Machines bring a token and no form.
pub fn is_for_machines(path: &str) -> bool {
    path.starts_with("/api/")
}

fn filled(path: &str) -> String {
    Regex::new(r"\{[^}]*\}").unwrap().replace_all(path, "1").into_owned()
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
    assert!(paths("get").contains(&"/static/1".to_owned()));
    assert!(below_case("get", "/a/{case}", "case_1").contains(&"/a/case_1/s/1".to_owned()));
}
