//! Names of countries that a file gives as numbers: CEPII's country-code file.

use super::HistoryError;
use super::table::Table;
use std::collections::HashMap;
use std::path::Path;

/// From a country's number to its three letters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CountryCodes {
    letters: HashMap<String, String>,
}

impl CountryCodes {
    /// Reads a table with the columns `country_code` and `country_iso3` (in older releases
    /// `iso_3digit_alpha`, or `iso3`), plain or .gz.
    ///
    /// # Errors
    /// A missing column, a code twice with different letters.
    pub fn read(path: &Path, bytes: &[u8]) -> Result<Self, HistoryError> {
        let text = super::unpack::text(path, bytes)?;
        let mut table = Table::open(path, &text)?;
        let code = table.one_of(&["country_code", "code", "i"])?;
        let letters = table.one_of(&["country_iso3", "iso_3digit_alpha", "iso3"])?;
        let mut codes = Self::default();
        table.for_each(|row| {
            let (code, name) = (plain_number(row.cell(code)?), row.cell(letters)?);
            if name.is_empty() {
                return Ok(());
            }
            match codes.letters.insert(code.to_owned(), name.to_owned()) {
                Some(other) if other != name => {
                    Err(row.error(format!("{code} is {name} here and {other} above")))
                }
                _ => Ok(()),
            }
        })?;
        Ok(codes)
    }

    /// The letters of a number, leading zeros aside.
    pub fn get(&self, number: &str) -> Option<&str> {
        self.letters.get(plain_number(number)).map(String::as_str)
    }
}

fn plain_number(text: &str) -> &str {
    let short = text.trim_start_matches('0');
    if short.is_empty() { text } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<CountryCodes, HistoryError> {
        CountryCodes::read(Path::new("codes.csv"), text.as_bytes())
    }

    #[test]
    fn numbers_become_letters() {
        let text = "country_code,country_name,country_iso2,country_iso3\n4,Afghanistan,AF,AFG\n586,Pakistan,PK,PAK\n";
        let codes = read(text).expect("codes");
        assert_eq!((codes.get("004"), codes.get("586")), (Some("AFG"), Some("PAK")));
        assert_eq!(codes.get("5"), None);
    }

    #[test]
    fn a_number_with_two_names_is_refused_with_its_line() {
        let error = read("country_code,country_iso3\n4,AFG\n4,ALB\n").expect_err("twice");
        assert_eq!(error.to_string(), "codes.csv line 3: 4 is ALB here and AFG above");
    }

    #[test]
    fn a_file_without_letters_names_its_columns() {
        let error = read("country_code,name\n4,Afghanistan\n").expect_err("no letters");
        assert!(error.to_string().contains("country_iso3") && error.to_string().contains("name"));
    }
}
