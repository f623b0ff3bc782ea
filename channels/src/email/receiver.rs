//! Watches a mailbox: a connection for each folder, which waits to be told of new mail and looks once a minute besides.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::try_join_all;
use tracing::{error, info, warn};

use super::Email;
use super::fetching::{Memory, PIECE, Reader};
use super::imap::{self, Trouble, Woken};
use super::sender_check::SenderCheck;
use super::storing::Storing;
use crate::{ChannelError, ReceiveContext, backoff};

/// Sign-ins that may be refused in a row.
const REFUSALS: u32 = 3;
const CURE: &str = "nothing is tried any more: mend the settings, then start again";
/// The longest pause before the next connection.
const LONGEST: Duration = Duration::from_mins(1);

/// Watches all folders until told to stop.
pub(super) async fn watch(mail: &Email, cx: &ReceiveContext) -> Result<(), ChannelError> {
    let stopped = |reason: String| ChannelError { channel: mail.name.clone(), reason };
    if mail.refused.load(Ordering::Relaxed) {
        // Servers lock accounts on which too much is tried.
        return Err(stopped(format!("the sign-in of {} was refused {REFUSALS} times; {CURE}", mail.account)));
    }
    let check = SenderCheck::new(&mail.config).map_err(&stopped)?;
    let (echoes, lost_reports) = (AtomicU64::new(0), AtomicU64::new(0));
    let storing = Storing { mail, cx, check: check.as_ref(), echoes: &echoes, lost_reports: &lost_reports };
    let folders = mail.config.folders.iter().map(|folder| watch_folder(mail, cx, &storing, folder));
    tokio::select! {
        () = cx.shutdown.cancelled() => Ok(()),
        ended = try_join_all(folders) => ended.map(|_| ()).map_err(stopped),
    }
}

/// Watches one folder, over as many connections as it takes. Ends with a sentence when no connection will help.
async fn watch_folder(mail: &Email, cx: &ReceiveContext, storing: &Storing<'_>, folder: &str) -> Result<(), String> {
    let mut memory = Memory::default();
    let mut refusals = 0;
    let mut failures = 0_u32;
    while !cx.shutdown.is_cancelled() {
        let mut looked = false;
        let ended = session(mail, cx, storing, folder, &mut memory, &mut looked).await;
        if looked {
            (refusals, failures) = (0, 0);
        }
        match ended {
            Ok(()) => return Ok(()),
            Err(Trouble::Refused(why)) => {
                refusals += 1;
                error!(account = %mail.account, refusals, reason = why, "signing in to the mailbox was refused");
                if refusals >= REFUSALS {
                    mail.refused.store(true, Ordering::Relaxed);
                    return Err(format!("{why}; it was tried {REFUSALS} times; {CURE}"));
                }
            }
            Err(Trouble::Link(why)) => {
                memory.session_broke();
                warn!(account = %mail.account, reason = why, "the connection to the mailbox ended; it is made again");
            }
        }
        failures = failures.saturating_add(1);
        tokio::select! {
            () = cx.shutdown.cancelled() => return Ok(()),
            () = tokio::time::sleep(backoff::wait(failures, mail.timing.first_pause, LONGEST)) => {}
        }
    }
    Ok(())
}

async fn session(
    mail: &Email,
    cx: &ReceiveContext,
    storing: &Storing<'_>,
    folder: &str,
    memory: &mut Memory,
    looked: &mut bool,
) -> Result<(), Trouble> {
    let ready = mail.ready().map_err(|error| Trouble::Refused(error.to_owned()))?;
    let access = (&ready.access, cx.cursors.as_ref());
    let mut session = imap::connect(&mail.config, &ready.tls, access, PIECE, mail.timing.answer).await?;
    let found = session.open(folder).await?;
    if found.validity == 0 {
        info!(account = %mail.account, "the mail server numbers mails for one session alone: each one reads all of the last days");
    }
    let mark = mark(folder);
    let mut reader = Reader { config: &mail.config, storing, memory, mark, folder, found, at: None };
    loop {
        reader.look(&mut session).await?;
        *looked = true;
        cx.progress.beat();
        if session.wait(mail.config.poll(), &cx.shutdown).await? == Woken::Stop {
            session.leave().await;
            return Ok(());
        }
    }
}

/// The name of a folder's mark.
fn mark(folder: &str) -> String {
    format!("folder.{}", crate::ids::Hex(&crate::ids::hash_parts("wissel email folder", &[folder.as_bytes()])))
}
