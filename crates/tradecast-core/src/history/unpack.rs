//! The text of a file, plain or .gz.

use super::HistoryError;
use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::io::{ErrorKind, Read};
use std::path::Path;

const GZ: [u8; 2] = [0x1f, 0x8b];
const ZIP: [u8; 4] = [b'P', b'K', 3, 4];
const UTF8_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];
const UTF16_MARKS: [[u8; 2]; 2] = [[0xff, 0xfe], [0xfe, 0xff]];

/// The text of a file without the mark of UTF-8 that some programs put first.
pub fn text<'a>(path: &Path, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, HistoryError> {
    let wrong = |message: &str| {
        Err(HistoryError::Packed { path: path.to_owned(), message: message.to_owned() })
    };
    if bytes.starts_with(&ZIP) {
        return wrong("this is a .zip; unpack it and give the table inside");
    }
    if bytes.starts_with(&GZ) {
        let text = unpacked(path, bytes)?;
        let mark = if text.starts_with(&UTF8_MARK) { UTF8_MARK.len() } else { 0 };
        return Ok(Cow::Owned(text[mark..].to_vec()));
    }
    if UTF16_MARKS.iter().any(|mark| bytes.starts_with(mark)) {
        return wrong("this is UTF-16; save it as UTF-8 (\"CSV UTF-8\" in a spreadsheet)");
    }
    Ok(Cow::Borrowed(bytes.strip_prefix(&UTF8_MARK).unwrap_or(bytes)))
}

fn unpacked(path: &Path, bytes: &[u8]) -> Result<Vec<u8>, HistoryError> {
    let mut text = Vec::with_capacity(8 * bytes.len());
    let Err(error) = MultiGzDecoder::new(bytes).read_to_end(&mut text) else { return Ok(text) };
    let message = match error.kind() {
        ErrorKind::UnexpectedEof => format!(
            "the .gz is cut short: it ends after {} bytes, in the middle of its data",
            bytes.len()
        ),
        _ => format!("the .gz is damaged: {error}"),
    };
    Err(HistoryError::Packed { path: path.to_owned(), message })
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("packed");
        encoder.finish().expect("packed")
    }

    #[test]
    fn plain_and_packed_are_the_same_text() {
        let path = Path::new("a");
        let both =
            [b"a,b\n1,2\n".to_vec(), packed(b"a,b\n1,2\n"), packed(b"\xef\xbb\xbfa,b\n1,2\n")];
        for bytes in &both {
            assert_eq!(&*text(path, bytes).expect("text"), b"a,b\n1,2\n");
        }
    }

    /// Wherever it is cut, be it in the header, the data or the checksum.
    #[test]
    fn a_gz_that_is_cut_short_is_refused_at_every_length() {
        let whole = packed("period,value\n2001,3.25\n".repeat(50).as_bytes());
        for length in 2..whole.len() {
            let error = text(Path::new("a.gz"), &whole[..length]).expect_err("cut");
            assert!(error.to_string().contains("cut short"), "{length}: {error}");
        }
        assert!(text(Path::new("a.gz"), &whole).is_ok());
    }

    #[test]
    fn other_packings_are_named() {
        for (bytes, word) in [(&b"PK\x03\x04x"[..], ".zip"), (&b"\xff\xfep\0"[..], "UTF-16")] {
            assert!(text(Path::new("a"), bytes).expect_err(word).to_string().contains(word));
        }
    }
}
