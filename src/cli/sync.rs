//! `madoguchi sync`: the nightly work, now, with a progress bar.

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::App;
use crate::config::Config;

/// Runs the nightly work to its end.
///
/// # Errors
/// When it cannot run; rejected rows are no error but told.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    if config.is_demo() {
        anyhow::bail!("nothing is configured: the demo runs its nights by itself; set database_url");
    }
    let web = super::serve::web_config(config, config.text("public_url"), None)?;
    let app = App::build(config, web, config.text("public_url"))?;
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(0).with_style(style);
    let report = app
        .sync_now(config, |at| {
            bar.set_length(u64::try_from(at.total).unwrap_or(0));
            bar.set_position(u64::try_from(at.done).unwrap_or(0));
            bar.set_message(format!("{} rejected", at.rejected));
        })
        .await?;
    bar.finish();
    println!("{report}");
    Ok(())
}
