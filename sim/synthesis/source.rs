//! Files of others as they are opened: plain ones only, and read in portions of bounded length.
use std::cell::Cell;
use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;
use std::rc::Rc;

/// Opens a plain file. A folder is refused at once, and so are a pipe, on which one could wait for ever, and a device,
/// which may have no end.
///
/// # Errors
/// What the system says, or that it is no plain file.
pub fn open(path: &Path) -> Result<File> {
    let about = std::fs::metadata(path)?;
    if about.is_file() {
        return File::open(path);
    }
    let what = if about.is_dir() { "it is a folder" } else { "it is not a plain file" };
    Err(Error::new(ErrorKind::InvalidInput, what))
}

/// The bytes of a plain file.
///
/// # Errors
/// As [`open`].
pub fn bytes(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a plain file.
///
/// # Errors
/// As [`open`], and what is no UTF-8.
pub fn text(path: &Path) -> Result<String> {
    let mut text = String::new();
    open(path)?.read_to_string(&mut text)?;
    Ok(text)
}

/// Bytes handed out since the last portion began, shared between a [`Portions`] and who reads from it.
pub type Since = Rc<Cell<usize>>;

/// A source that refuses to go on when a portion (a row, an element) grows beyond a bound, so that a reader which
/// collects it can't fill the machine.
pub struct Portions<R> {
    source: R,
    since: Since,
    most: usize,
}

impl<R: Read> Portions<R> {
    /// A source of portions of at most so many bytes; who reads sets the count to 0 when a portion is done.
    pub fn new(source: R, most: usize) -> (Self, Since) {
        let since = Since::default();
        (Self { source, since: Rc::clone(&since), most }, since)
    }
}

impl<R: Read> Read for Portions<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if self.since.get() > self.most {
            return Err(Error::new(ErrorKind::InvalidData, "a row or element is impossibly long"));
        }
        let read = self.source.read(buffer)?;
        self.since.set(self.since.get().saturating_add(read));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_files_are_opened() {
        let home = tempfile::tempdir().expect("a folder");
        assert!(open(home.path()).is_err_and(|error| error.to_string() == "it is a folder"));
        assert!(open(&home.path().join("none")).is_err());
        std::fs::write(home.path().join("a"), "é").expect("written");
        assert_eq!(text(&home.path().join("a")).expect("text"), "é");
        assert_eq!(bytes(&home.path().join("a")).expect("bytes"), "é".as_bytes());
    }

    #[test]
    fn a_portion_without_an_end_is_refused() {
        let (mut endless, since) = Portions::new(std::io::repeat(b'a'), 100);
        let mut buffer = [0; 60];
        for _ in 0..2 {
            endless.read_exact(&mut buffer).expect("within the bound");
        }
        assert!(endless.read_exact(&mut buffer).is_err());
        since.set(0);
        endless.read_exact(&mut buffer).expect("the next portion");
    }
}
