//! A piece of a scenario that grows flows as they were fitted.

use super::outlook::Outlook;
use super::{FlowCorrelation, FlowFit, Fragment, Options, Source, View};
use crate::calendar;
use std::fmt::Write as _;

/// Countries where nothing names them, as in the template of `tradecast new`.
const UNNAMED: [&str; 2] = ["AAA", "BBB"];

/// Writes flows and their correlations as TOML.
pub fn fragment(
    reporter: Option<String>,
    (outlooks, correlations): (&[&Outlook], &[FlowCorrelation]),
    source: &Source,
    options: &Options,
) -> Fragment {
    let mut text = head(outlooks, source, options);
    let mut files = Vec::new();
    for outlook in outlooks {
        let copied =
            needs_copy(source, options).then(|| format!("history-{}.csv", outlook.flow.name));
        // Writing to a string cannot fail.
        let _ = write!(text, "{}", flow(&outlook.flow, copied.as_deref(), source, options));
        files.extend(copied.map(|name| (name, outlook.copy.clone())));
    }
    for correlation in correlations {
        let [a, b] = &correlation.between;
        let between = format!("[{}, {}]", quoted(a), quoted(b));
        let (value, words) = (correlation.value, reason(correlation));
        let _ = write!(
            text,
            "\n[[correlation]]\nbetween = {between}\nvalue = {value}\nsource = {}\n",
            quoted(&words)
        );
    }
    Fragment { reporter, text, files }
}

/// Files that were joined, and growth in blocks, need a file with the one flow.
fn needs_copy(source: &Source, options: &Options) -> bool {
    source.history.is_none() || matches!(options.view, View::Bootstrap(_))
}

/// What the rest of the scenario must say.
fn head(outlooks: &[&Outlook], source: &Source, options: &Options) -> String {
    let mut lines = match (needs_copy(source, options), &source.history) {
        (false, Some(file)) => vec![format!("The path of {file} starts at the scenario's folder.")],
        _ => vec![
            "Histories are written beside fit.csv; put them into the scenario's folder.".to_owned(),
        ],
    };
    let unit = outlooks.first().map_or("", |outlook| &outlook.flow.unit);
    match unit.strip_prefix("million ") {
        Some(currency) => lines.push(format!("It needs [money] currency = {}", quoted(currency))),
        None => lines.push("Values are in the unit of [money]: nothing states theirs.".to_owned()),
    }
    if unit.starts_with("million ") && matches!(options.view, View::Bootstrap(_)) {
        lines.push("and unit = \"million\", in which the baselines are.".to_owned());
    }
    if let Some(month) = options.fiscal_year_starts {
        let name = calendar::month_name(month);
        lines.push(format!("It needs [calendar] fiscal_year_starts = {}", quoted(name)));
    }
    lines.iter().fold(String::new(), |text, line| format!("{text}# {line}\n"))
}

fn flow(flow: &FlowFit, copied: Option<&str>, source: &Source, options: &Options) -> String {
    let country = |name: &str, unnamed: &str| quoted(if name.is_empty() { unnamed } else { name });
    let (from, to) = (country(&flow.exporter, UNNAMED[0]), country(&flow.importer, UNNAMED[1]));
    let mut text = format!("\n[[flow]]\nname = {}\nfrom = {from}\nto = {to}\n", quoted(&flow.name));
    let history = copied.or(source.history.as_deref()).unwrap_or_default();
    if let (View::Bootstrap(bootstrap), Some(last)) = (&options.view, flow.history.last()) {
        let (period, value) = (quoted(&last.period.to_string()), last.value);
        let block = quoted(&format!("{} years", bootstrap.block_years));
        let _ = write!(
            text,
            "source = {}\nbaseline = {{ period = {period}, value = {value} }}\n\
             growth.bootstrap = {{ history = {}, block = {block} }}\n",
            quoted(&origin(flow, source, options)),
            quoted(history)
        );
        return text;
    }
    text.push_str("\n[flow.growth.fitted]\n");
    for (key, value) in keys(flow, (history, copied.is_some()), source, options) {
        let _ = writeln!(text, "{key} = {value}");
    }
    text
}

/// The keys of `growth.fitted` that say what was asked for.
fn keys(
    flow: &FlowFit,
    (history, is_copied): (&str, bool),
    source: &Source,
    options: &Options,
) -> Vec<(&'static str, String)> {
    let as_read = |given: &Option<String>| given.as_deref().filter(|_| !is_copied).map(quoted);
    let by_name = flow.name.contains("-by-").then(|| flow.reporter.clone()).flatten();
    let reporter = options.reporter.clone().or(by_name);
    let optional = [
        ("total", flow.is_total.then(|| "true".to_owned())),
        ("reporter", as_read(&reporter)),
        ("columns", as_read(&source.columns)),
        ("unit", as_read(&source.unit)),
        ("country_codes", as_read(&source.country_codes)),
        ("prior", Some(quoted(&file_name(options.view.name())))),
        ("drift", options.drift.map(|drift| drift.to_string())),
        ("per_dollar", options.per_dollar.map(|rate| rate.to_string())),
        ("source", Some(quoted(&origin(flow, source, options)))),
    ];
    let optional = optional.into_iter().filter_map(|(key, value)| Some((key, value?)));
    [("history", quoted(history))].into_iter().chain(optional).collect()
}

/// Where the growth comes from.
fn origin(flow: &FlowFit, source: &Source, options: &Options) -> String {
    let files: Vec<String> = source.files.iter().map(|file| file_name(file)).collect();
    let by = flow.reporter.as_ref().map(|name| format!(", as reported by {name}"));
    let span = match (flow.history.first(), flow.history.last()) {
        (Some(first), Some(last)) => format!(", {} to {}", first.period, last.period),
        _ => String::new(),
    };
    let prior = file_name(options.view.name());
    format!("{}{}{span}; prior: {prior}", files.join(", "), by.unwrap_or_default())
}

fn reason(correlation: &FlowCorrelation) -> String {
    let FlowCorrelation { own, years, world, .. } = correlation;
    match own {
        Some(own) => format!("own shocks of {years} years {own:.2}, other flows like them {world}"),
        None => format!("other flows like them {world}"),
    }
}

/// The last part of a path.
fn file_name(path: &str) -> String {
    let name = std::path::Path::new(path).file_name();
    name.map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
