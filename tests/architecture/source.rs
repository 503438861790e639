//! A Rust file as the rules see it: without comments, without its tests.

/// A source file of the product.
pub struct Source {
    /// Path from the project's root, such as `src/web/mod.rs`.
    pub path: String,
    /// The text with comments and test modules blanked out. Lines keep their numbers.
    pub code: String,
    /// The same with the content of string literals blanked out too.
    pub bare: String,
}

impl Source {
    pub fn read(path: &str, text: &str) -> Source {
        let bare = blank(text, true);
        let tests = test_ranges(&bare);
        let whole = is_test_file(path);
        let hide = |text: String| if whole { String::new() } else { blank_ranges(&text, &tests) };
        Source { path: path.to_owned(), code: hide(blank(text, false)), bare: hide(bare) }
    }

    /// The floor of the house: the first folder below `src`, or the file itself.
    pub fn floor(&self) -> &str {
        let below = self.path.strip_prefix("src/").unwrap_or(&self.path);
        below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
    }

    /// A finding on the line of this byte of the code.
    pub fn finding(&self, at: usize, message: &str) -> String {
        let line = self.bare.get(..at).map_or(0, |before| before.matches('\n').count()) + 1;
        format!("{}:{line}: {message}", self.path)
    }
}

fn is_test_file(path: &str) -> bool {
    let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".rs");
    stem == "tests" || stem.ends_with("_tests") || path.split('/').any(|part| part == "tests")
}

/// Every place where `word` stands as a whole word.
pub fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let joined = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let before = text[..at].chars().next_back().is_some_and(joined);
        let after = text[at + word.len()..].chars().next().is_some_and(joined);
        !before && !after
    })
}

/// Replaces comments, and string contents if asked, by spaces; bytes keep their places.
fn blank(text: &str, strings: bool) -> String {
    let mut out = text.as_bytes().to_vec();
    let mut at = 0;
    while at < text.len() {
        let (end, hide) = token(&text.as_bytes()[at..], strings);
        if hide {
            wipe(&mut out[at..at + end]);
        }
        at += end;
    }
    String::from_utf8(out).expect("whole characters were replaced")
}

fn wipe(bytes: &mut [u8]) {
    bytes.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
}

/// Length of the token at the beginning, and whether it is to be hidden.
fn token(rest: &[u8], strings: bool) -> (usize, bool) {
    match rest {
        [b'/', b'/', ..] => (until(rest, b"\n"), true),
        [b'/', b'*', ..] => (block_comment(rest), true),
        [b'r', b'"', ..] | [b'r', b'#', b'"' | b'#', ..] => (raw_string(rest), strings),
        [b'"', ..] => (string(rest), strings),
        [b'\'', b'\\', ..] => (2 + until(&rest[2..], b"'") + 1, strings),
        [b'\'', _, b'\'', ..] => (3, strings),
        [c, ..] if c.is_ascii_alphanumeric() || *c == b'_' => (word_length(rest), false),
        _ => (1, false),
    }
}

fn word_length(rest: &[u8]) -> usize {
    rest.iter().take_while(|c| c.is_ascii_alphanumeric() || **c == b'_').count()
}

fn until(rest: &[u8], end: &[u8]) -> usize {
    rest.windows(end.len()).position(|window| window == end).unwrap_or(rest.len())
}

fn block_comment(rest: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        match rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn raw_string(rest: &[u8]) -> usize {
    let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
    let open = 2 + hashes;
    let end = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
    (open + until(rest.get(open..).unwrap_or_default(), &end) + end.len()).min(rest.len())
}

fn string(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != b'"' {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

/// The items behind `#[cfg(test)]`, up to their closing brace or semicolon.
fn test_ranges(bare: &str) -> Vec<(usize, usize)> {
    bare.match_indices("#[cfg(test)]").map(|(at, _)| (at, at + item_length(&bare[at..]))).collect()
}

fn item_length(item: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in item.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(c, '}' | ';') {
            return at + 1;
        }
    }
    item.len()
}

fn blank_ranges(text: &str, ranges: &[(usize, usize)]) -> String {
    let mut out = text.as_bytes().to_vec();
    for &(start, end) in ranges {
        wipe(&mut out[start..end]);
    }
    String::from_utf8(out).expect("items begin and end between characters")
}

#[test]
fn comments_and_tests_are_blanked_and_strings_only_in_bare() {
    let text = "/// 難病 doc\nfn f<'a>(c: char) { g(\"// kept \\\" 甲\", '\"', r#\"raw \" x\"#); } /* a /* b */ c */\n\
                #[cfg(test)]\nmod tests { fn t() { hidden() } }\nfn last() {}\n";
    let source = Source::read("src/domain/x.rs", text);
    assert!(!source.code.contains("難病") && !source.code.contains("hidden") && !source.code.contains(" b "));
    assert!(source.code.contains("// kept \\\" 甲") && source.code.contains("fn last"));
    assert!(
        !source.bare.contains("kept") && !source.bare.contains("raw") && source.bare.contains("fn f<'a>")
    );
    assert_eq!(source.bare.lines().count(), text.lines().count());
    assert_eq!(source.floor(), "domain");
    assert!(source.finding(source.bare.find("last").unwrap(), "m").starts_with("src/domain/x.rs:5:"));
}

#[test]
fn a_file_of_tests_is_no_product() {
    assert!(Source::read("src/domain/forms/tests.rs", "fn f() {}").code.is_empty());
    assert_eq!(Source::read("src/app.rs", "fn f() {}").floor(), "app");
}
