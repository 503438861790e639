//! Parses the command line and hands over.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = madoguchi::cli::Arguments::parse();
    madoguchi::cli::run(arguments)
}
