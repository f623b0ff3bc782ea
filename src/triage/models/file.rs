//! A model's file, opened: read once from end to end and compared with its checksum. What the network needs stays in memory;
//! the table of pieces stays in the file, and each row is read from its place: the system keeps it, once for all processes.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use wissel_triage::encoder::{DIMENSIONS, Encoder, Head, ModelError, Table};

/// Why an installed model cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the model {} cannot be used: {why}; run `wissel models install {name}` again, or `wissel models remove {name}`", path.display())]
pub struct OpenError {
    name: &'static str,
    path: PathBuf,
    why: Why,
}

#[derive(Debug, thiserror::Error)]
enum Why {
    #[error("it cannot be read: {0}")]
    Read(#[from] io::Error),
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// Opens a model's file.
pub(super) fn open(name: &'static str, path: &Path) -> Result<Encoder, OpenError> {
    read(name, path).map_err(|why| OpenError { name, path: path.to_owned(), why })
}

fn read(name: &str, path: &Path) -> Result<Encoder, Why> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut head = [0; Head::BYTES];
    let cut = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => Why::Model(ModelError::Sum),
        _ => Why::Read(error),
    };
    file.read_exact(&mut head).map_err(cut)?;
    let told = Head::read(&head)?;
    let start = (head.len() as u64).saturating_add(told.body as u64);
    if start > length {
        return Err(ModelError::Sum.into());
    }
    let mut body = vec![0; told.body];
    file.read_exact(&mut body).map_err(cut)?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&head[Head::SUMMED..]).update(&body).update_reader(&mut file)?;
    if *hasher.finalize().as_bytes() != told.sum {
        return Err(ModelError::Sum.into());
    }
    let count = usize::try_from((length - start) / DIMENSIONS as u64).unwrap_or(usize::MAX);
    Ok(Encoder::new(name, told, &body, Box::new(Rows { file, start, count }))?)
}

/// The table, in the file. A file that is put in its place later is another one: this one stays what it is.
struct Rows {
    file: File,
    start: u64,
    count: usize,
}

impl Table for Rows {
    fn rows(&self) -> usize {
        self.count
    }

    fn row(&self, piece: usize, row: &mut [u8; DIMENSIONS]) -> bool {
        piece < self.count && self.file.read_exact_at(row, self.start + (piece * DIMENSIONS) as u64).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::open;

    #[test]
    fn a_file_that_is_no_model_or_is_cut_off_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("use-multilingual.model");
        let told = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            open("use-multilingual", &path).err().unwrap().to_string()
        };
        let other = told(&[b'x'; 100]);
        assert!(other.contains("it does not begin as one"), "{other}");
        assert!(other.ends_with("or `wissel models remove use-multilingual`"), "{other}");
        let sum = told(&[b"wissel encoder 1".as_slice(), &[0; 32], &4_u64.to_le_bytes(), b"body and table"].concat());
        assert!(sum.contains("its checksum is not that of its content"), "{sum}");
        let far = told(&[b"wissel encoder 1".as_slice(), &[0; 32], &u64::MAX.to_le_bytes(), b"x"].concat());
        assert!(far.contains("changed or cut off"), "{far}");
        assert!(told(b"wissel").contains("cut off"));
    }
}
