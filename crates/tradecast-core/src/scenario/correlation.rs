//! Correlations between random things of a scenario: who is correlated with whom, and whether the
//! whole is a correlation matrix.

use super::cursor::Cursor;
use super::problem::Problem;
use super::quantity::read_value;
use super::{Scenario, nearest_name};
use nalgebra::{DMatrix, SymmetricEigen};

/// A correlation of the underlying normals of two members.
#[derive(Clone, Debug)]
pub struct Correlation {
    /// The two members; both of the same class.
    pub between: [Member; 2],
    /// From −1 to 1.
    pub value: f64,
    /// Where it comes from.
    pub source: Option<String>,
}

/// Something random that can be correlated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    /// The shocks of a flow: one a step.
    Flow(usize),
    /// The shocks of a driver: one a step.
    Driver(usize),
    /// An uncertain quantity, by key path: one value a path.
    Parameter(String),
    /// Whether an intervention happens: once a path.
    Intervention(usize),
}

impl Member {
    /// Whether it is drawn at every step, rather than once a path.
    pub fn is_per_step(&self) -> bool {
        matches!(self, Self::Flow(_) | Self::Driver(_))
    }
}

/// Decodes all correlations and checks that they are possible together.
///
/// # Errors
/// Unknown or certain members, a shock with a parameter, values outside [−1, 1], a matrix that is
/// not positive semidefinite.
pub fn decode(root: &Cursor<'_>, scenario: &Scenario) -> Result<Vec<Correlation>, Problem> {
    let mut correlations = Vec::new();
    for (_, cursor) in root.blocks("correlation")? {
        cursor.table()?;
        let value = cursor.require("value")?;
        let number = read_value(&value, scenario.money.scale)?;
        let between = cursor.require("between")?;
        let items = between.list()?;
        let members = [member(&items[0], scenario)?, member(&items[1], scenario)?];
        if members[0].is_per_step() != members[1].is_per_step() {
            return Err(between
                .problem("a shock of every step cannot be correlated with a value drawn once")
                .help("correlate two flows or drivers, or two of: parameters and interventions"));
        }
        check_pair(&members, &correlations, &between)?;
        let source = cursor.child("source").and_then(|source| source.node.text());
        let source = source.map(str::to_owned);
        correlations.push(Correlation { between: members, value: number, source });
    }
    check_matrix(&correlations, scenario)?;
    Ok(correlations)
}

/// A pair is of two things, and is given once: one parameter may be named in several ways.
fn check_pair(
    members: &[Member; 2],
    earlier: &[Correlation],
    between: &Cursor<'_>,
) -> Result<(), Problem> {
    let [first, second] = members;
    if first == second {
        return Err(between
            .problem("both names mean the same")
            .help("a correlation is between two different things"));
    }
    let is_same =
        |known: &Correlation| known.between.contains(first) && known.between.contains(second);
    if earlier.iter().any(is_same) {
        return Err(between
            .problem("this pair has a correlation already")
            .help("drop one of them"));
    }
    Ok(())
}

fn member(cursor: &Cursor<'_>, scenario: &Scenario) -> Result<Member, Problem> {
    let name = cursor.text()?;
    let no_shocks = |what: &str| {
        cursor
            .problem(format!("\"{name}\" {what}, so a correlation reaches no output"))
            .help("correlate random_walk or mean_reverting growth")
    };
    if let Some(flow) = scenario.flows.iter().position(|flow| flow.name == name) {
        return if scenario.flows[flow].growth.has_shocks() {
            Ok(Member::Flow(flow))
        } else {
            Err(no_shocks("has no shocks of its own"))
        };
    }
    if let Some(driver) = scenario.drivers.iter().position(|driver| driver.name == name) {
        return if scenario.drivers[driver].growth.has_shocks() {
            Ok(Member::Driver(driver))
        } else {
            Err(no_shocks("has no shocks of its own"))
        };
    }
    let intervention = scenario.interventions.iter().position(|i| i.name == name);
    match intervention {
        Some(intervention) => {
            let key = format!("intervention.{name}.probability");
            if scenario.document.node(&key).is_some() {
                return Ok(Member::Intervention(intervention));
            }
            Err(cursor
                .problem(format!("\"{name}\" always happens, so a correlation reaches no output"))
                .help("give it a `probability`, or drop this correlation"))
        }
        None => parameter(cursor, name, scenario),
    }
}

/// The parameter that `NAME.KEY` means, where KEY may be shortened to its last part.
fn parameter(cursor: &Cursor<'_>, name: &str, scenario: &Scenario) -> Result<Member, Problem> {
    let tail = |key: &str| key.split_once('.').map(|(_, rest)| rest.to_owned()).unwrap_or_default();
    let matches = |key: &str| {
        let (Some((block, wanted)), own) = (name.split_once('.'), tail(key)) else { return false };
        let Some(own) = own.strip_prefix(block).and_then(|own| own.strip_prefix('.')) else {
            return false;
        };
        own == wanted || own == format!("{wanted}.value") || own.ends_with(&format!(".{wanted}"))
    };
    let assumptions = scenario.assumptions();
    let found: Vec<_> = assumptions.iter().filter(|it| matches(&it.key)).collect();
    let [assumption] = found[..] else {
        let names = scenario.flows.iter().map(|flow| flow.name.as_str());
        let names = names.chain(scenario.drivers.iter().map(|driver| driver.name.as_str()));
        let names: Vec<&str> =
            names.chain(scenario.interventions.iter().map(|i| i.name.as_str())).collect();
        let help = match nearest_name(name, names.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!(
                "names are: {}; a parameter is \"NAME.KEY\", as \"pakistan-exports.baseline\"",
                names.join(", ")
            ),
        };
        return Err(cursor.problem(format!("nothing random is called \"{name}\"")).help(help));
    };
    if ["disruption.NAME.duration", "disruption.NAME.loss"].contains(&assumption.row.path) {
        return Err(cursor
            .problem(format!("{} is drawn for each event", assumption.key))
            .help("durations and losses take no correlation"));
    }
    if !assumption.quantity.is_uncertain() {
        return Err(cursor
            .problem(format!("{} is certain, so its correlation reaches no output", assumption.key))
            .help("give it a distribution, or drop this correlation"));
    }
    Ok(Member::Parameter(assumption.key.clone()))
}

/// The different members of one class, in order of mention, and their correlation matrix.
pub fn matrix(correlations: &[Correlation], per_step: bool) -> (Vec<Member>, DMatrix<f64>) {
    let of_class: Vec<&Correlation> =
        correlations.iter().filter(|c| c.between[0].is_per_step() == per_step).collect();
    let mut members: Vec<Member> = Vec::new();
    for member in of_class.iter().flat_map(|correlation| &correlation.between) {
        if !members.contains(member) {
            members.push(member.clone());
        }
    }
    let position = |member| members.iter().position(|known| known == member);
    let mut matrix = DMatrix::identity(members.len(), members.len());
    for correlation in of_class {
        let [first, second] = &correlation.between;
        if let (Some(row), Some(column)) = (position(first), position(second)) {
            matrix[(row, column)] = correlation.value;
            matrix[(column, row)] = correlation.value;
        }
    }
    (members, matrix)
}

/// An eigenvalue that is lower than this is not one of rounding.
const POSSIBLE: f64 = -1e-9;

fn least_eigenvalue(matrix: &DMatrix<f64>) -> f64 {
    SymmetricEigen::new(matrix.clone()).eigenvalues.min()
}

fn check_matrix(correlations: &[Correlation], scenario: &Scenario) -> Result<(), Problem> {
    for per_step in [true, false] {
        let (members, matrix) = matrix(correlations, per_step);
        if members.is_empty() {
            continue;
        }
        let least = least_eigenvalue(&matrix);
        if least < POSSIBLE {
            return Err(impossible(&members, &matrix, least, scenario));
        }
    }
    Ok(())
}

fn impossible(
    members: &[Member],
    matrix: &DMatrix<f64>,
    least: f64,
    scenario: &Scenario,
) -> Problem {
    let nearest = in_three_decimals(&nearest_correlation_matrix(matrix));
    let names: Vec<&str> = members.iter().map(|member| name_of(member, scenario)).collect();
    let mut lines = Vec::new();
    for row in 0..names.len() {
        for column in row + 1..names.len() {
            let (given, near) = (matrix[(row, column)], nearest[(row, column)]);
            if given != near {
                lines.push(format!("{} – {}: {given} → {near}", names[row], names[column]));
            }
        }
    }
    let help = format!(
        "the nearest valid matrix changes these pairs (a pair that is not given counts as 0):\n{}",
        lines.join("\n")
    );
    Problem::key(
        "correlation",
        format!("these correlations contradict each other: the matrix is not positive semidefinite (smallest eigenvalue {least:.3})"),
    )
    .help(help)
}

/// The name of a member: of a flow, driver or intervention, or a parameter's key path.
pub fn name_of<'a>(member: &'a Member, scenario: &'a Scenario) -> &'a str {
    match member {
        Member::Flow(flow) => &scenario.flows[*flow].name,
        Member::Driver(driver) => &scenario.drivers[*driver].name,
        Member::Intervention(intervention) => &scenario.interventions[*intervention].name,
        Member::Parameter(key) => key,
    }
}

/// A correlation matrix in three decimals: drawn towards independence, by thousandths, until what
/// is printed is itself possible. The nearest matrix has an eigenvalue of 0, so rounding it alone
/// would not do.
fn in_three_decimals(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let drawn = |thousandths: u16| {
        let keep = 1.0 - f64::from(thousandths) / 1000.0;
        let mut drawn = matrix.map(|value| (value * keep * 1000.0).round() / 1000.0);
        drawn.fill_diagonal(1.0);
        drawn
    };
    let is_possible = |drawn: &DMatrix<f64>| least_eigenvalue(drawn) >= POSSIBLE;
    // The last of them is independence, which is possible.
    (0..=1000).map(drawn).find(is_possible).unwrap_or_else(|| drawn(1000))
}

/// The nearest correlation matrix in the Frobenius norm, by alternating projections.
///
/// # Source
/// Higham (2002), "Computing the nearest correlation matrix", IMA J. Numer. Anal. 22, algorithm 3.3.
fn nearest_correlation_matrix(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let mut current = matrix.clone();
    let mut correction = DMatrix::zeros(matrix.nrows(), matrix.ncols());
    for _ in 0..500 {
        let shifted = &current - &correction;
        let mut eigen = SymmetricEigen::new(shifted.clone());
        eigen.eigenvalues.apply(|value| *value = value.max(0.0));
        let projected = eigen.recompose();
        correction = &projected - shifted;
        current = projected;
        current.fill_diagonal(1.0);
    }
    current
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_matrix_is_that_of_the_literature() {
        // Higham (2002), section 4: the example's answer to four digits. On the boundary of the
        // cone the determinant is zero, which ties the two: y = 2x² − 1.
        let given = DMatrix::from_row_slice(3, 3, &[1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
        let nearest = nearest_correlation_matrix(&given);
        let (x, y) = (nearest[(0, 1)], nearest[(0, 2)]);
        assert!((x - 0.7607).abs() < 5e-5 && (y - 0.1573).abs() < 5e-5, "{nearest}");
        assert!((2.0 * x * x - 1.0 - y).abs() < 1e-5, "{nearest}");
    }
}
