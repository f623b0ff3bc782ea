//! The README keeps its word: its example of settings is what the daemon does without any.

use std::fs;

use wissel::settings::{Settings, Sources, load};

/// The first block of a language in the README.
fn block(language: &str) -> &'static str {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once(&format!("```{language}\n")).unwrap();
    rest.split("```").next().unwrap()
}

#[test]
fn the_example_settings_are_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wissel.toml");
    fs::write(&file, block("toml")).unwrap();
    let mut settings = load(&Sources { file: Some(file), ..Sources::default() }).unwrap();
    let defaults = Settings::default();
    assert_eq!(settings.webchat.origins.len(), 1, "the example shows one");
    settings.webchat.origins.clear();
    assert_eq!(settings.master_key_path(), defaults.master_key_path());
    settings.secrets = defaults.secrets.clone();
    assert_eq!(settings, defaults);
}

#[test]
fn the_table_of_channels_is_what_the_command_prints() {
    let table = wissel_channels::conformance::table();
    let remedy = "put the output of `wissel conformance` into README.md";
    assert!(include_str!("../../README.md").contains(table.trim_end()), "{remedy}:\n{table}");
}
