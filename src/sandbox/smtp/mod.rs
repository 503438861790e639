//! Stand-in for a mail server: takes mail over SMTP and shows it on a page, delivers nothing.

mod mailbox;
mod page;
mod reader;
mod session;
#[cfg(test)]
mod tests;

use super::config::{SandboxConfig, SmtpSettings};
use super::control::{Control, Fault};
use super::{lock, server};
use actix_web::dev::ServerHandle;
use actix_web::web;
use mailbox::Mailbox;
use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use session::{Session, Step};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

/// Name under which faults of the listener are planned.
const ROUTE: &str = "smtp";
const OWN_FAULTS: [Fault; 4] = [Fault::Down, Fault::Slow, Fault::Greylist, Fault::CutAfterData];
const MOST_SESSIONS: usize = 64;
const HANDSHAKE: Duration = Duration::from_secs(10);
const MAX_BODY: usize = 64 * 1024;

/// The running mail server and its page.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Names on its certificate.
    pub names: Vec<String>,
    /// Its self-signed certificate.
    pub certificate_pem: String,
    page: ServerHandle,
    listener: JoinHandle<()>,
}

impl Running {
    /// Stops listener, sessions and page.
    pub async fn stop(self) {
        self.listener.abort();
        self.page.stop(false).await;
    }
}

/// What every session shares.
pub struct Server {
    mailbox: Mutex<Mailbox>,
    control: web::Data<Control>,
    tls: TlsAcceptor,
    settings: SmtpSettings,
}

/// Starts the mail server, and its page on the socket.
///
/// # Errors
/// When a socket cannot be used or no certificate can be made.
pub async fn start(page: std::net::TcpListener, config: &SandboxConfig) -> io::Result<Running> {
    let names = names(config);
    let (tls, certificate_pem) = certificate(&names)?;
    let control = web::Data::new(Control::beside_pages(&OWN_FAULTS));
    let shared = web::Data::new(Server {
        mailbox: Mutex::default(),
        control: control.clone(),
        tls,
        settings: config.smtp.clone(),
    });
    let listener = TcpListener::bind((config.bind, config.ports.smtp)).await?;
    let address = listener.local_addr()?;
    let state = shared.clone();
    let page = server::serve(page, control, MAX_BODY, move |cfg| {
        cfg.app_data(state.clone());
        page::mount(cfg);
    })?;
    let listener = tokio::spawn(accept(listener, shared.into_inner()));
    Ok(Running { address, names, certificate_pem, page, listener })
}

fn names(config: &SandboxConfig) -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let host = config.host().trim_matches(['[', ']']).to_owned();
    if !names.contains(&host) {
        names.push(host);
    }
    names
}

fn certificate(names: &[String]) -> io::Result<(TlsAcceptor, String)> {
    let pair = KeyPair::generate().map_err(io::Error::other)?;
    let params = CertificateParams::new(names).map_err(io::Error::other)?;
    let certificate = params.self_signed(&pair).map_err(io::Error::other)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|b| b.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key))
        .map_err(io::Error::other)?;
    Ok((TlsAcceptor::from(Arc::new(config)), certificate.pem()))
}

async fn accept(listener: TcpListener, server: Arc<Server>) {
    let mut sessions = JoinSet::new();
    loop {
        let Ok((socket, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        while sessions.try_join_next().is_some() {}
        if sessions.len() < MOST_SESSIONS && !server.control.strikes(ROUTE, Fault::Down) {
            sessions.spawn(serve(server.clone(), socket));
        }
    }
}

/// A session from greeting to end. What breaks off on the wire is no concern of the server.
async fn serve(server: Arc<Server>, socket: TcpStream) {
    let mut session = Session::new(&server.settings);
    if let Some(planned) = server.control.take(ROUTE, |f| f == Fault::Slow) {
        tokio::time::sleep(planned.wait(2.0)).await;
    }
    let mut socket = BufReader::new(socket);
    if socket.write_all(b"220 localhost ESMTP sandbox\r\n").await.is_err() {
        return;
    }
    let Ok(true) = converse(&server, &mut session, &mut socket).await else { return };
    // Whatever was sent in the clear after STARTTLS is dropped with the buffer (RFC 3207 section 4.2).
    let shake = tokio::time::timeout(HANDSHAKE, server.tls.accept(socket.into_inner()));
    let Ok(Ok(stream)) = shake.await else { return };
    session.secured();
    let _ = converse(&server, &mut session, &mut BufReader::new(stream)).await;
}

/// Talks until the session ends (`false`) or TLS shall begin (`true`).
async fn converse<S>(server: &Server, session: &mut Session, stream: &mut BufReader<S>) -> io::Result<bool>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        let line = reader::line(stream).await?;
        let grey = || server.control.strikes(ROUTE, Fault::Greylist);
        let (answer, end) = match session.line(&line, grey) {
            Step::Silent => continue,
            Step::Say(answer) => (answer, None),
            Step::StartTls => ("220 2.0.0 Ready to start TLS".to_owned(), Some(true)),
            Step::Quit => ("221 2.0.0 Bye".to_owned(), Some(false)),
            Step::Mail(mail) => {
                let number = lock(&server.mailbox).keep(mail);
                if server.control.strikes(ROUTE, Fault::CutAfterData) {
                    return Ok(false);
                }
                (format!("250 2.0.0 Ok: queued as {number}"), None)
            }
        };
        stream.write_all(answer.as_bytes()).await?;
        stream.write_all(b"\r\n").await?;
        stream.flush().await?;
        if let Some(end) = end {
            return Ok(end);
        }
    }
}
