//! Which scenario files an argument means, and where their results go.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use tradecast_core::scenario::Scenario;

/// Why arguments name no scenarios.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum FilesError {
    /// Neither a file nor a folder.
    #[error("there is no file or folder {}", path.display())]
    #[diagnostic(help("check the path; `tradecast new NAME` writes a scenario to start from"))]
    Missing {
        /// The argument.
        path: PathBuf,
    },
    /// A folder that cannot be listed.
    #[error("cannot read the folder {}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: std::io::Error,
    },
    /// A folder without scenarios.
    #[error("the folder {} holds no scenario", path.display())]
    #[diagnostic(help(
        "scenarios are files with the ending .toml; `tradecast new NAME` writes one"
    ))]
    NoScenario {
        /// The folder.
        path: PathBuf,
    },
    /// Two scenarios whose results would go to one folder.
    #[error("{} and {} would both write to {}", first.display(), second.display(), folder.display())]
    #[diagnostic(help("run them one after the other with another --out DIR, or rename one file"))]
    SameResults {
        /// The first scenario.
        first: PathBuf,
        /// The second.
        second: PathBuf,
        /// The folder.
        folder: PathBuf,
    },
}

/// The scenario files that an argument means: a file itself, a folder's `.toml` files by name.
///
/// # Errors
/// A path that does not exist, a folder without scenarios.
pub fn scenarios(path: &Path) -> Result<Vec<PathBuf>, FilesError> {
    if path.is_dir() {
        in_folder(path)
    } else if path.exists() {
        Ok(vec![path.to_owned()])
    } else {
        Err(FilesError::Missing { path: path.to_owned() })
    }
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, FilesError> {
    let failed = |error| FilesError::Folder { path: folder.to_owned(), error };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ending| ending == "toml") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(FilesError::NoScenario { path: folder.to_owned() });
    }
    Ok(files)
}

/// The name of a scenario: its file's stem.
pub fn stem(file: &Path) -> String {
    file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

/// A file's name without folders.
pub fn file_name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The name of a panel: its file's, without folders, `.gz` and `.csv`.
pub fn panel_name(file: &Path) -> String {
    let name = file_name(file);
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.strip_suffix(".csv").unwrap_or(name).to_owned()
}

/// The folder for a scenario's results: `DIR/<stem>`, or `output/<parent folder>/<stem>`.
pub fn results_folder(file: &Path, out: Option<&Path>) -> PathBuf {
    match out {
        Some(out) => out.join(stem(file)),
        None => case_folder(file).join(stem(file)),
    }
}

/// The results folder of each scenario.
///
/// # Errors
/// Two scenarios whose results would go to one folder.
pub fn results_folders(
    scenarios: &[Scenario],
    out: Option<&Path>,
) -> Result<Vec<PathBuf>, FilesError> {
    let files: Vec<&Path> = scenarios.iter().map(|it| it.document.file()).collect();
    let folders: Vec<PathBuf> = files.iter().map(|file| results_folder(file, out)).collect();
    for (position, folder) in folders.iter().enumerate() {
        if let Some(first) = folders[..position].iter().position(|earlier| earlier == folder) {
            let [first, second] = [first, position].map(|index| files[index].to_owned());
            return Err(FilesError::SameResults { first, second, folder: folder.clone() });
        }
    }
    Ok(folders)
}

/// `output/<parent folder>`, where the results of a case lie.
pub fn case_folder(file: &Path) -> PathBuf {
    Path::new("output").join(folder_name(file))
}

/// The name of the folder that a file lies in, from wherever the file is named.
pub fn folder_name(file: &Path) -> OsString {
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let parent = absolute.parent().and_then(Path::file_name);
    parent.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_endings() {
        assert_eq!(panel_name(Path::new("a/panel_1.csv.gz")), "panel_1");
        assert_eq!(panel_name(Path::new("cases")), "cases");
    }

    #[test]
    fn results_lie_under_case_and_scenario() {
        let file = Path::new("scenarios/pakistan-kyrgyzstan/casa-1000.toml");
        let folder = results_folder(file, None);
        assert_eq!(folder, Path::new("output/pakistan-kyrgyzstan/casa-1000"));
        assert_eq!(results_folder(file, Some(Path::new("x"))), Path::new("x/casa-1000"));
    }
}
