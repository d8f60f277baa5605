//! What a file cannot say of itself: names of columns, fiscal years, country codes, the unit.

use super::HistoryError;
use super::country::CountryCodes;
use super::unit::Money;

/// How a file is read. The default is enough for a file that says everything itself.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Columns of other names. Where any is given, the file is read in long form.
    pub columns: Columns,
    /// The month, 1 to 12, in which fiscal years start, where periods are written as `FY2027-28`.
    pub fiscal_year_starts: Option<u8>,
    /// Names of countries that stand in the file as numbers.
    pub country_codes: Option<CountryCodes>,
    /// What a value of 1 stands for, where the file does not state it.
    pub unit: Option<Money>,
}

/// The columns that hold what a history needs, where they have other names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Who sells.
    pub exporter: Option<String>,
    /// Who buys.
    pub importer: Option<String>,
    /// When.
    pub period: Option<String>,
    /// How much.
    pub value: Option<String>,
    /// Whose statistics.
    pub reporter: Option<String>,
    /// In what it is counted.
    pub unit: Option<String>,
}

impl Columns {
    /// Reads `exporter=from,value=usd`: a role, and the column that plays it.
    ///
    /// # Errors
    /// Another form, a role that does not exist, a role twice.
    pub fn parse(text: &str) -> Result<Self, HistoryError> {
        let wrong = || HistoryError::Mapping(text.to_owned());
        let mut columns = Self::default();
        for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
            let (role, name) = pair.split_once('=').ok_or_else(wrong)?;
            let slot = columns.slot(role.trim()).ok_or_else(wrong)?;
            if name.trim().is_empty() || slot.replace(name.trim().to_owned()).is_some() {
                return Err(wrong());
            }
        }
        Ok(columns)
    }

    fn slot(&mut self, role: &str) -> Option<&mut Option<String>> {
        Some(match role {
            "exporter" => &mut self.exporter,
            "importer" => &mut self.importer,
            "period" => &mut self.period,
            "value" => &mut self.value,
            "reporter" => &mut self.reporter,
            "unit" => &mut self.unit,
            _ => return None,
        })
    }

    /// Whether none is given.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_mapped_by_role() {
        let columns = Columns::parse("exporter=from, value=usd").expect("a mapping");
        assert_eq!(columns.exporter.as_deref(), Some("from"));
        assert_eq!(columns.value.as_deref(), Some("usd"));
        assert!(!columns.is_empty() && Columns::parse("").expect("nothing").is_empty());
    }

    #[test]
    fn wrong_mappings_say_which_roles_there_are() {
        for text in ["exporter", "seller=from", "value=", "value=a,value=b"] {
            let error = Columns::parse(text).expect_err(text);
            assert!(error.to_string().contains(text) && error.help().contains("reporter"));
        }
    }
}
