//! What is the same for everybody: health, keys, styles and scripts.

use super::forms::attribute;
use super::town::everywhere;

#[test]
fn health_says_that_the_house_stands_and_nothing_else() {
    everywhere(async |town| {
        let page = town.browser().get("/health").await;
        assert_eq!((page.status, page.text.as_str()), (200, r#"{"status":"ok"}"#));
    });
}

#[test]
fn what_a_page_names_is_there_and_kept_for_long() {
    everywhere(async |town| {
        let mut browser = town.browser();
        let page = browser.get("/sign-in").await;
        let tags = page.text.split('<').filter(|tag| tag.contains("/static/"));
        let named: Vec<_> =
            tags.filter_map(|tag| attribute(tag, "href").or_else(|| attribute(tag, "src"))).collect();
        assert!(named.len() >= 3, "{named:?}");
        for address in named {
            let file = browser.get(&address).await;
            assert_eq!(file.status, 200, "{address}");
            assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable", "{address}");
        }
    });
}

#[test]
fn a_file_under_its_plain_name_is_kept_only_shortly() {
    everywhere(async |town| {
        let file = town.browser().get("/static/app.css").await;
        assert_eq!((file.status, file.header("cache-control")), (200, "public, max-age=300"));
        assert!(file.header("content-type").starts_with("text/css"));
    });
}

#[test]
fn a_file_is_packed_for_browsers_that_can_unpack_it() {
    everywhere(async |town| {
        let request = town.browser().request(reqwest::Method::GET, "/static/app.css");
        let answer = request.header("accept-encoding", "gzip").send().await.unwrap();
        assert_eq!(answer.headers()["content-encoding"], "gzip");
        assert!(answer.headers()["vary"].to_str().unwrap().contains("accept-encoding"));
    });
}

#[test]
fn only_the_desks_worker_may_stand_before_its_pages() {
    everywhere(async |town| {
        let mut browser = town.browser();
        let worker = browser.get("/static/offline/worker.js").await;
        assert_eq!((worker.status, worker.header("service-worker-allowed")), (200, "/physician"));
        let other = browser.get("/static/offline/store.js").await;
        assert!(other.status == 200 && !other.headers.contains_key("service-worker-allowed"));
    });
}
