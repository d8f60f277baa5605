//! What a person may have meant by a pair that a file does not have.

const MOST: usize = 5;

/// Names near the given ones, or the partners of a country that is there.
pub(super) fn sentence(pairs: &[(&str, &str)], exporter: &str, importer: &str) -> String {
    if pairs.is_empty() {
        return "the file has no flows at all".to_owned();
    }
    if pairs.contains(&(importer, exporter)) {
        return format!("it has the other direction, from {importer} to {exporter}");
    }
    let mut exporters: Vec<&str> = pairs.iter().map(|pair| pair.0).collect();
    let mut importers: Vec<&str> = pairs.iter().map(|pair| pair.1).collect();
    for names in [&mut exporters, &mut importers] {
        names.sort_unstable();
        names.dedup();
    }
    let unknown = [("exporter", exporter, &exporters), ("importer", importer, &importers)];
    let unknown: Vec<String> = unknown
        .iter()
        .filter(|(_, name, names)| !names.contains(name))
        .map(|(role, name, names)| {
            format!("the nearest to the {role} {name}: {}", nearest(name, names).join(", "))
        })
        .collect();
    if unknown.is_empty() {
        let partners: Vec<&str> =
            pairs.iter().filter(|pair| pair.0 == exporter).map(|pair| pair.1).collect();
        return format!("{exporter} sells there to: {}", some(&partners));
    }
    unknown.join("; ")
}

/// The names most like this one, best first.
fn nearest<'a>(name: &str, names: &[&'a str]) -> Vec<&'a str> {
    let wanted = name.to_lowercase();
    let likeness = |other: &str| strsim::jaro_winkler(&wanted, &other.to_lowercase());
    let mut scored: Vec<(f64, &str)> =
        names.iter().map(|other| (likeness(other), *other)).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.into_iter().take(MOST).map(|(_, other)| other).collect()
}

/// The first pairs, and how many more there are.
pub(super) fn listed(pairs: &[(&str, &str)]) -> String {
    let names: Vec<String> = pairs.iter().map(|(from, to)| format!("{from}-{to}")).collect();
    some(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

fn some(names: &[&str]) -> String {
    let first = names[..names.len().min(MOST)].join(", ");
    match names.len().saturating_sub(MOST) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIRS: [(&str, &str); 4] =
        [("KAZ", "KGZ"), ("PAK", "AFG"), ("PAK", "KGZ"), ("UZB", "PAK")];

    #[test]
    fn a_misspelt_country_finds_the_nearest() {
        let text = sentence(&PAIRS, "PKA", "KGZ");
        assert!(text.starts_with("the nearest to the exporter PKA: PAK"), "{text}");
        let text = sentence(&PAIRS, "pak", "kgz");
        assert!(text.contains("exporter pak: PAK") && text.contains("importer kgz: KGZ"), "{text}");
    }

    #[test]
    fn two_known_countries_without_trade_show_the_partners() {
        assert_eq!(sentence(&PAIRS, "PAK", "PAK"), "PAK sells there to: AFG, KGZ");
        assert!(sentence(&PAIRS, "PAK", "UZB").contains("other direction, from UZB to PAK"));
        assert_eq!(sentence(&[], "A", "B"), "the file has no flows at all");
    }
}
