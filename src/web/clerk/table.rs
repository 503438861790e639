//! Tables to download, sent part by part so that no more than one part is held.

use std::sync::Arc;

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use futures_util::stream;

use crate::usecases::{Error, House};
use crate::web::{Failure, Frame};

/// Sends a table whose parts `read` gives, each with where the next one begins. The first part is read
/// before anything is sent, so that whoever may not read it is told so.
///
/// # Errors
/// Whatever the first part fails with. A later failure breaks the transfer off, so that the browser
/// does not take half a table for a whole one.
pub async fn answer<P, R>(
    frame: web::Data<Frame>,
    name: &str,
    first: P,
    read: R,
) -> Result<HttpResponse, Failure>
where
    P: Send + Clone + 'static,
    R: Fn(&House, &P) -> Result<(String, Option<P>), Error> + Send + Sync + 'static,
{
    let read = Arc::new(read);
    let part = move |frame: web::Data<Frame>, place: P| {
        let read = Arc::clone(&read);
        async move { frame.run(move |house| read(house, &place)).await }
    };
    let begun = part(frame.clone(), first).await?;
    let parts = stream::unfold(Some(begun), move |state| {
        let (frame, part) = (frame.clone(), part.clone());
        async move {
            let (text, next) = state?;
            let following = match next {
                None => None,
                Some(place) => match part(frame, place).await {
                    Ok(begun) => Some(begun),
                    Err(failure) => {
                        tracing::error!(?failure, "a table broke off");
                        return Some((Err(std::io::Error::other("the table broke off")), None));
                    }
                },
            };
            Some((Ok(Bytes::from(text)), following))
        }
    });
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, disposition))
        .streaming(parts))
}
