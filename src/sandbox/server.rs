//! Starting one HTTP stand-in.

use super::control::{self, Control};
use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use std::io;
use std::net::{IpAddr, TcpListener};

/// Opens a listening socket; port 0 means any free one. Returns the socket and its port.
///
/// # Errors
/// When the address cannot be bound.
pub fn listen(bind: IpAddr, port: u16) -> io::Result<(TcpListener, u16)> {
    let listener = TcpListener::bind((bind, port))?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

/// Serves the routes on the socket, with the control routes and the planned faults around them.
///
/// # Errors
/// When the socket cannot be handed over.
pub fn serve<F>(
    listener: TcpListener,
    control: web::Data<Control>,
    max_body: usize,
    routes: F,
) -> io::Result<ServerHandle>
where
    F: Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
{
    let server = HttpServer::new(move || {
        App::new()
            .app_data(control.clone())
            .app_data(web::PayloadConfig::new(max_body))
            .wrap(from_fn(control::inject))
            .configure(control::routes)
            .configure(routes.clone())
    })
    .workers(1)
    .disable_signals()
    .tcp_nodelay(true)
    .listen(listener)?
    .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(handle)
}
