//! Instance paths: the linkId, under rows prefixed by `group[0]/`; a repeating question's answers
//! stand at `linkId[0]`, `linkId[1]`.

/// The linkId at the end of a path, without its index.
pub(super) fn link_id_of(path: &str) -> &str {
    let last = path.rsplit('/').next().unwrap_or(path);
    last.split('[').next().unwrap_or(last)
}

/// The path of the question an answer path belongs to: `a[0]/tel[1]` is an answer of `a[0]/tel`.
pub(super) fn question_path(path: &str) -> &str {
    let last = path.rfind('/').map_or(0, |at| at + 1);
    let index = path.get(last..).and_then(|tail| tail.find('['));
    index.and_then(|index| path.get(..last + index)).unwrap_or(path)
}

/// Whether `key` is `path` or lies below it.
pub(super) fn is_within(key: &str, path: &str) -> bool {
    key.strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('[') || rest.starts_with('/'))
}

/// The row number and the rest of a key below the rows of `path`.
pub(super) fn row_of<'k>(key: &'k str, path: &str) -> Option<(usize, &'k str)> {
    let (index, rest) = key.strip_prefix(path)?.strip_prefix('[')?.split_once(']')?;
    Some((index.parse().ok()?, rest))
}

/// The repeating groups a path goes through, each with the row taken.
pub(super) fn row_steps(path: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, _) in path.match_indices("]/") {
        let head = path.get(..at).unwrap_or_default();
        if let Some((group, index)) = head.rsplit_once('[') {
            found.extend(index.parse().ok().map(|index| (group.to_owned(), index)));
        }
    }
    found
}

/// The row numbers in a path, for sorting rows as numbers.
pub(super) fn indexes(path: &str) -> Vec<usize> {
    path.split('[').skip(1).filter_map(|part| part.split(']').next()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart() {
        assert_eq!(link_id_of("a[0]/b[12]/tel[3]"), "tel");
        assert_eq!(question_path("a[0]/tel[3]"), "a[0]/tel");
        assert_eq!(question_path("tel"), "tel");
        assert_eq!(row_steps("a[0]/b[12]/tel"), [("a".to_owned(), 0), ("a[0]/b".to_owned(), 12)]);
        assert_eq!(row_of("a[3]/x", "a"), Some((3, "/x")));
        assert!(is_within("a[3]/x", "a") && is_within("a/x", "a") && !is_within("ab", "a"));
        assert_eq!(indexes("a[10]/b[2]"), [10, 2]);
    }
}
