//! Draws made-up towns: the sample plan that the program opens with, and cities for benches.
//!
//!     cargo run --release --example town -- sample [--out sample-maps/linjiang]
//!     cargo run --release --example town -- city N --out DIR [--seed S] [--pipes] [--buildings]

mod generator;

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use generator::{SAMPLE_SEED, Town};
use lianpian::base::Seed;

#[derive(Parser)]
#[command(name = "town", about = "Draws made-up towns as GeoJSON layers and a ledger; same town and seed, same bytes")]
struct Arguments {
    #[command(subcommand)]
    town: Choice,
}

#[derive(Subcommand)]
enum Choice {
    /// The sample quarter 临江 (fictional).
    Sample {
        /// Folder to write to.
        #[arg(long, default_value = "sample-maps/linjiang")]
        out: PathBuf,
    },
    /// A city of N compounds.
    City {
        /// Count of compounds.
        compounds: usize,
        /// Folder to write to.
        #[arg(long)]
        out: PathBuf,
        /// Another seed is another city.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Six pipe networks as well, some ten segments a compound.
        #[arg(long)]
        pipes: bool,
        /// Buildings as well.
        #[arg(long)]
        buildings: bool,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let (town, seed, out) = match arguments.town {
        Choice::Sample { out } => (Town::Sample, SAMPLE_SEED, out),
        Choice::City { compounds, out, seed, pipes, buildings } => (Town::City { compounds, pipes, buildings }, Seed(seed), out),
    };
    for (layer, features) in generator::write(town, seed, &out)? {
        writeln!(io::stdout(), "{layer}: {features}")?;
    }
    Ok(())
}
