//! The report's own words, language by language: one file each under `languages/`, with the same
//! keys and the same places to fill in. What a scenario says stays as it was written.

use indexmap::IndexMap;
use std::str::FromStr;
use std::sync::OnceLock;
use tradecast_core::calendar::Step;

/// Words by their keys, as a language file has them.
struct Entries(toml::Table);

impl Entries {
    /// A section of the file.
    fn section(&mut self, name: &str) -> Self {
        match self.0.remove(name) {
            Some(toml::Value::Table(section)) => Self(section),
            _ => panic!("a language file lacks [{name}]"),
        }
    }

    /// The words of a key, which tests hold to be there.
    fn words(&mut self, key: &str) -> String {
        match self.0.remove(key) {
            Some(toml::Value::String(words)) => words,
            _ => panic!("a language file lacks {key}"),
        }
    }

    /// All that is left, in the order of the file.
    fn all(self) -> Dictionary {
        let words = |(key, words): (String, toml::Value)| {
            (key, words.as_str().map(str::to_owned).unwrap_or_default())
        };
        self.0.into_iter().map(words).collect()
    }

    /// Nothing may be left over: words that nobody says.
    fn finish(self) {
        let left: Vec<&String> = self.0.keys().collect();
        assert!(left.is_empty(), "a language file has words that nobody says: {left:?}");
    }
}

/// Defines groups of words: a language file without one of them cannot be read, nor one with more.
macro_rules! groups {
    ($($(#[$about:meta])* $name:ident { $($field:ident),* $(,)? })*) => {$(
        $(#[$about])*
        #[derive(Debug)]
        pub struct $name {
            $(#[doc = concat!("`", stringify!($field), "` in the language files.")] pub $field: String,)*
        }

        impl $name {
            fn read(mut section: Entries) -> Self {
                let words = Self { $($field: section.words(stringify!($field)),)* };
                section.finish();
                words
            }
        }
    )*};
}

groups! {
    /// The answer in sentences.
    Answer {
        question, claim, odds, below, certain, unknown, asked, any_amount, any_period, interval,
        exact, none, all, counted, constant, total, takes, from_nothing, missing, without, announced
    }
    /// The sentence to quote.
    Quoted {
        sentence, counted, settings, with_measures, given_odds, certain, untold, nothing,
        certainty, far
    }
    /// The likelihood scale.
    Verdicts {
        exceptionally_unlikely, very_unlikely, unlikely, even, likely, very_likely,
        certain
    }
    /// Headings of sections.
    Headings {
        report, contents, fan, distribution, periods, as_of, assumptions,
        measures, tornado, required, outside, comparison, method, provenance, warnings
    }
    /// What stands under headings.
    Captions {
        fan, fan_log, distribution, periods, as_of, assumptions, measures, tornado,
        plain_paths, tornado_empty, required, outside, comparison, provenance, not_compared
    }
    /// Headings of columns.
    Columns {
        period, inside, by, interval, booked, so_far, assumption, median, range, source,
        no_source, as_above, item, at_work, contribution, if_yes, if_no, input, low,
        high, change, importance, key, now, wanted, scenario, probability,
        difference, middle, yardstick, share, counted, file, hash
    }
    /// Links to data.
    Downloads {
        data, manifest
    }
    /// What it would take.
    Required {
        amount, period, between, above, below, flat, at_most, at_least, peaks, never_below
    }
    /// What is done to a value that varies.
    Changes {
        number, scaled, shifted, growth_shifted, share_moved, amount, period
    }
    /// The outside view.
    Outside {
        targets, targets_open, greatest, sourced, met, prior, prior_range, pairs, pairs_of,
        open_band, no_pairs, no_count, grew, none
    }
    /// Ends of uncertain inputs.
    Inputs {
        weak_years, strong_years, happens, does_not_happen, early, late
    }
    /// The box of inputs in which the target is met.
    Discovery {
        lead, above, below, between, end
    }
    /// Blocks of a scenario.
    Blocks {
        flow, driver, intervention, disruption, flows, interventions, disruptions, correlation,
        elasticity
    }
    /// Labels in figures.
    Chart {
        baseline, needs, below, median, target, reach, none_reaches, all_reach, middle
    }
    /// Where numbers come from.
    Provenance {
        program, command, paths, seed, prices, current, constant, method
    }
    /// Doubts about results, and why cells are empty.
    Warnings {
        partial, imprecise, few_reach, few_miss, none_reaches, all_reach, no_moments, tails,
        history, disruption_in_history, not_weighted, degenerate, contradicted,
        overflow, no_outside_view, currency, constant_prices, not_of_a_year, no_base, below_base,
        no_time, no_spread, certain, small, near_zero, near_one, open_spread, other_steps,
        other_seed, other_yardstick, of_member, weights_without_source, other_settings,
        mixed_yardsticks, no_named_source, few_hits, few_misses, nothing_uncertain,
        no_shares_of_total, every_path_reaches, no_path_reaches, no_bar_of_resampled,
        negative_shares, clearly_negative, correlated_inputs, no_difference,
        few_hits_to_attribute, one_differs, few_differ, no_box_few_hits, no_box_nothing
    }
    /// What is odd about a history, and how its file was understood.
    Findings {
        missing, all_missing, zeros, duplicate, unusable, far_apart, mixed_frequencies,
        mixed_units, unit_unstated, empty, one_direction, partial_year, left_out, line,
        line_of_file, unit_from, and_more, span, calendar_years, fiscal_years, quarters, months,
        ends_in_zeros, under_way, not_side_by_side, other_flow, other_indicator, part_of_flow,
        product, sums_of_products, numbered_countries, single_dollars
    }
    /// How results came about.
    Sentences {
        below, above, pairing_common, pairing_other_paths,
        pairing_independent, paths_behind, plain, simulation_error, evenly_spread, weighted, booked_month, booked_months,
        booked_quarter, booked_quarters
    }
}

/// Words by a name that comes from elsewhere.
type Dictionary = IndexMap<String, String>;

/// The code of a language that a report can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// English.
    En,
    /// Arabic.
    Ar,
    /// Urdu.
    Ur,
    /// Russian.
    Ru,
}

impl Code {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::En, Self::Ar, Self::Ur, Self::Ru];

    /// As HTML and file names have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ar => "ar",
            Self::Ur => "ur",
            Self::Ru => "ru",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::En => include_str!("languages/en.toml"),
            Self::Ar => include_str!("languages/ar.toml"),
            Self::Ur => include_str!("languages/ur.toml"),
            Self::Ru => include_str!("languages/ru.toml"),
        }
    }
}

impl FromStr for Code {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = Self::ALL.into_iter().find(|code| code.name() == text);
        let names = Self::ALL.map(Self::name).join(", ");
        named.ok_or_else(|| format!("there is no language \"{text}\" yet; write one of {names}"))
    }
}

/// A language: how it writes, and its words by section.
#[derive(Debug)]
pub struct Language {
    /// As in HTML's `lang`: `en`.
    pub code: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// What stands before decimals.
    decimal: String,
    /// What stands between groups of three digits.
    thousands: String,
    /// What separates parts of a sentence, with its blank.
    pub comma: String,
    /// The answer in sentences.
    pub answer: Answer,
    /// The sentence to quote.
    pub quoted: Quoted,
    /// The likelihood scale.
    verdicts: Verdicts,
    /// Units after numbers.
    units: Dictionary,
    /// Headings of sections.
    pub headings: Headings,
    /// What is under headings.
    pub captions: Captions,
    /// Headings of columns.
    pub columns: Columns,
    /// Links to data.
    pub downloads: Downloads,
    /// What it would take.
    pub required: Required,
    /// What is done to a value that varies.
    pub changes: Changes,
    /// The outside view.
    pub outside: Outside,
    /// Ends of inputs.
    pub inputs: Inputs,
    /// The box of inputs in which the target is met.
    pub discovery: Discovery,
    /// Keys within a block of a scenario.
    keys: Dictionary,
    /// Blocks of a scenario.
    pub blocks: Blocks,
    /// Labels in figures.
    pub chart: Chart,
    /// Where numbers come from.
    pub provenance: Provenance,
    /// Doubts about results, and why cells are empty.
    pub warnings: Warnings,
    /// What is odd about a history.
    pub findings: Findings,
    /// How results came about.
    pub sentences: Sentences,
    /// The method.
    pub method: Method,
}

/// The method in words.
#[derive(Debug)]
pub struct Method {
    /// In order.
    pub paragraphs: Vec<String>,
    /// The likelihood scale.
    pub words: String,
}

impl Method {
    fn read(mut section: Entries) -> Self {
        let paragraphs = section.0.remove("paragraphs");
        let paragraphs = paragraphs.as_ref().and_then(toml::Value::as_array);
        let texts = paragraphs.into_iter().flatten().filter_map(toml::Value::as_str);
        let (paragraphs, words) = (texts.map(str::to_owned).collect(), section.words("words"));
        section.finish();
        Self { paragraphs, words }
    }
}

impl Language {
    /// A language by its code.
    pub fn of(code: Code) -> &'static Self {
        static LANGUAGES: [OnceLock<Language>; 4] = [const { OnceLock::new() }; 4];
        LANGUAGES[code as usize].get_or_init(|| {
            let table = code.text().parse().expect("a language file, which tests hold readable");
            Self::read(Entries(table))
        })
    }

    fn read(mut file: Entries) -> Self {
        let language = Self {
            answer: Answer::read(file.section("answer")),
            quoted: Quoted::read(file.section("quoted")),
            verdicts: Verdicts::read(file.section("verdicts")),
            units: file.section("units").all(),
            headings: Headings::read(file.section("headings")),
            captions: Captions::read(file.section("captions")),
            columns: Columns::read(file.section("columns")),
            downloads: Downloads::read(file.section("downloads")),
            required: Required::read(file.section("required")),
            changes: Changes::read(file.section("changes")),
            outside: Outside::read(file.section("outside")),
            inputs: Inputs::read(file.section("inputs")),
            discovery: Discovery::read(file.section("discovery")),
            keys: file.section("keys").all(),
            blocks: Blocks::read(file.section("blocks")),
            chart: Chart::read(file.section("chart")),
            provenance: Provenance::read(file.section("provenance")),
            warnings: Warnings::read(file.section("warnings")),
            findings: Findings::read(file.section("findings")),
            sentences: Sentences::read(file.section("sentences")),
            method: Method::read(file.section("method")),
            code: file.words("code"),
            direction: file.words("direction"),
            decimal: file.words("decimal"),
            thousands: file.words("thousands"),
            comma: file.words("comma"),
        };
        file.finish();
        language
    }

    /// English.
    pub fn english() -> &'static Self {
        Self::of(Code::En)
    }

    /// A number that is written in English, as this language writes it: `1,234.5` is `1 234,5` in
    /// Russian.
    pub fn numerals(&self, english: &str) -> String {
        let letters: Vec<char> = english.chars().collect();
        let is_digit = |index: Option<usize>| {
            index.and_then(|i| letters.get(i)).is_some_and(char::is_ascii_digit)
        };
        let written = |(index, letter): (usize, &char)| {
            let is_inside = is_digit(index.checked_sub(1)) && is_digit(Some(index + 1));
            match letter {
                '.' if is_inside => self.decimal.clone(),
                ',' if is_inside => self.thousands.clone(),
                letter => letter.to_string(),
            }
        };
        self.isolated(letters.iter().enumerate().map(written).collect())
    }

    /// A piece of text whose direction is its own in a text that runs from right to left, so that a
    /// range or a sign keeps its place.
    fn isolated(&self, text: String) -> String {
        if self.direction == "rtl" && !text.is_empty() {
            format!("\u{2068}{text}\u{2069}")
        } else {
            text
        }
    }

    /// Numbers with units that are written in English: `200 million USD`, `18 months`.
    pub fn quantity(&self, english: &str) -> String {
        if let Some(whole) = self.units.get(english) {
            return whole.clone();
        }
        let unit = |word: &str| self.units.get(word).map_or_else(|| word.to_owned(), String::clone);
        let words: Vec<String> = english.split(' ').map(unit).collect();
        self.numerals(&words.join(" "))
    }

    /// A step of a simulation: `quarter`.
    pub fn step(&self, step: Step) -> String {
        let english = match step {
            Step::Year => "year",
            Step::Quarter => "quarter",
            Step::Month => "month",
        };
        self.units.get(english).cloned().unwrap_or_else(|| english.to_owned())
    }

    /// The likelihood scale of the IPCC.
    ///
    /// # Source
    /// Mastrandrea et al. (2010), Guidance Note for Lead Authors of the IPCC Fifth Assessment
    /// Report on Consistent Treatment of Uncertainties, table 1.
    pub fn verdict(&self, p: f64) -> &str {
        let words = &self.verdicts;
        match p {
            p if p < 0.01 => &words.exceptionally_unlikely,
            p if p < 0.10 => &words.very_unlikely,
            p if p < 0.33 => &words.unlikely,
            p if p <= 0.66 => &words.even,
            p if p <= 0.90 => &words.likely,
            p if p <= 0.99 => &words.very_likely,
            _ => &words.certain,
        }
    }

    /// What a key within a block means; the key itself where it has no words.
    pub fn key(&self, key: &str) -> String {
        match key.strip_prefix("elasticity.") {
            Some(driver) => fill(&self.blocks.elasticity, &[("driver", driver)]),
            None => self.keys.get(key).cloned().unwrap_or_else(|| key.to_owned()),
        }
    }

    /// A key path: `flow.goods.growth.fitted.level_error` as `goods: today's true level`.
    pub fn assumption(&self, key: &str) -> String {
        let mut parts = key.splitn(3, '.');
        let (block, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let is_block = tradecast_core::scenario::BLOCKS.contains(&block);
        match (is_block, parts.next()) {
            (true, None) => self.isolated(name.to_owned()),
            (true, Some(rest)) => {
                format!("{}: {}", self.isolated(name.to_owned()), self.key(rest))
            }
            (false, _) if block == "world" => self.key("growth.fitted.drift"),
            (false, _) => key.replace(['.', '_'], " "),
        }
    }
}

/// The words with values in the places that braces name.
pub fn fill(words: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let value = values.iter().find(|(known, _)| *known == name);
        text.push_str(before);
        text.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// All words of a language by key path, with the places to fill in.
    fn places(code: Code) -> BTreeMap<String, Vec<String>> {
        let table: toml::Table = code.text().parse().expect("a readable file");
        let mut places = BTreeMap::new();
        collect("", &toml::Value::from(table), &mut places);
        places
    }

    fn collect(path: &str, value: &toml::Value, places: &mut BTreeMap<String, Vec<String>>) {
        match value {
            toml::Value::Table(table) => {
                table
                    .iter()
                    .for_each(|(key, value)| collect(&format!("{path}/{key}"), value, places));
            }
            toml::Value::Array(items) => {
                let items = items.iter().enumerate();
                items.for_each(|(index, item)| collect(&format!("{path}/{index}"), item, places));
            }
            other => {
                let text = other.as_str().expect("words");
                assert!(!text.trim().is_empty() || path.ends_with("thousands"), "{path} is empty");
                let parts = text.split('{').skip(1).filter_map(|part| part.split_once('}'));
                let mut names: Vec<String> = parts.map(|(name, _)| name.to_owned()).collect();
                names.sort();
                places.insert(path.to_owned(), names);
            }
        }
    }

    #[test]
    fn no_language_lacks_a_key_or_a_place_to_fill_in() {
        let english = places(Code::En);
        for code in Code::ALL {
            let other = places(code);
            for (path, names) in &english {
                assert_eq!(other.get(path), Some(names), "{code:?} {path}");
            }
            assert_eq!(other.len(), english.len(), "{code:?} has more keys than English");
        }
    }

    #[test]
    fn every_language_is_read_and_is_what_its_code_says() {
        for code in Code::ALL {
            let language = Language::of(code);
            assert_eq!(language.code, code.name());
            let is_rightward = matches!(code, Code::En | Code::Ru);
            assert_eq!(language.direction, if is_rightward { "ltr" } else { "rtl" });
        }
    }

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        let russian = Language::of(Code::Ru);
        assert_eq!(russian.numerals("1,234.5 %, 0.41–0.43"), "1\u{a0}234,5 %, 0,41–0,43");
        assert_eq!(russian.quantity("18 months"), format!("18 {}", russian.units["months"]));
        assert_eq!(russian.quantity("no difference"), russian.units["no difference"]);
        assert_eq!(Language::of(Code::Ar).numerals("−0.3 %"), "\u{2068}−0.3 %\u{2069}");
    }

    #[test]
    fn values_are_filled_in_once() {
        assert_eq!(fill("{a} in {b}.", &[("a", "{b}"), ("b", "7")]), "{b} in 7.");
    }
}
