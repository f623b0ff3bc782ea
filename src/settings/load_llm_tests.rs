//! Tests of the settings of a language model.

use super::{load_in, problems, try_load};
use tempfile::TempDir;

#[test]
fn the_key_of_a_language_model_goes_in_the_clear_to_ones_own_network_alone() {
    let file = |url: &str| format!("[llm]\nurl = \"{url}\"\nmodel = \"m\"\nkey = \"hunter2\"\n");
    for url in
        ["http://llm.example/v1", "http://8.8.8.8:8000/v1", "http://[2a00:1450::1]/v1", "http://127.0.0.1.example/v1"]
    {
        let found = problems(&file(url), &[]);
        let [one] = found.as_slice() else { panic!("{url}: {found:#?}") };
        let wanted = "wissel.toml:2:7: llm.url: the key would go to ";
        assert!(one.starts_with(wanted) && one.contains("without encryption; write https://"), "{one}");
    }
    for url in [
        "https://llm.example/v1",
        "http://127.0.0.1:1/v1",
        "http://localhost/v1",
        "http://[::1]:1/v1",
        "http://10.1.2.3/v1",
        "http://192.168.0.9/v1",
        "http://[fd00::1]/v1",
        "http://ollama:11434/v1",
        "http://llm.internal/v1",
    ] {
        assert!(try_load(&file(url), &[]).is_ok(), "{url}");
    }
    let keyless = "[llm]\nurl = \"http://llm.example/v1\"\nmodel = \"m\"\n";
    assert!(try_load(keyless, &[]).is_ok(), "there is no key to lose");
    let speech = problems("[speech]\nurl = \"http://s.example/v1\"\nkey = \"hunter2\"\n", &[]);
    assert!(speech.len() == 1 && speech[0].contains("speech.url: the key would go to s.example"), "{speech:#?}");
}

#[test]
fn what_is_wrong_with_the_language_model_is_told_at_its_key() {
    let told = |text: &str| problems(text, &[]);
    let url = "[llm]\nurl = \"https://llm.example/v1\"\n";
    for (text, wanted) in [
        (
            "[llm]\nurl = \"llm.example\"\nmodel = \"m\"\n",
            "wissel.toml:2:7: llm.url: this is not an address of a chat API",
        ),
        (url, "wissel.toml:2:7: llm.url: no model is named; write llm.model"),
        ("[llm]\nmodel = \"m\"\n", "llm: a model without an address; write llm.url"),
        (
            &format!("{url}model = \"m\"\ndeadline_seconds = 9\n"),
            "wissel.toml:4:20: llm.deadline_seconds: 9 is not from 0.3 to 2",
        ),
        (&format!("{url}model = \"m\"\nmoney_per_hour = 1\n"), "llm.money_per_hour: no price is set"),
        (&format!("{url}model = \"m\"\nmoney_per_hour = -1\n"), "-1 is not a number from 0 to 1000000"),
        (&format!("{url}model = \"m\"\nkey = \"hunter2\"\nkey_file = \"k\"\n"), "llm.key_file: the key is given twice"),
        (
            &format!("{url}model = \"m\"\nkey_file = \"/nowhere/k\"\n"),
            "llm.key_file: the file /nowhere/k cannot be read",
        ),
        ("[speech]\nurl = \"host\"\n", "speech.url: this is not an address of an API of transcriptions"),
        ("[speech]\nkey = \"hunter2\"\n", "speech: a key without an address; write speech.url"),
        ("[speech]\nurl = \"http://h/v1\"\ndeadline_seconds = 90\n", "speech.deadline_seconds: 90 is not from 1 to 60"),
    ] {
        let found = told(text);
        assert!(found.len() == 1 && found[0].contains(wanted) && !found[0].contains("hunter2"), "{wanted}: {found:#?}");
    }
    let sound = format!("{url}model = \"m\"\nmoney_per_hour = 0.5\nprice_input = 2\n");
    load_in(&TempDir::new().unwrap(), sound.as_bytes(), &[]).unwrap();
}
