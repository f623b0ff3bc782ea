//! Metrics: every name that Wissel exposes, in one place, with bounded labels and no customer data.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use prometheus::core::Collector;
use prometheus::process_collector::ProcessCollector;
use prometheus::{
    Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};

use super::Aside;

/// Buckets from a tenth of a millisecond to ten seconds.
const SECONDS: [f64; 16] =
    [1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Buckets from five microseconds to a tenth of a second.
const FINE_SECONDS: [f64; 13] = [5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 5e-2, 0.1];

/// At most this many different rules get a label of their own; tables that are edited all day would grow it.
const RULES_MOST: usize = 2_000;

/// All metrics of the process. Passed by `Arc`; there is no global one.
pub struct Metrics {
    registry: Registry,
    received: IntCounterVec,
    acknowledged: IntCounterVec,
    decisions: IntCounterVec,
    rules: Mutex<BTreeSet<String>>,
    route_seconds: Histogram,
    triage_seconds: HistogramVec,
    bot_answers: IntCounterVec,
    advice: IntCounterVec,
    advice_tokens: IntCounter,
    handoffs: IntCounterVec,
    deliveries: IntCounterVec,
    queue_depth: IntGaugeVec,
    queue_oldest_seconds: GaugeVec,
    people_waiting: IntGaugeVec,
    people_oldest_seconds: GaugeVec,
    bot_workers: IntGaugeVec,
    bot_workers_desired: IntGauge,
    conversations: IntGaugeVec,
    partitions_held: IntGauge,
    parked: IntCounterVec,
    source_progress: GaugeVec,
    disclosures: IntCounterVec,
    dropped_stale_answers: IntCounter,
    table_info: IntGaugeVec,
    table_refused: IntGauge,
    table_refusals: IntCounter,
    restarts: IntCounterVec,
    files_collected: IntCounter,
    mended: IntCounter,
    turned_away: IntCounterVec,
    ready: IntGauge,
    checks: IntGaugeVec,
}

impl Metrics {
    /// Fresh metrics, with those of the process itself.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        registry.register(Box::new(ProcessCollector::for_self()))?;
        let make = Maker(&registry);
        make.build_info()?;
        let (files_collected, turned_away, mended) = make.left_out()?;
        let (table_info, table_refused, table_refusals) = make.table()?;
        let (queue_depth, queue_oldest_seconds) = make.queues()?;
        let (ready, checks) = make.ready()?;
        let (people_waiting, people_oldest_seconds) = make.people()?;
        let metrics = Self {
            received: make.counters("messages_received_total", "Messages that channels received.", &["channel"])?,
            acknowledged: make.counters(
                "messages_acknowledged_total",
                "Messages acknowledged to channels, after the broker confirmed them.",
                &["channel"],
            )?,
            decisions: make.counters("decisions_total", "Routing decisions.", &["queue", "rule", "kind"])?,
            rules: Mutex::default(),
            route_seconds: make.histogram("route_seconds", "From received to decided.")?,
            triage_seconds: make.histograms("triage_seconds", "Time to examine one message.", &["engine"])?,
            bot_answers: make.counters("bot_answers_total", "What became of questions to the bot.", &["outcome"])?,
            advice: make.counters("llm_total", "What became of questions to the language model.", &["outcome"])?,
            advice_tokens: make.counter("llm_tokens_total", "Tokens that the language model took.")?,
            handoffs: make.counters(
                "handoffs_total",
                "Conversations brought to the tools of people.",
                &["queue", "tool", "outcome"],
            )?,
            deliveries: make.counters("deliveries_total", "Messages to customers.", &["channel", "outcome"])?,
            queue_depth,
            queue_oldest_seconds,
            people_waiting,
            people_oldest_seconds,
            bot_workers: make.gauges("bot_workers", "Bot workers by what they do.", &["state"])?,
            bot_workers_desired: make.gauge("bot_workers_desired", "Bot workers that there should be.")?,
            conversations: make.gauges("conversations", "Open conversations by who has them.", &["owner"])?,
            partitions_held: make
                .gauge("partitions_held", "Partitions that this process routes; over all processes, all of them.")?,
            parked: make.counters("parked_total", "Events set aside because they failed.", &["reason"])?,
            source_progress: make.floats(
                "source_last_progress_timestamp_seconds",
                "When a source last made progress, in seconds since 1970.",
                &["channel", "account"],
            )?,
            disclosures: make.counters(
                "ai_disclosures_total",
                "Times that customers were told of the AI.",
                &["channel"],
            )?,
            dropped_stale_answers: make.counter(
                "dropped_stale_answers_total",
                "Answers of the bot that came after the conversation had gone to people.",
            )?,
            table_info,
            table_refused,
            table_refusals,
            restarts: make.counters("task_restarts_total", "Tasks that failed and were started again.", &["task"])?,
            files_collected,
            mended,
            turned_away,
            ready,
            checks,
            registry,
        };
        metrics.begin();
        Ok(metrics)
    }

    /// What is there from the start, so that the first of each is seen as a rise.
    fn begin(&self) {
        for reason in Aside::ALL {
            self.parked.with_label_values(&[reason.word()]);
        }
    }

    /// All metrics in the text format of Prometheus.
    #[must_use]
    pub fn render(&self) -> String {
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_else(|error| {
            tracing::error!(%error, "metrics cannot be written");
            String::new()
        })
    }

    /// A channel received a message.
    pub fn message_received(&self, channel: &str) {
        self.received.with_label_values(&[channel]).inc();
    }

    /// A channel acknowledged a message.
    pub fn message_acknowledged(&self, channel: &str) {
        self.acknowledged.with_label_values(&[channel]).inc();
    }

    /// The router decided, `after` the message was received.
    pub fn decided(&self, queue: &str, rule: &str, kind: &'static str, after: Duration) {
        let rule = if self.has_label(rule) { rule } else { "other" };
        self.decisions.with_label_values(&[queue, rule, kind]).inc();
        self.route_seconds.observe(after.as_secs_f64());
    }

    fn has_label(&self, rule: &str) -> bool {
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        rules.contains(rule) || (rules.len() < RULES_MOST && rules.insert(rule.to_owned()))
    }

    /// An engine examined a message.
    pub fn examined(&self, engine: &str, took: Duration) {
        self.triage_seconds.with_label_values(&[engine]).observe(took.as_secs_f64());
    }

    /// A question to the bot ended: `answered`, `abstained`, `failed`, `refused`.
    pub fn bot_answered(&self, outcome: &'static str) {
        self.bot_answers.with_label_values(&[outcome]).inc();
    }

    /// A question to the language model ended: `advised`, `rejected`, `failed`, `refused`.
    pub fn advised(&self, outcome: &'static str, tokens: u32) {
        self.advice.with_label_values(&[outcome]).inc();
        self.advice_tokens.inc_by(tokens.into());
    }

    /// A handoff ended: `opened`, `retry`, `failed`, `unknown`.
    pub fn handed_off(&self, queue: &str, tool: &str, outcome: &'static str) {
        self.handoffs.with_label_values(&[queue, tool, outcome]).inc();
    }

    /// A delivery ended: `sent`, `retry`, `failed`, `unknown`, `refused`.
    pub fn delivered(&self, channel: &str, outcome: &'static str) {
        self.deliveries.with_label_values(&[channel, outcome]).inc();
    }

    /// How many pieces of work a queue of the broker holds, and how long the oldest has waited.
    pub fn queue(&self, queue: &str, depth: u64, oldest: Duration) {
        self.queue_depth.with_label_values(&[queue]).set(signed(depth));
        self.queue_oldest_seconds.with_label_values(&[queue]).set(oldest.as_secs_f64());
    }

    /// How many conversations wait for the people of a queue, and for how long the oldest has.
    pub fn people(&self, queue: &str, waiting: u64, oldest: Duration) {
        self.people_waiting.with_label_values(&[queue]).set(signed(waiting));
        self.people_oldest_seconds.with_label_values(&[queue]).set(oldest.as_secs_f64());
    }

    /// How many bot workers are busy, how many idle, and how many there should be.
    pub fn bot_workers(&self, busy: u64, idle: u64, desired: u64) {
        self.bot_workers.with_label_values(&["busy"]).set(signed(busy));
        self.bot_workers.with_label_values(&["idle"]).set(signed(idle));
        self.bot_workers_desired.set(signed(desired));
    }

    /// How many open conversations there are with `bot`, `queue` or `agent`.
    pub fn conversations(&self, owner: &'static str, open: u64) {
        self.conversations.with_label_values(&[owner]).set(signed(open));
    }

    /// How many partitions this process routes.
    pub fn partitions(&self, held: u64) {
        self.partitions_held.set(signed(held));
    }

    /// An event was set aside.
    pub fn parked(&self, reason: Aside) {
        self.parked.with_label_values(&[reason.word()]).inc();
    }

    /// A source made progress at `unix_seconds`.
    #[expect(clippy::cast_precision_loss, reason = "a time of day needs no 2^53 seconds")]
    pub fn source_progress(&self, channel: &str, account: &str, unix_seconds: i64) {
        self.source_progress.with_label_values(&[channel, account]).set(unix_seconds as f64);
    }

    /// This process does not have the source any more.
    pub fn source_gone(&self, channel: &str, account: &str) {
        // It may never have been told of.
        let _unknown = self.source_progress.remove_label_values(&[channel, account]);
    }

    /// A customer was told that an AI answers.
    pub fn disclosed(&self, channel: &str) {
        self.disclosures.with_label_values(&[channel]).inc();
    }

    /// An answer came too late and was dropped.
    pub fn stale_answer_dropped(&self) {
        self.dropped_stale_answers.inc();
    }

    /// A routing table is in use from now on, with queues of its own.
    pub fn table_in_use(&self, hash: &str) {
        self.people_waiting.reset();
        self.people_oldest_seconds.reset();
        self.table_info.reset();
        self.table_info.with_label_values(&[hash]).set(1);
        self.table_refused.set(0);
    }

    /// An edit of the routing was refused; the table of before stays in use.
    pub fn table_refused(&self) {
        self.table_refusals.inc();
        self.table_refused.set(1);
    }

    /// A file was taken away.
    pub fn file_collected(&self) {
        self.files_collected.inc();
    }

    /// So many threads were made again from the journal.
    pub fn threads_mended(&self, threads: u64) {
        self.mended.inc_by(threads);
    }

    /// Something that came becomes no message.
    pub fn turned_away(&self, channel: &str, reason: &'static str) {
        self.turned_away.with_label_values(&[channel, reason]).inc();
    }

    /// Whether this process can do its work, and how each thing is that it needs.
    pub fn ready<'a>(&self, ready: bool, checks: impl IntoIterator<Item = (&'a str, bool)>) {
        self.ready.set(ready.into());
        for (check, ok) in checks {
            self.checks.with_label_values(&[check]).set(ok.into());
        }
    }

    /// A task failed and was started again.
    pub fn task_restarted(&self, task: &'static str) {
        self.restarts.with_label_values(&[task]).inc();
    }
}

fn signed(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}

/// Makes metrics under the name of Wissel and registers them.
struct Maker<'a>(&'a Registry);

impl Maker<'_> {
    /// The routing table in use, and edits of it that were refused.
    fn table(&self) -> Result<(IntGaugeVec, IntGauge, IntCounter), prometheus::Error> {
        Ok((
            self.gauges("routing_table_info", "The routing table in use, by its content hash.", &["hash"])?,
            self.gauge("routing_edit_refused", "1 while the file on disk is broken and an older table is used.")?,
            self.counter("routing_edits_refused_total", "Edits of the routing that were refused.")?,
        ))
    }

    /// What `/readyz` says.
    fn ready(&self) -> Result<(IntGauge, IntGaugeVec), prometheus::Error> {
        let ready = self.gauge("ready", "1 while this process can do its work, as /readyz says.")?;
        Ok((ready, self.gauges("check_ok", "1 while what this process needs is there, by what it is.", &["check"])?))
    }

    /// What waits in the broker.
    fn queues(&self) -> Result<(IntGaugeVec, GaugeVec), prometheus::Error> {
        let depth = self.gauges("queue_depth", "Pieces of work waiting in a queue of the broker.", &["queue"])?;
        let help = "How long the oldest piece of work has waited in a queue of the broker.";
        Ok((depth, self.floats("queue_oldest_seconds", help, &["queue"])?))
    }

    /// What waits for people.
    fn people(&self) -> Result<(IntGaugeVec, GaugeVec), prometheus::Error> {
        let waiting =
            self.gauges("people_waiting", "Conversations that wait for the people of a queue.", &["queue"])?;
        let help = "How long the oldest conversation has waited for the people of a queue.";
        Ok((waiting, self.floats("people_oldest_seconds", help, &["queue"])?))
    }

    /// What is not kept: files that were collected, what came and becomes no message, and what the store lost.
    fn left_out(&self) -> Result<(IntCounter, IntCounterVec, IntCounter), prometheus::Error> {
        let files =
            self.counter("files_collected_total", "Files taken away because nothing referred to them any more.")?;
        let turned_away = self.counters(
            "turned_away_total",
            "What came by a channel and becomes no message: unsigned, our own, for nobody here, an event.",
            &["channel", "reason"],
        )?;
        let help = "Threads made again from the journal because the store had lost them, or their newest changes.";
        Ok((files, turned_away, self.counter("threads_mended_total", help)?))
    }

    fn opts(name: &str, help: &str) -> Opts {
        Opts::new(name, help).namespace("wissel")
    }

    fn add<C: Collector + Clone + 'static>(
        &self,
        metric: Result<C, prometheus::Error>,
    ) -> Result<C, prometheus::Error> {
        let metric = metric?;
        self.0.register(Box::new(metric.clone()))?;
        Ok(metric)
    }

    fn counter(&self, name: &str, help: &str) -> Result<IntCounter, prometheus::Error> {
        self.add(IntCounter::with_opts(Self::opts(name, help)))
    }

    fn counters(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntCounterVec, prometheus::Error> {
        self.add(IntCounterVec::new(Self::opts(name, help), labels))
    }

    fn gauge(&self, name: &str, help: &str) -> Result<IntGauge, prometheus::Error> {
        self.add(IntGauge::with_opts(Self::opts(name, help)))
    }

    fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntGaugeVec, prometheus::Error> {
        self.add(IntGaugeVec::new(Self::opts(name, help), labels))
    }

    fn floats(&self, name: &str, help: &str, labels: &[&str]) -> Result<GaugeVec, prometheus::Error> {
        self.add(GaugeVec::new(Self::opts(name, help), labels))
    }

    fn histogram(&self, name: &str, help: &str) -> Result<Histogram, prometheus::Error> {
        let opts = HistogramOpts::new(name, help).namespace("wissel").buckets(SECONDS.to_vec());
        self.add(Histogram::with_opts(opts))
    }

    fn histograms(&self, name: &str, help: &str, labels: &[&str]) -> Result<HistogramVec, prometheus::Error> {
        let opts = HistogramOpts::new(name, help).namespace("wissel").buckets(FINE_SECONDS.to_vec());
        self.add(HistogramVec::new(opts, labels))
    }

    fn build_info(&self) -> Result<(), prometheus::Error> {
        let opts = Self::opts("build_info", "The version of Wissel that runs.");
        let info: Gauge = self.add(Gauge::with_opts(opts.const_label("version", env!("CARGO_PKG_VERSION"))))?;
        info.set(1.0);
        Ok(())
    }
}

#[cfg(test)]
#[path = "metrics_tests.rs"]
mod tests;
