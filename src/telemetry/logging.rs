//! Logging: lines for people or for machines on standard error.

use std::panic::PanicHookInfo;

use tracing::Subscriber;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// For whom lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines: one object a line.
    Json,
}

/// Sends the log lines of this process to standard error, panics included. Once a process: later calls do nothing.
pub fn start(format: LogFormat, levels: Targets) {
    if subscriber(format, levels, std::io::stderr).try_init().is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
}

/// What turns events into lines and writes them to `writer`.
pub fn subscriber<W>(format: LogFormat, levels: Targets, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).boxed(),
    };
    tracing_subscriber::registry().with(lines.with_filter(levels))
}

/// Logs where a panic was, and never what it says: "byte index 3 is not a char boundary" comes with the text.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place =
        panic.location().map_or_else(|| "an unknown place".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
    tracing::error!(place, "panic");
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::{LogFormat, subscriber};

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let levels = "info,quiet=error".parse().unwrap();
        tracing::subscriber::with_default(subscriber(format, levels, move || writer.clone()), || {
            tracing::info!(thread = "t1", "taken");
            tracing::debug!("too fine");
            tracing::warn!(target: "quiet", "not asked for");
        });
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn json_is_one_object_a_line_with_the_fields_beside_the_message() {
        let line: serde_json::Value = serde_json::from_str(&logged(LogFormat::Json)).unwrap();
        assert_eq!(
            (&line["message"], &line["thread"], &line["level"]),
            (&"taken".into(), &"t1".into(), &"INFO".into())
        );
    }

    #[test]
    fn text_is_plain_and_keeps_to_the_levels() {
        let text = logged(LogFormat::Text);
        assert!(text.contains("taken thread=\"t1\"") && text.lines().count() == 1, "{text}");
        assert!(!text.contains('\u{1b}'), "no colours in files");
    }
}
