//! The one way from the async threads to work that blocks: the database, files, drawing.

use std::sync::Arc;

use super::error::Error;
use super::house::House;

/// Runs blocking work on a thread of its own kind and waits for it. The work is finished even when
/// nobody waits any more.
///
/// # Errors
/// Whatever `work` fails with; [`Error::Fault`] when it panicked.
pub async fn off_thread<T: Send + 'static>(
    house: &Arc<House>,
    work: impl FnOnce(&House) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let house = Arc::clone(house);
    let done = tokio::task::spawn_blocking(move || work(&house)).await;
    done.unwrap_or_else(|_| Err(Error::Fault("work off the async threads broke off".to_owned())))
}
