//! Measures the engine on public data sets and prints the figures: `cargo run -p wissel-triage --example measure -- DATA`.
//! DATA is a folder with one folder a data set (`MODEL.md` names them); what is not there is left out, and said. `shop TEXT…` instead of DATA: texts of one's own.
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a command that is run by hand, on numbers that are small"
)]

mod emotions;
mod intents;
mod person;
mod reasons;
mod sets;
mod webshop;

use std::path::PathBuf;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next().or_else(|| std::env::var("WISSEL_DATA").ok()).map(PathBuf::from) else {
        println!("left out: name a folder with data sets, as argument or in WISSEL_DATA");
        return;
    };
    if folder.as_os_str() == "shop" {
        webshop::tell(&arguments.collect::<Vec<_>>());
        return;
    }
    let only: Vec<String> = arguments.collect();
    let wanted = |name: &str| only.is_empty() || only.iter().any(|o| o == name);
    if wanted("banking") {
        intents::banking(&folder);
    }
    if wanted("all") {
        intents::banking_all(&folder);
    }
    if wanted("clinc") {
        intents::clinc(&folder);
    }
    if wanted("xsid") {
        intents::xsid(&folder);
    }
    if wanted("tune") {
        intents::tune(&folder);
    }
    if wanted("emotion") {
        emotions::measure(&folder);
    }
    if wanted("person") {
        person::measure();
    }
    if wanted("alarms") {
        person::alarms(&folder);
    }
    if wanted("time") {
        webshop::time();
    }
    if wanted("routes") {
        webshop::routes();
    }
    if wanted("reasons") {
        reasons::measure();
    }
    if wanted("language") {
        emotions::languages(&folder);
        emotions::own_languages();
    }
}
