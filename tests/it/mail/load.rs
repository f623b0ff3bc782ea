//! Much mail and large mail, through the whole daemon: how fast it is taken, and in how much memory. Slow without
//! optimization, so these run when asked for: see the README.

use std::fmt::Write;
use std::time::{Duration, Instant};

use wissel_servers::Mail;

use super::{SUPPORT, blocking, with_mail};
use crate::harness::{Daemon, Setup};

const MEBIBYTE: usize = 1 << 20;

fn small(number: usize) -> String {
    format!(
        "From: Jan <jan+{number}@customer.test>\r\nTo: {SUPPORT}\r\nSubject: Vraag {number}\r\nMessage-ID: <load{number}@customer.test>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nIk wil een mens spreken over nummer {number}. \
         Mijn pakket is al een week onderweg.\r\n\r\nGroet,\r\nJan\r\n\r\nOp ma 2 mrt 2026 om 10:12 schreef Shop <{SUPPORT}>:\r\n> Hallo\r\n> Jan\r\n"
    )
}

/// Waits until so many mails have been received; how long that took.
async fn received(daemon: &Daemon, count: f64, within: Duration) -> Duration {
    let begun = Instant::now();
    while daemon.metric("wissel_messages_received_total{channel=\"email\"}").await.unwrap_or(0.0) < count {
        assert!(begun.elapsed() < within, "waited {within:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement: see the README"]
async fn ten_thousand_waiting_mails_are_taken_at_a_speed() {
    const MAILS: u32 = 10_000;
    let mail = blocking(Mail::start);
    blocking(|| mail.fill(SUPPORT, (0..MAILS as usize).map(small)));
    let daemon = with_mail(Setup::default(), &mail).start().await;
    let took = received(&daemon, f64::from(MAILS), Duration::from_mins(4)).await;
    let speed = f64::from(MAILS) / took.as_secs_f64();
    println!("{MAILS} waiting mails: {speed:.0} a second, {} MiB of memory at most", daemon.most_memory() / MEBIBYTE);
}

fn large_file() -> String {
    let line = format!("{}\r\n", "QUJD".repeat(19));
    format!(
        "From: jan+1@customer.test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
         groot\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{}--b--\r\n",
        line.repeat(100 * MEBIBYTE / line.len())
    )
}

fn many_parts() -> String {
    let mut raw = "From: jan+2@customer.test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        .to_owned();
    for number in 0..10_000 {
        let _written = write!(raw, "--b\r\nContent-Type: text/plain; name={number}.txt\r\n\r\ndeel {number}\r\n");
    }
    raw + "--b--\r\n"
}

fn long_header() -> String {
    let header = "X-Filler: abcdefghijklmnopqrstuvwxyz0123456789\r\n";
    format!("From: jan+3@customer.test\r\n{}\r\nkop\r\n", header.repeat(50 * MEBIBYTE / header.len()))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement: see the README"]
async fn large_mails_are_taken_within_512_mebibytes_and_a_second_a_megabyte() {
    let mail = blocking(Mail::start);
    let daemon = with_mail(Setup::default(), &mail).start().await;
    for (count, (name, raw)) in
        (1_u32..).zip([("100 MB", large_file()), ("10 000 parts", many_parts()), ("50 MB of headers", long_header())])
    {
        let megabytes = u32::try_from(raw.len() / 1_000_000).unwrap() + 1;
        blocking(|| mail.fill(SUPPORT, [raw]));
        // The look comes within two seconds.
        let took = received(&daemon, count.into(), Duration::from_secs(10) + Duration::from_secs(1) * megabytes).await;
        let most = daemon.most_memory() / MEBIBYTE;
        println!("{name}: {took:?}, {most} MiB of memory at most");
        assert!(most <= 512, "{name}: {most} MiB");
    }
}
