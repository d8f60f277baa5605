//! In what a value is counted: what the file states, and what is held.

use std::fmt;

/// The currency and the multiple that a value of 1 stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Money {
    /// Three letters, as `USD`.
    pub currency: String,
    /// Units of the currency: 1, 1e3, 1e6 or 1e9.
    pub multiple: f64,
}

/// What the values of a flow are held in.
#[derive(Clone, Debug, PartialEq)]
pub enum Unit {
    /// Nothing says it; values are as in the file.
    Unstated,
    /// Millions of this currency.
    Million(String),
    /// Something other than money, as the file calls it; values are as in the file.
    Other(String),
}

const MULTIPLES: [(&str, f64); 8] = [
    ("thousand", 1e3),
    ("thousands", 1e3),
    ("million", 1e6),
    ("millions", 1e6),
    ("billion", 1e9),
    ("billions", 1e9),
    ("mn", 1e6),
    ("bn", 1e9),
];

impl Money {
    /// Dollars of the United States; a value of 1 stands for `multiple` of them.
    pub fn usd(multiple: f64) -> Self {
        Self { currency: "USD".to_owned(), multiple }
    }

    /// Reads `USD`, `USD million`, `thousand USD`, `US$ billion` or `pkr_million`; none where the
    /// text is something else. Small letters alone are no currency: `ton` is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut currency, mut multiple) = (None, None);
        for word in text.split(|c: char| c == '_' || c.is_whitespace()).filter(|w| !w.is_empty()) {
            let lower = word.to_ascii_lowercase();
            let known = MULTIPLES.iter().find(|(name, _)| *name == lower);
            let slot_is_free = match known {
                Some((_, value)) => multiple.replace(*value).is_none(),
                None => currency.replace(currency_code(word)?).is_none(),
            };
            if !slot_is_free {
                return None;
            }
        }
        let is_money = multiple.is_some() || !text.contains(|c: char| c.is_ascii_lowercase());
        let currency = currency.filter(|_| is_money)?;
        Some(Self { currency, multiple: multiple.unwrap_or(1.0) })
    }

    /// Reads the name of a column that states currency and multiple, as `usd_million`. A bare
    /// `usd` states no multiple.
    pub(super) fn of_column(name: &str) -> Option<Self> {
        let states_both = name.contains(['_', ' ']);
        if states_both { Self::parse(name) } else { None }
    }

    /// A value in millions of the currency, rounded once.
    pub fn in_millions(&self, value: f64) -> f64 {
        if self.multiple <= 1e6 {
            value / (1e6 / self.multiple)
        } else {
            value * (self.multiple / 1e6)
        }
    }
}

fn currency_code(word: &str) -> Option<String> {
    let word = if word == "US$" || word == "$" { "USD" } else { word };
    let is_code = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code.then(|| word.to_ascii_uppercase())
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = MULTIPLES.iter().find(|(_, value)| *value == self.multiple);
        match name {
            Some((name, _)) => write!(f, "{} {name}", self.currency),
            None => f.write_str(&self.currency),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unstated => f.write_str("a unit that is not stated"),
            Self::Million(currency) => write!(f, "million {currency}"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_in_the_usual_ways() {
        for (text, currency, multiple) in [
            ("USD million", "USD", 1e6),
            ("thousand USD", "USD", 1e3),
            ("US$ billion", "USD", 1e9),
            ("pkr_million", "PKR", 1e6),
            ("USD", "USD", 1.0),
        ] {
            let read = Money::parse(text).expect(text);
            assert_eq!((read.currency.as_str(), read.multiple), (currency, multiple), "{text}");
        }
        for text in ["", "tonnes", "million", "USD EUR", "USD million million", "index", "ton"] {
            assert_eq!(Money::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_bare_usd_column_states_no_multiple() {
        assert_eq!(Money::of_column("usd"), None);
        assert_eq!(Money::of_column("usd_million"), Some(Money::usd(1e6)));
    }

    #[test]
    fn millions_are_exact_where_the_file_has_them() {
        assert_eq!(Money::usd(1e6).in_millions(27.7649), 27.7649);
        assert_eq!(Money::usd(1e3).in_millions(27_764.9), 27.7649);
        assert_eq!(Money::usd(1e9).in_millions(0.5), 500.0);
        assert_eq!(Money::usd(1e3).to_string(), "USD thousand");
    }
}
