//! What stands on every answer.

use super::routes;
use super::town::everywhere;

const ALWAYS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"),
];

#[test]
fn every_answer_says_what_a_browser_must_not_do() {
    everywhere(async |town| {
        let mut browser = town.browser();
        let mut paths = routes::paths("get");
        paths.extend(["/no-such-page", "/staff/no-such-page", "/static/no-such-file.css"].map(str::to_owned));
        for path in paths {
            let page = browser.get(&path).await;
            for (name, value) in ALWAYS {
                assert_eq!(page.header(name), value, "{name} of {path}");
            }
            let policy = page.header("content-security-policy");
            assert!(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                "{path}"
            );
            assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"), "{path}: {policy}");
            assert_ne!(page.status, 500, "{path}: {}", page.text);
        }
    });
}

#[test]
fn what_a_page_shows_is_not_kept() {
    everywhere(async |town| {
        for path in ["/sign-in", "/staff/sign-in", "/no-such-page", "/health"] {
            assert_eq!(town.browser().get(path).await.header("cache-control"), "no-store", "{path}");
        }
    });
}

#[test]
fn the_policy_covers_all_that_pages_hold() {
    everywhere(async |town| {
        for path in ["/sign-in", "/staff/sign-in", "/signed-out", "/no-such-page"] {
            let page = town.browser().get(path).await;
            assert!(!page.text.contains("<style") && !page.text.contains(" style=\""), "{path}");
            for script in page.text.split("<script").skip(1) {
                let (tag, rest) = script.split_once('>').unwrap();
                assert!(tag.contains(" src=\"/static/") && rest.starts_with("</script>"), "{path}: {tag}");
            }
            let handlers = [" onclick=", " onload=", " onsubmit=", " onchange=", "javascript:"];
            assert!(handlers.iter().all(|handler| !page.text.contains(handler)), "{path}");
        }
    });
}
