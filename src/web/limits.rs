//! How often one client may knock: per address, stricter where one signs in or uploads.

use std::net::IpAddr;
use std::num::NonZeroU32;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::errors::Failure;
use super::frame::Frame;
use super::session::client;

/// Requests a minute from one address.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Any request.
    pub all: u32,
    /// Tries to sign in, and look-ups by code.
    pub sign_in: u32,
    /// Forms and files sent.
    pub posts: u32,
}

/// The limiters.
pub struct Limits {
    all: DefaultKeyedRateLimiter<IpAddr>,
    sign_in: DefaultKeyedRateLimiter<IpAddr>,
    posts: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

impl Limits {
    /// Limiters with the given rates; a zero counts as one.
    pub fn new(rates: Rates) -> Limits {
        let limiter = |rate: u32| {
            RateLimiter::keyed(Quota::per_minute(NonZeroU32::new(rate).unwrap_or(NonZeroU32::MIN)))
        };
        Limits {
            all: limiter(rates.all),
            sign_in: limiter(rates.sign_in),
            posts: limiter(rates.posts),
            clock: DefaultClock::default(),
        }
    }

    /// Forgets addresses that have been quiet for long.
    pub fn sweep(&self) {
        for limiter in [&self.all, &self.sign_in, &self.posts] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }

    fn check(&self, limiter: &DefaultKeyedRateLimiter<IpAddr>, client: IpAddr) -> Result<(), Failure> {
        limiter
            .check_key(&client)
            .map_err(|until| Failure::Slow(until.wait_time_from(self.clock.now()).as_secs().max(1)))
    }
}

/// Paths on which a secret is guessed.
const GUESSED: [&str; 7] = [
    "/staff/sign-in",
    "/staff/second-factor",
    "/sign-in/start",
    "/callback",
    "/physician/code",
    "/institution",
    "/member",
];

/// Lets a request pass, or answers with [`Failure::Slow`].
///
/// # Errors
/// None of its own.
pub async fn hold(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if let Err(failure) = check(&request) {
        // An answer, not an error: an error would pass by what dresses answers.
        return Ok(request.error_response(failure).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

fn check(request: &ServiceRequest) -> Result<(), Failure> {
    let Some(frame) = request.app_data::<web::Data<Frame>>() else { return Ok(()) };
    let from = client(frame, request.request());
    let limits = &frame.limits;
    limits.check(&limits.all, from)?;
    if request.method() != Method::GET && request.method() != Method::HEAD {
        limits.check(&limits.posts, from)?;
        if GUESSED.contains(&request.path()) {
            limits.check(&limits.sign_in, from)?;
        }
    }
    Ok(())
}
