//! The one writer of results: files appear whole or not at all, and a failed write leaves the old
//! results as they were.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file to be written.
#[derive(Clone, Debug)]
pub struct OutputFile {
    /// Its name in the folder.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Why results could not be written.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot write {}: {error}", path.display())]
#[diagnostic(help(
    "earlier results there are untouched; check that the folder may be written and the disk has room, or choose another with --out DIR or --state FILE"
))]
pub struct FolderError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system says.
    pub error: io::Error,
}

/// Writes bytes to a new file; another than [`write_bytes`] is for tests of failing disks.
pub type WriteBytes = fn(&mut File, &[u8]) -> io::Result<()>;

/// Writes all bytes, down to the disk.
///
/// # Errors
/// What the system says, as that the disk is full.
pub fn write_bytes(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a folder and sees that files can be written there: before a long run, not after it.
///
/// # Errors
/// A folder that cannot be made or written to.
pub fn prepare(folder: &Path) -> Result<(), FolderError> {
    let failed = |error| FolderError { path: folder.to_owned(), error };
    fs::create_dir_all(folder).and_then(|()| new_file(folder)).map(|_| ()).map_err(failed)
}

/// Writes files to a folder, making it where needed, and removes those of `obsolete` that are not
/// among them. All are first written under temporary names, then renamed.
///
/// # Errors
/// A folder that cannot be made, a file that cannot be written. The old files then stand whole.
pub fn write(
    folder: &Path,
    files: &[OutputFile],
    obsolete: &[String],
    write_bytes: WriteBytes,
) -> Result<(), FolderError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| FolderError { path, error }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let mut written: Vec<(NamedTempFile, PathBuf)> = Vec::new();
    for file in files {
        let path = folder.join(&file.name);
        let mut temporary = new_file(folder).map_err(failed(&path))?;
        write_bytes(temporary.as_file_mut(), &file.bytes).map_err(failed(&path))?;
        written.push((temporary, path));
    }
    for (temporary, path) in written {
        temporary
            .persist(&path)
            .map_err(|error| FolderError { path: path.clone(), error: error.error })?;
    }
    for name in obsolete.iter().filter(|name| !files.iter().any(|file| file.name == **name)) {
        let path = folder.join(name);
        if path.exists() {
            fs::remove_file(&path).map_err(failed(&path))?;
        }
    }
    Ok(())
}

/// A temporary file that, once renamed, may be read by whom the user's mask allows.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tradecast-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> OutputFile {
        OutputFile { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
    }

    #[test]
    fn a_full_disk_leaves_the_old_results_whole() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let old = [file("a.csv", "old a"), file("b.csv", "old b")];
        write(folder.path(), &old, &[], write_bytes).expect("a first write");
        let full: WriteBytes = |file, bytes| {
            if bytes.starts_with(b"new b") {
                return Err(io::Error::from(io::ErrorKind::StorageFull));
            }
            file.write_all(bytes)
        };
        let new = [file("a.csv", "new a"), file("b.csv", "new b")];
        let error = write(folder.path(), &new, &[], full).expect_err("the disk is full");
        assert!(error.path.ends_with("b.csv"));
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["a.csv", "b.csv"], "no temporary file stays behind");
        assert_eq!(fs::read(folder.path().join("a.csv")).expect("a file"), b"old a");
        assert_eq!(fs::read(folder.path().join("b.csv")).expect("a file"), b"old b");
    }

    #[test]
    fn obsolete_files_go_and_others_stay() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let old = [file("fan.png", "x"), file("note.txt", "mine")];
        write(folder.path(), &old, &[], write_bytes).expect("a first write");
        let obsolete = ["fan.png".to_owned()];
        write(folder.path(), &[file("a.csv", "a")], &obsolete, write_bytes).expect("a write");
        assert!(!folder.path().join("fan.png").exists());
        assert!(folder.path().join("note.txt").exists());
    }
}
