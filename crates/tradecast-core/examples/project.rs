//! Projects a scenario file and prints all that it says as JSON:
//!
//!     cargo run --release -p tradecast-core --example project -- SCENARIO [PATHS]
//!
//! With `--no-default-features` it runs on the caller's own thread, and prints the same bytes.

use std::error::Error;
use tradecast_core::{Scenario, Settings, project};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("name a scenario file")?;
    let paths = arguments.next().map(|paths| paths.parse()).transpose()?;
    let scenario = Scenario::read(file)?;
    let settings = Settings { paths, ..Settings::default() };
    let projection = project(&scenario, &settings)?;
    println!("{}", serde_json::to_string_pretty(&projection)?);
    Ok(())
}
