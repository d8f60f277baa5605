//! Amounts, growth rates and counts: the digits that a reader needs, with separators.

/// More decimals than this are never written.
pub const MOST_DECIMALS: usize = 12;

/// An amount in its unit: `200 million USD`, `19.4 million USD`, `12,346 million USD`.
///
/// Three significant digits, more before the decimal point; an amount of at most four digits, as
/// a person writes a target, stays as it is.
pub fn amount(value: f64, unit: &str) -> String {
    format!("{} {unit}", number(value)).trim_end().to_owned()
}

/// Two amounts: `8.1–46.2 million USD`.
pub fn amount_range(lower: f64, upper: f64, unit: &str) -> String {
    format!("{}–{} {unit}", number(lower), number(upper)).trim_end().to_owned()
}

/// The number of [`amount`], without a unit.
pub fn number(value: f64) -> String {
    let size = value.abs();
    let written = format!("{size}");
    let digits = written.trim_start_matches(['0', '.']).bytes().filter(u8::is_ascii_digit);
    let short = digits.count() <= 4 || size >= 1000.0 && !written.contains('.');
    let text = if !value.is_finite() {
        return if value.is_nan() { "?".to_owned() } else { "∞".to_owned() };
    } else if short {
        written
    } else {
        trimmed(format!("{size:.*}", decimals_for(size, 3)))
    };
    format!("{}{}", if value < 0.0 { "−" } else { "" }, separated(&text))
}

/// A computed number: `211`, `18.9`, `1,234`; three significant digits, all of those before the
/// decimal point. A value that is exact in fewer digits stays short: `16`.
pub fn rounded(value: f64) -> String {
    let written = format!("{}", value.abs());
    let digits = written.trim_start_matches(['0', '.']).bytes().filter(u8::is_ascii_digit);
    if !value.is_finite() || digits.count() <= 3 {
        return number(value);
    }
    let decimals = decimals_for(value.abs(), 3);
    let text = rounded_to(value, decimals);
    // 9.996 has two decimals, what it rounds to only one.
    let shorter = decimals_for(text.replace([',', '−'], "").parse().unwrap_or(0.0), 3);
    if shorter < decimals { rounded_to(value, shorter) } else { text }
}

/// A computed number with this many decimals: `3.90`, `−0.3`, `0`.
pub fn rounded_to(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    format!("{}{}", if value < 0.0 && !is_zero { "−" } else { "" }, separated(&text))
}

/// A computed amount in its unit: `18.9 million USD`.
pub fn rounded_amount(value: f64, unit: &str) -> String {
    format!("{} {unit}", rounded(value)).trim_end().to_owned()
}

/// A number with its sign: `+19.4`, `−3.2`, `0`.
pub fn signed(value: f64) -> String {
    if value > 0.0 { format!("+{}", rounded(value)) } else { rounded(value) }
}

/// A growth rate, signed: `+116 %`, `+6.6 %`, `−3.2 %`.
pub fn growth(rate: f64) -> String {
    let size = 100.0 * rate.abs();
    let decimals = if size >= 10.0 { 0 } else { 1 };
    let text = trimmed(format!("{size:.decimals$}"));
    let sign = match text.as_str() {
        "0" => "",
        _ if rate < 0.0 => "−",
        _ => "+",
    };
    format!("{sign}{} %", separated(&text))
}

/// A count with thousands separators: `1,000,000`.
pub fn count(n: u64) -> String {
    separated(&n.to_string())
}

/// Decimals that show `size` with this many significant digits.
pub fn decimals_for(size: f64, significant: i32) -> usize {
    if size <= 0.0 {
        return 0;
    }
    let decimals = significant - 1 - libm::floor(libm::log10(size)) as i32;
    decimals.clamp(0, MOST_DECIMALS as i32) as usize
}

/// Without the zeros that end a decimal fraction.
pub fn trimmed(text: String) -> String {
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A comma between groups of three digits before the decimal point.
pub fn separated(text: &str) -> String {
    let whole = text.find('.').unwrap_or(text.len());
    let mut out = String::new();
    for (position, digit) in text.char_indices() {
        if position > 0 && position < whole && (whole - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_separators_and_three_digits() {
        for (value, text) in [
            (200.0, "200 million USD"),
            (202.5, "202.5 million USD"),
            (19.412_345_6, "19.4 million USD"),
            (12_345.678_9, "12,346 million USD"),
            (0.012_345_6, "0.0123 million USD"),
            (-3.333_333_3, "−3.33 million USD"),
            (0.0, "0 million USD"),
            (1_000_000.0, "1,000,000 million USD"),
        ] {
            assert_eq!(amount(value, "million USD"), text);
        }
        assert_eq!(amount(5.0, ""), "5");
        assert_eq!(amount_range(8.123_456, 46.234_567, "t"), "8.12–46.2 t");
        assert_eq!(number(f64::INFINITY), "∞");
    }

    #[test]
    fn counts_have_separators() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000_000), "1,000,000");
    }

    #[test]
    fn growth_carries_a_sign() {
        for (rate, text) in [
            (1.162, "+116 %"),
            (0.0664, "+6.6 %"),
            (-0.032, "−3.2 %"),
            (0.0, "0 %"),
            (12.345, "+1,234 %"),
        ] {
            assert_eq!(growth(rate), text);
        }
    }

    #[test]
    fn computed_numbers_have_three_digits() {
        for (value, text) in [
            (211.2, "211"),
            (1234.5, "1,234"),
            (12_345.678_9, "12,346"),
            (17.02, "17.0"),
            (16.0, "16"),
            (-3.000_4, "−3.00"),
            (9.996, "10.0"),
            (999.7, "1,000"),
            (0.005_028_1, "0.00503"),
            (200.0, "200"),
            (0.0, "0"),
            (f64::NAN, "?"),
        ] {
            assert_eq!(rounded(value), text, "{value}");
        }
        assert_eq!(rounded_amount(18.912, "million USD"), "18.9 million USD");
        assert_eq!(
            (rounded_to(-0.04, 1), rounded_to(1234.56, 1)),
            ("0.0".into(), "1,234.6".into())
        );
    }
}
