//! Where files are read from: the disk, or a map in memory, so that a browser needs no disk.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

/// A place that files are read from by path.
pub trait Files {
    /// The bytes of a file.
    ///
    /// # Errors
    /// It is not there or may not be read.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Whether there is such a file.
    fn exists(&self, path: &Path) -> bool;

    /// One path for all that mean the same file.
    fn identity(&self, path: &Path) -> PathBuf;

    /// The names of what lies in a folder, in alphabetical order; none where it cannot be listed.
    fn names(&self, folder: &Path) -> Vec<String>;
}

/// The file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }

    fn identity(&self, path: &Path) -> PathBuf {
        path.canonicalize().unwrap_or_else(|_| path.to_owned())
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// Files held in memory, by path.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Memory {
    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: impl AsRef<Path>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(plain(path.as_ref()), bytes.into());
    }
}

impl<P: AsRef<Path>, B: Into<Vec<u8>>> FromIterator<(P, B)> for Memory {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        let mut memory = Self::default();
        files.into_iter().for_each(|(path, bytes)| memory.insert(path, bytes));
        memory
    }
}

impl Files for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(&plain(path)).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn exists(&self, path: &Path) -> bool {
        self.files.contains_key(&plain(path))
    }

    fn identity(&self, path: &Path) -> PathBuf {
        plain(path)
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        let folder = plain(folder);
        let inside = self.files.keys().filter(|path| path.parent() == Some(&folder));
        let name = |path: &PathBuf| path.file_name().map(|it| it.to_string_lossy().into_owned());
        inside.filter_map(name).collect()
    }
}

/// A path without `.`, and with each `..` taken back as far as there is a folder to leave.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_memory_are_found_by_every_path_that_means_them() {
        let files: Memory =
            [("case/base.toml", "a"), ("case/data/history.csv", "b")].into_iter().collect();
        assert_eq!(files.read(Path::new("./case/data/../base.toml")).expect("a file"), b"a");
        assert!(files.exists(Path::new("case/data/history.csv")));
        assert!(!files.exists(Path::new("../case/base.toml")));
        assert_eq!(files.names(Path::new("case/./data")), ["history.csv"]);
    }
}
