//! What the house costs: each part against the bare minimum that does the same, in the same run.
//!
//! `cargo bench --bench house` prints one line a measurement. Both sides of a ratio are measured in
//! turns, and the medians are compared, so that a busy machine slows both. It takes about a minute.
//! `cargo bench --bench house -- page` measures one part: start, letters, filing, page, hub or campaign.

mod campaign;
mod filing;
mod hub;
mod letters;
mod page;
mod stand;
mod start;
mod table;

use table::Table;

fn main() -> anyhow::Result<()> {
    actix_web::rt::System::new().block_on(run())
}

async fn run() -> anyhow::Result<()> {
    // Whoever comes first installs it; the house does the same before its first call.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let wanted = |part: &str| only.as_deref().is_none_or(|name| name == part) && begin(part);
    let mut table = Table::new();
    if wanted("start") {
        start::measure(&mut table).await?;
    }
    if wanted("letters") {
        letters::measure(&mut table)?;
    }
    if wanted("filing") {
        filing::measure(&mut table)?;
    }
    if wanted("page") {
        page::measure(&mut table).await?;
    }
    if wanted("hub") {
        hub::measure(&mut table).await?;
    }
    if wanted("campaign") {
        campaign::measure(&mut table).await?;
    }
    table.end();
    Ok(())
}

/// Tells on standard error what is being measured.
fn begin(part: &str) -> bool {
    eprintln!("measuring: {part}");
    true
}
