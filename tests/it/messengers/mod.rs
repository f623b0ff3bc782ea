//! Telegram and WhatsApp: journeys and ledgers through the running daemon, with the other side played by fakes.

mod files;
mod journey;
mod ledger;
mod rates;

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;
use wissel_fakes::{BotApi, GraphApi};

use crate::harness::Setup;

/// What reached a customer.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) text: String,
    /// The message of theirs that it answers.
    pub(crate) answers: Option<String>,
    /// A file that came: its name and content.
    pub(crate) file: Option<(String, Vec<u8>)>,
}

/// The other side of a messenger, with customers by number.
pub(crate) enum Messenger {
    Telegram(BotApi),
    Whatsapp(GraphApi),
}

impl Messenger {
    pub(crate) fn telegram() -> Self {
        Self::Telegram(BotApi::start())
    }

    pub(crate) fn whatsapp() -> Self {
        let api = GraphApi::start();
        api.statuses(&["sent", "delivered", "read"]);
        Self::Whatsapp(api)
    }

    /// With the settings of its account, for a daemon that does not wait long for more of a customer.
    pub(crate) fn configure(&self, setup: Setup) -> Setup {
        let settings = match self {
            Self::Telegram(api) => format!(
                "[telegram.shop]\ntoken = \"{}\"\napi = \"{}\"\nquiet_seconds = 0\nmessages_per_second = 0\n\
                 chat_messages_per_second = 0\n",
                api.token(),
                api.url()
            ),
            Self::Whatsapp(api) => {
                let [number, token, secret, word] = api.settings();
                api.set_webhook(&format!("http://{}/hooks/whatsapp/shop", setup.public));
                format!(
                    "[whatsapp.shop]\nphone_number_id = \"{number}\"\ntoken = \"{token}\"\napp_secret = \"{secret}\"\n\
                     verify_token = \"{word}\"\napi = \"{}\"\nquiet_seconds = 0\nmessages_per_second = 0\npair_seconds = 0\n",
                    api.url()
                )
            }
        };
        setup.file("wissel.toml", &settings)
    }

    /// The customer's address.
    pub(crate) fn whatsapp_number(customer: i64) -> String {
        format!("316{customer:08}")
    }

    /// A customer writes; gives the id by which the daemon knows the message.
    pub(crate) fn say(&self, customer: i64, text: &str) -> String {
        match self {
            Self::Telegram(api) => format!("{customer}:{}", api.say(customer, text)),
            Self::Whatsapp(api) => api.say(&Self::whatsapp_number(customer), text),
        }
    }

    /// A customer sends a picture.
    pub(crate) fn picture(&self, customer: i64, caption: &str, bytes: &[u8]) {
        match self {
            Self::Telegram(api) => {
                api.file("picture", bytes);
                let photo = json!([{"file_id": "picture", "file_unique_id": "p", "width": 1, "height": 1}]);
                api.message(customer, &json!({"photo": photo, "caption": caption}));
            }
            Self::Whatsapp(api) => {
                api.file("7001", "image/jpeg", bytes, 0, None);
                let content = json!({"id": "7001", "mime_type": "image/jpeg", "caption": caption});
                api.message(&Self::whatsapp_number(customer), "image", &content);
            }
        }
    }

    /// What has reached a customer, in order.
    pub(crate) fn heard(&self, customer: i64) -> Vec<Heard> {
        match self {
            Self::Telegram(api) => api.sent(customer).iter().map(of_telegram).collect(),
            Self::Whatsapp(api) => {
                let sent = api.sent(&Self::whatsapp_number(customer));
                sent.iter().map(|message| of_whatsapp(api, &message.body)).collect()
            }
        }
    }

    /// Waits until something that holds `words` has reached a customer; gives the first.
    pub(crate) async fn until_heard(&self, customer: i64, words: &str) -> Heard {
        let what = format!("\"{words}\" to reach customer {customer}");
        self.changes().until(&what, || self.heard(customer).into_iter().find(|heard| heard.text.contains(words))).await
    }

    /// Waits until a file has reached a customer; gives its name and content.
    pub(crate) async fn until_file(&self, customer: i64) -> (String, Vec<u8>) {
        let file = || self.heard(customer).into_iter().find_map(|heard| heard.file);
        self.changes().until("a file to reach a customer", file).await
    }

    /// Waits until so much has reached a customer.
    pub(crate) async fn until_count(&self, customer: i64, count: usize) {
        let enough = || (self.heard(customer).len() >= count).then_some(());
        self.changes().until("more to reach a customer", enough).await;
    }

    fn changes(&self) -> &wissel_fakes::Changes {
        match self {
            Self::Telegram(api) => api.changes(),
            Self::Whatsapp(api) => api.changes(),
        }
    }

    /// Waits until everything that customers wrote was taken.
    pub(crate) async fn taken(&self) {
        match self {
            Self::Telegram(api) => api.confirmed().await,
            Self::Whatsapp(api) => api.delivered().await,
        }
    }

    /// How often each text has reached a customer, names of speakers left out.
    pub(crate) fn counted(&self, customer: i64) -> BTreeMap<String, usize> {
        let mut counted = BTreeMap::new();
        for heard in self.heard(customer) {
            *counted.entry(heard.text).or_default() += 1;
        }
        counted
    }
}

fn of_telegram(call: &wissel_fakes::Call) -> Heard {
    let answers = call.parameters.pointer("/reply_parameters/message_id").map(|id| format!("{}:{id}", call.chat()));
    let file = call.files.first().map(|(_, name, bytes)| (name.clone(), bytes.clone()));
    Heard { text: call.text().to_owned(), answers, file }
}

fn of_whatsapp(api: &GraphApi, body: &Value) -> Heard {
    let kind = body["type"].as_str().unwrap_or_default();
    let answers = body.pointer("/context/message_id").and_then(Value::as_str).map(str::to_owned);
    let file = body[kind]["id"].as_str().and_then(|id| api.uploaded(id)).map(|(_, bytes)| {
        let name = body[kind]["filename"].as_str().unwrap_or_default();
        (name.to_owned(), bytes)
    });
    Heard { text: body["text"]["body"].as_str().unwrap_or_default().to_owned(), answers, file }
}
