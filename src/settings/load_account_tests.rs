//! Tests of the settings of accounts.

use super::{load_in, problems};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use tempfile::TempDir;

#[test]
fn an_account_of_a_channel_has_its_table_and_the_environment_its_secret() {
    let text = "[email.support]\naddress = \"support@shop.example\"\nimap = \"a:993\"\nsmtp = \"a:465\"\n\
                [telegram.shop-bot]\ntoken_file = \"$DIR/token\"\n";
    let folder = TempDir::new().unwrap();
    let text = text.replace("$DIR", &folder.path().display().to_string());
    let token = folder.path().join("token");
    fs::write(&token, "123:abc\n").unwrap();
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).unwrap();
    let settings = load_in(&folder, text.as_bytes(), &[("WISSEL__EMAIL__SUPPORT__PASSWORD", "hunter2")]).unwrap();
    let channels = settings.channels();
    assert_eq!(channels.email["support"].password.as_ref().unwrap().reveal(), "hunter2");
    assert_eq!(channels.telegram["shop-bot"].token.as_ref().unwrap().reveal(), "123:abc");
    assert!(!format!("{settings:?}").contains("hunter2"));
}

#[test]
fn what_is_wrong_with_an_account_is_told_at_its_key() {
    let text = "[email.support]\naddress = \"nobody\"\nimap = \"a:993\"\nsmtp = \"a:465\"\npassword = 1234\nfoldrs = []\n\
                [telegram.\"A b\"]\n[whatsapp.shop]\nphone_number_id = \"12\"\ntoken = \"a\"\ntoken_file = \"b\"\n\
                app_secret_file = \"/nowhere/secret\"\nverify_token = \"c\"\n";
    let found = problems(text, &[]);
    let told = |place: &str, what: &str| {
        assert!(
            found.iter().any(|problem| problem.starts_with(place) && problem.contains(what)),
            "{place}: {found:#?}"
        );
    };
    told("wissel.toml:5:", "a secret is text");
    told("wissel.toml:6:1", "email.support.foldrs is not a setting");
    assert!(!found.iter().any(|problem| problem.contains("1234")), "{found:#?}");
    let text = text.replace("password = 1234\nfoldrs = []\n", "").replace("[telegram.\"A b\"]\n", "");
    let found = problems(&text, &[]);
    let told = |place: &str, what: &str| {
        assert!(
            found.iter().any(|problem| problem.starts_with(place) && problem.contains(what)),
            "{place}: {found:#?}"
        );
    };
    told("wissel.toml:2:11", "email.support.address: \"nobody\" is no mail address");
    told("wissel.toml:1:", "email.support.password: it is missing");
    told("wissel.toml:8:14", "it is given twice");
    told("wissel.toml:9:19", "the file /nowhere/secret cannot be read");
    assert_eq!(found.len(), 4, "{found:#?}");
}

#[test]
fn accounts_that_are_misnamed_or_none_are_told_beside_what_is_wrong_with_the_others() {
    let text = "email = \"support@shop.example\"\n[telegram]\ntoken = \"1:a\"\n[telegram.\"My bot\"]\ntoken = \"1:a\"\n\
                [telegram.two]\ntoken = 4711\ntokn = \"b\"\n";
    let found = problems(text, &[]);
    for (problem, told) in found.iter().zip([
        "wissel.toml:1:9: email: a channel has accounts, and each has its settings; write a table for each, ",
        "wissel.toml:3:9: telegram.token: a channel has accounts, and each has its settings; ",
        "wissel.toml:4:11: telegram: \"My bot\" is not a name of an account; use 1 to 64 of ",
        "wissel.toml:7:9: telegram.two.token: a secret is text; ",
        "wissel.toml:8:1: telegram.two.tokn is not a setting; did you mean \"token\"? ",
    ]) {
        assert!(problem.starts_with(told), "{told}: {found:#?}");
    }
    assert_eq!(found.len(), 5, "{found:#?}");
}

#[test]
fn two_accounts_that_would_take_the_same_messages_are_told() {
    let mailbox = "address = \"a@shop.example\"\nimap = \"a:993\"\nsmtp = \"a:465\"\npassword = \"x\"\n";
    let number = "phone_number_id = \"12\"\ntoken = \"a\"\napp_secret = \"b\"\nverify_token = \"c\"\n";
    let text = format!(
        "[email.one]\n{mailbox}[email.two]\n{mailbox}folders = [\"Legal\", \"INBOX\"]\n[email.three]\n{mailbox}folders = [\"Jobs\"]\n\
         [telegram.one]\ntoken = \"11:hunter2\"\n[telegram.two]\ntoken = \"11:hunter3\"\n[telegram.three]\ntoken = \"12:x\"\n\
         [whatsapp.one]\n{number}[whatsapp.two]\n{number}"
    );
    let found = problems(&text, &[]);
    let told: Vec<&str> = found.iter().filter_map(|problem| problem.split("; ").next()).collect();
    assert_eq!(
        told,
        [
            "wissel.toml:11:11: email.two.folders: email.one takes the same messages",
            "wissel.toml:21:9: telegram.two.token: telegram.one takes the same messages",
            "wissel.toml:30:19: whatsapp.two.phone_number_id: whatsapp.one takes the same messages",
        ],
        "{found:#?}"
    );
    assert!(!found.concat().contains("hunter"));
}
