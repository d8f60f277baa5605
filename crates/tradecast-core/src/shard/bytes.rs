//! A part of a run as the bytes of a state file: a line of text that says what it is, the part in
//! postcard's format, deflated, and the SHA-256 of all that comes before. Equal parts have equal
//! bytes on every machine.

use super::{Hash, Shard, paths_in_words};
use crate::numerals;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// What every state file starts with.
const MARK: &str = "tradecast state ";

/// The rest of the first line: the number of the format, one more with every change of a type that
/// is stored, and the version of the program, whose results another one need not share.
const VERSION: &str = concat!("2, tradecast ", env!("CARGO_PKG_VERSION"));

/// Why a state file cannot be written or read.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum StateError {
    /// A path in the scenario that is no text.
    #[error("cannot store the scenario: {0}")]
    #[diagnostic(help("the names of scenario, data files and their folders must be UTF-8"))]
    Unstorable(postcard::Error),
    /// Another kind of file.
    #[error("{} is no state file", path.display())]
    #[diagnostic(help(
        "name files that `tradecast run FILE --paths-from A --paths-to B --state STATEFILE` wrote"
    ))]
    NotAState {
        /// The file.
        path: PathBuf,
    },
    /// A file that is not as it was written.
    #[error("{} is damaged: {reason}", path.display())]
    #[diagnostic(help("copy it again from where it was written, or simulate its paths again"))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What shows it.
        reason: String,
    },
    /// A file of another version.
    #[error("{} has format {found}, this program has format {VERSION}", path.display())]
    #[diagnostic(help(
        "all parts of a run are made and merged by one version: simulate its paths again with this one, or merge with the one that wrote it"
    ))]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// What its first line says.
        found: String,
    },
}

impl Shard {
    /// The bytes of a state file.
    ///
    /// # Errors
    /// A path in the scenario that is no text.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StateError> {
        let body = postcard::to_allocvec(self).map_err(StateError::Unstorable)?;
        let mut bytes = format!("{MARK}{VERSION}\n").into_bytes();
        bytes.extend(deflated(&body).expect("memory can be written to"));
        let hash: Hash = Sha256::digest(&bytes).into();
        bytes.extend(hash);
        Ok(bytes)
    }

    /// Whether the first bytes of a file are those of a state file, of any version.
    pub fn is_state(bytes: &[u8]) -> bool {
        bytes.starts_with(MARK.as_bytes())
    }

    /// Reads the bytes of the state file `path`.
    ///
    /// # Errors
    /// Bytes that are no state file, a damaged one, or one of another version.
    pub fn from_bytes(path: &Path, bytes: &[u8]) -> Result<Self, StateError> {
        let path = || path.to_owned();
        let damaged = |reason: String| StateError::Damaged { path: path(), reason };
        if !Self::is_state(bytes) {
            return Err(StateError::NotAState { path: path() });
        }
        let (content, hash) =
            bytes.split_last_chunk::<32>().ok_or_else(|| damaged("its end is missing".into()))?;
        if Hash::from(Sha256::digest(content)) != *hash {
            return Err(damaged("its bytes are not those that were written".into()));
        }
        let line = content.iter().position(|byte| *byte == b'\n');
        let (line, body) = content.split_at(line.unwrap_or(content.len()));
        let found = String::from_utf8_lossy(&line[MARK.len()..]);
        if found != VERSION {
            return Err(StateError::OtherVersion { path: path(), found: found.into_owned() });
        }
        let body = inflated(&body[1..]).map_err(|error| damaged(error.to_string()))?;
        let (shard, rest): (Self, _) =
            postcard::take_from_bytes(&body).map_err(|error| damaged(error.to_string()))?;
        let counted: Vec<u64> = shard.outcome.states.iter().map(|state| state.paths).collect();
        let is_whole = counted == [shard.paths.end.saturating_sub(shard.paths.start)];
        if !rest.is_empty() || !is_whole {
            let (paths, counted) = (paths_in_words(&shard.paths), counted.first().copied());
            let counted = numerals::count(counted.unwrap_or_default());
            return Err(damaged(format!("for paths {paths} it has counts of {counted}")));
        }
        Ok(shard)
    }
}

fn deflated(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn inflated(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    DeflateDecoder::new(bytes).read_to_end(&mut body)?;
    Ok(body)
}
