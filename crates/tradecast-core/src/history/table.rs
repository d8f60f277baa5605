//! A table of comma-separated values, row by row, with the line of each.

use super::HistoryError;
use csv::{ByteRecord, Position, Reader, ReaderBuilder};
use std::path::{Path, PathBuf};

/// A table whose header is read.
pub(super) struct Table<'a> {
    pub path: PathBuf,
    pub headers: Vec<String>,
    text: &'a [u8],
    reader: Reader<&'a [u8]>,
}

/// A row of a table.
pub(super) struct Row<'a> {
    path: &'a Path,
    record: &'a ByteRecord,
    /// The line of the file, counted from 1.
    pub line: u64,
}

impl<'a> Table<'a> {
    /// Reads the header. Lines that begin with `#` are comments.
    pub(super) fn open(path: &Path, text: &'a [u8]) -> Result<Self, HistoryError> {
        let mut reader = ReaderBuilder::new().comment(Some(b'#')).flexible(true).from_reader(text);
        let header = reader
            .byte_headers()
            .map_err(|error| HistoryError::Read { path: path.to_owned(), error })?;
        let name = |cell: &[u8]| String::from_utf8_lossy(cell).trim().to_owned();
        let mut headers: Vec<String> = header.iter().map(name).collect();
        while headers.last().is_some_and(String::is_empty) {
            headers.pop();
        }
        Ok(Self { path: path.to_owned(), headers, text, reader })
    }

    /// The column of this name, whatever its case.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        let exact = self.headers.iter().position(|header| header == name);
        exact.or_else(|| self.headers.iter().position(|header| header.eq_ignore_ascii_case(name)))
    }

    /// The first of these columns that is there.
    pub(super) fn one_of(&self, names: &[&str]) -> Result<usize, HistoryError> {
        names.iter().find_map(|name| self.column(name)).ok_or_else(|| self.missing(names))
    }

    /// The error that one of these columns must be there.
    pub(super) fn missing(&self, names: &[&str]) -> HistoryError {
        let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        HistoryError::Column {
            path: self.path.clone(),
            column: quoted.join(" or "),
            given: self.headers.join(", "),
        }
    }

    /// Calls `each` for every row in order.
    pub(super) fn for_each(
        &mut self,
        mut each: impl FnMut(&Row<'_>) -> Result<(), HistoryError>,
    ) -> Result<(), HistoryError> {
        let mut record = ByteRecord::new();
        loop {
            let more = self.reader.read_byte_record(&mut record);
            let has_row =
                more.map_err(|error| HistoryError::Read { path: self.path.clone(), error })?;
            if has_row {
                let line = record.position().map_or(0, |at| line_of(self.text, at));
                let row = Row { path: &self.path, record: &record, line };
                row.check_length(self.headers.len())?;
                each(&row)?;
            } else {
                return Ok(());
            }
        }
    }
}

/// The line of the record that is read from a position on: comments and empty lines lie between.
fn line_of(text: &[u8], at: &Position) -> u64 {
    let mut line = at.line();
    let mut rest = text.get(at.byte() as usize..).unwrap_or_default();
    while let [b'#' | b'\r' | b'\n', ..] = rest {
        let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { break };
        rest = &rest[end + 1..];
        line += 1;
    }
    line
}

impl Row<'_> {
    /// A cell without the blanks around it.
    pub(super) fn cell(&self, column: usize) -> Result<&str, HistoryError> {
        let bytes = self.record.get(column).unwrap_or_default();
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.trim()),
            Err(_) => Err(self.error(format!(
                "\"{}\" is not UTF-8; save the file as UTF-8",
                String::from_utf8_lossy(bytes)
            ))),
        }
    }

    /// A cell of a column that may not be there; empty then.
    pub(super) fn optional(&self, column: Option<usize>) -> Result<&str, HistoryError> {
        column.map_or(Ok(""), |column| self.cell(column))
    }

    /// An error at this row.
    pub(super) fn error(&self, message: String) -> HistoryError {
        HistoryError::Cell { path: self.path.to_owned(), line: self.line, message }
    }

    /// Refuses a row that is cut short or too long; an empty cell at the end is no harm.
    fn check_length(&self, columns: usize) -> Result<(), HistoryError> {
        let cells = self.record.len();
        let has_more = self.record.iter().skip(columns).any(|cell| !cell.trim_ascii().is_empty());
        if cells >= columns && !has_more {
            return Ok(());
        }
        Err(self.error(format!("this row has {cells} cells, and the header {columns}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Result<Vec<(u64, String)>, HistoryError> {
        let mut table = Table::open(Path::new("t.csv"), text.as_bytes())?;
        let mut rows = Vec::new();
        table.for_each(|row| {
            rows.push((row.line, row.cell(1)?.to_owned()));
            Ok(())
        })?;
        Ok(rows)
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let text = "# a comment\na,b\n1, x \n# another\n\"2\n\",y,\n\n\r\n3,z\n";
        let expected = [(3, "x"), (5, "y"), (9, "z")].map(|(line, cell)| (line, cell.to_owned()));
        assert_eq!(lines(text).expect("rows"), expected);
    }

    #[test]
    fn a_row_cut_short_is_refused() {
        let error = lines("a,b\n1,2\n3").expect_err("short");
        assert_eq!(error.to_string(), "t.csv line 3: this row has 1 cells, and the header 2");
        assert!(lines("a,b\n1,2,3\n").is_err() && lines("a,b\n1,2,,\n").is_ok());
    }
}
