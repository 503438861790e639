use std::time::Instant;

use super::stub::{Answer, Stub, clock};
use super::*;

fn http(settings: HttpSettings) -> Http {
    Http::new(settings, clock()).expect("http")
}

async fn get(http: &Http, url: &str) -> Result<Reply, HttpFault> {
    http.call(|client| Ok(client.get(url))).await
}

#[tokio::test]
async fn a_storm_is_weathered_and_retry_after_is_obeyed() {
    let stub = Stub::start(|_, number| match number {
        0 => Answer::wait(429, 1),
        1 => Answer::Cut,
        _ => Answer::json(200, serde_json::json!({ "ok": true })),
    })
    .await;
    let began = Instant::now();
    let reply = get(&http(HttpSettings::default()), &stub.base).await.expect("reply");
    assert_eq!((reply.status, stub.asked().len()), (200, 3));
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn tries_are_bounded_and_a_final_answer_is_not_repeated() {
    let stub = Stub::start(|_, _| Answer::wait(503, 0)).await;
    let three = http(HttpSettings { attempts: 3, ..HttpSettings::default() });
    assert_eq!(get(&three, &stub.base).await.expect("reply").status, 503);
    assert_eq!(stub.asked().len(), 3);
    let stub = Stub::start(|_, _| Answer::json(404, serde_json::json!({}))).await;
    assert_eq!(get(&three, &stub.base).await.expect("reply").status, 404);
    assert_eq!(stub.asked().len(), 1);
}

#[tokio::test]
async fn the_circuit_opens_and_the_server_is_left_in_peace() {
    let stub = Stub::start(|_, _| Answer::wait(500, 0)).await;
    let http = http(HttpSettings { attempts: 1, failures_to_pause: 2, ..HttpSettings::default() });
    for _ in 0..2 {
        assert_eq!(get(&http, &stub.base).await.expect("reply").status, 500);
    }
    assert!(matches!(get(&http, &stub.base).await, Err(HttpFault::Paused { seconds: 1..=31 })));
    assert_eq!(stub.asked().len(), 2);
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let stub = Stub::start(|_, _| Answer::Full(200, vec![], vec![b'a'; 2048])).await;
    let http = http(HttpSettings { max_body: 1024, ..HttpSettings::default() });
    assert_eq!(get(&http, &stub.base).await.err(), Some(HttpFault::TooLarge { limit: 1024 }));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let stub =
        Stub::start(|_, _| Answer::Full(302, vec!["location: http://127.0.0.1:1/".to_owned()], vec![])).await;
    assert_eq!(get(&http(HttpSettings::default()), &stub.base).await.expect("reply").status, 302);
    assert_eq!(stub.asked().len(), 1);
}

#[tokio::test]
async fn a_late_answer_is_lost_and_a_closed_port_was_never_reached() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("port");
    let url = format!("http://{}/?identifier=00012345", listener.local_addr().expect("address"));
    let hasty =
        http(HttpSettings { attempts: 1, timeout: Duration::from_millis(200), ..HttpSettings::default() });
    let late = get(&hasty, &url).await.expect_err("fault");
    assert!(matches!(late, HttpFault::Lost { .. }), "{late}");
    assert!(!late.to_string().contains("00012345"));
    drop(listener);
    let closed = get(&hasty, &url).await.expect_err("fault");
    assert!(matches!(closed, HttpFault::NotSent { .. }), "{closed}");
    assert!(!closed.to_string().contains("00012345"));
}

#[test]
fn settings_out_of_range_are_refused_by_name() {
    let refused = |settings| Http::new(settings, clock()).err().map(|error| error.setting);
    let timeout = Duration::from_secs(31);
    assert_eq!(refused(HttpSettings { timeout, ..HttpSettings::default() }), Some("timeout"));
    assert_eq!(refused(HttpSettings { attempts: 9, ..HttpSettings::default() }), Some("attempts"));
    for pem in ["nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"] {
        assert_eq!(
            refused(HttpSettings { ca_pem: Some(pem.to_owned()), ..HttpSettings::default() }),
            Some("ca_pem")
        );
    }
}
