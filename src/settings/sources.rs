//! Sources: what settings are read from, gathered by the caller, so that reading them is a pure function of it.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The file that is read when none is named and it is there.
pub(super) const DEFAULT_FILE: &str = "wissel.toml";

/// The beginning of the environment variables that are settings.
pub(super) const PREFIX: &str = "WISSEL__";

/// Where settings come from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file, which must then be there; `None` for `wissel.toml` if there is one.
    pub file: Option<PathBuf>,
    /// Variables of the environment whose names begin with `WISSEL__`.
    pub environment: BTreeMap<String, String>,
    /// Settings given as flags.
    pub flags: Vec<Flag>,
}

/// A setting given on the command line.
#[derive(Clone, Debug)]
pub struct Flag {
    /// The flag as people write it, `--data`.
    pub name: &'static str,
    /// The setting that it stands for, `data_dir`.
    pub key: &'static str,
    /// Its value.
    pub value: String,
}

/// The variables of this process that are settings. One that is not Unicode has its broken bytes replaced.
#[must_use]
pub fn environment() -> BTreeMap<String, String> {
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
    };
    std::env::vars_os().map(text).filter(|(name, _)| name.starts_with(PREFIX)).collect()
}

/// The setting that a variable names: `WISSEL__LOG__LEVEL` is `log.level`. `None` when it cannot name one.
pub(super) fn key_of(variable: &str) -> Option<String> {
    let segments: Vec<&str> = variable.strip_prefix(PREFIX)?.split("__").collect();
    let plain = |segment: &&str| {
        !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    segments.iter().all(plain).then(|| segments.join(".").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::key_of;

    #[test]
    fn a_variable_names_its_setting() {
        assert_eq!(key_of("WISSEL__LOG__LEVEL").as_deref(), Some("log.level"));
        assert_eq!(key_of("WISSEL__DATA_DIR").as_deref(), Some("data_dir"));
        for bad in ["WISSEL__", "WISSEL__LOG__", "WISSEL__log__level", "WISSEL__A[3]"] {
            assert_eq!(key_of(bad), None, "{bad}");
        }
    }
}
