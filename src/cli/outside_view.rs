//! `tradecast outside-view`: how others fared with as much to reach.

use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use tradecast_core::outside_view::{OutsideQuestion, OutsideView};
use tradecast_report::folder::{self, OutputFile};
use tradecast_report::outside_view;

/// Arguments of `outside-view`.
#[derive(Args, Debug)]
#[command(allow_negative_numbers = true)]
pub struct Arguments {
    /// Trade of a recent whole year, both directions together
    #[arg(long, value_name = "AMOUNT")]
    base: f64,
    /// Trade a year to be reached
    #[arg(long, value_name = "AMOUNT")]
    target: f64,
    /// Years from the middle of the base's year to the middle of the target's
    #[arg(long, value_name = "YEARS")]
    years: f64,
    /// Unit of both amounts, in current USD
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = MoneyUnit::Million)]
    unit: MoneyUnit,
    /// Also write the figures to DIR/outside-view.csv
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print the result as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// What amounts on the command line are counted in.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum MoneyUnit {
    /// Single US dollars
    #[value(name = "USD")]
    One,
    /// Thousands of US dollars
    #[value(name = "USD thousand")]
    Thousand,
    /// Millions of US dollars
    #[value(name = "USD million")]
    Million,
    /// Billions of US dollars
    #[value(name = "USD billion")]
    Billion,
}

impl MoneyUnit {
    fn in_millions(self, amount: f64) -> f64 {
        match self {
            Self::One => amount / 1e6,
            Self::Thousand => amount / 1e3,
            Self::Million => amount,
            Self::Billion => amount * 1e3,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// A base, target or time that cannot be, a folder that cannot be written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let question = OutsideQuestion {
        base_usd_million: arguments.unit.in_millions(arguments.base),
        target_usd_million: arguments.unit.in_millions(arguments.target),
        years: arguments.years,
    };
    let view = OutsideView::new(&question)?;
    if let Some(out) = &arguments.out {
        let table = outside_view::rows(std::iter::once(("", &view)));
        let file = OutputFile { name: table.name.to_owned(), bytes: table.bytes };
        folder::write(out, &[file], &[], folder::write_bytes)?;
    }
    if arguments.json {
        super::print_json(&view)?;
    } else {
        super::print(&outside_view::card(&view, super::style()))?;
    }
    Ok(ExitCode::SUCCESS)
}
