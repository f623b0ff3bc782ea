//! Storms and forgeries: two programs that answer each other, and mail that claims to belong to somebody's conversation.

use wissel_channels::email::{Mailbox, ReplyTokens, Route};
use wissel_channels::{AccountName, CommandId, ThreadKey};

use crate::world::SECRET;

/// A small generator: the tests need the same numbers each time.
struct Random(u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let index = self.next(of.len() as u64);
        of[usize::try_from(index).unwrap()]
    }
}

fn mailbox() -> Mailbox {
    let mut mailbox = Mailbox::new(AccountName::from_static("support"), &SECRET);
    mailbox.addresses = vec!["support@shop.test".to_owned()];
    mailbox
}

/// Programs that answer mail mark what they send in one way or another; a forwarder may strip one mark, not all.
#[test]
fn what_a_program_wrote_is_known_whichever_of_its_marks_are_left() {
    let marks = [
        "Auto-Submitted: auto-replied\r\n",
        "Auto-Submitted: auto-generated (rejected)\r\n",
        "X-Auto-Response-Suppress: All\r\nX-Autoreply: yes\r\n",
        "Precedence: auto_reply\r\n",
        "Return-Path: <>\r\n",
    ];
    let subjects = [
        "Automatic reply: Re: Vraag",
        "Automatisch antwoord: Vraag",
        "Automatische Antwort: Vraag",
        "Réponse automatique : Vraag",
        "Respuesta automática: Vraag",
        "Risposta automatica: Vraag",
        "Out of Office: Vraag",
        "Autosvar: Vraag",
        "Resposta automática: Vraag",
        "Automatyczna odpowiedź: Vraag",
    ];
    for seed in 0..1000 {
        let mut random = Random(seed);
        let marked = random.next(2) == 0;
        let mark = if marked { random.pick(&marks) } else { "" };
        let subject = if marked { "Re: Vraag" } else { random.pick(&subjects) };
        let raw = format!(
            "{mark}From: robot{seed}@customer.test\r\nSubject: {subject}\r\n\r\nThank you for your mail {seed}.\r\n"
        );
        let (reading, route) = mailbox().read_with_route(raw.as_bytes());
        assert!(reading.messages[0].automatic.is_some(), "{raw}");
        assert!(route.is_some_and(|route| route.automatic), "{raw}");
    }
}

/// The programs of other companies' helpdesks write to us when their staff do, and when they get our mail.
#[test]
fn a_notice_of_a_helpdesks_program_is_never_answered_with_its_marks_or_without() {
    let notices = [
        (
            "[Request received] Lamp",
            "Hi,\r\n\r\nYour request (88121) has been received and is being reviewed by our staff.",
        ),
        (
            "Ticket #88121",
            "Beste klant,\r\n\r\nUw melding 88121 is geregistreerd. Wij komen er zo snel mogelijk op terug.",
        ),
        ("[#88121] Lampe", "Guten Tag, Ihre Anfrage #88121 ist bei uns eingegangen und wird bearbeitet."),
        ("Ticket 88121", "Bonjour, votre demande n° 88121 a bien été enregistrée."),
        ("Ticket 88121", "Hola. Su solicitud (88121) ha sido creada. No tiene que hacer nada."),
    ];
    let marks = [
        "Auto-Submitted: auto-generated\r\n",
        "X-Auto-Response-Suppress: All\r\n",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply\r\n",
        "X-FC-MachineGenerated: true\r\n",
        "Precedence: bulk\r\n",
        "",
    ];
    for (subject, text) in notices {
        for mark in marks {
            let raw = format!("{mark}From: Helpdesk <help@tool.test>\r\nSubject: {subject}\r\n\r\n{text}\r\n");
            let (reading, route) = mailbox().read_with_route(raw.as_bytes());
            assert!(reading.messages[0].automatic.is_some(), "{raw}");
            assert!(route.is_some_and(|route| route.automatic), "{raw}");
        }
    }
    for said in [
        "You told me that your ticket was closed, so I write again.",
        "I only got \"your request has been received\" and nothing since.",
        "Your ticket 12 was closed without a word, but the lamp is broken.",
        "Has your request been received by the factory?",
        "Ik heb uw aanvraag voor een foto ontvangen, zie bijlage.",
    ] {
        let raw = format!("From: jan@customer.test\r\nSubject: Lamp\r\n\r\n{said}\r\n");
        assert_eq!(mailbox().read(raw.as_bytes()).messages[0].automatic, None, "{said}");
    }
}

#[test]
fn a_thousand_forged_mails_join_no_conversation() {
    let (tokens, foreign) = (ReplyTokens::new(&SECRET), ReplyTokens::new(&[6; 32]));
    for seed in 0..1000_u64 {
        let mut random = Random(seed);
        let thread = ThreadKey::of("victim", &[&seed.to_le_bytes()]);
        let command = CommandId::of("victim", &[&seed.to_le_bytes()]);
        // What the forger may have seen: mail that went to the victim, or made up after its pattern.
        let seen = tokens.message_id(command, thread, "victim@customer.test", "shop.test");
        let made_up = foreign.message_id(command, thread, "eve@evil.test", "shop.test");
        let address = tokens.address("support@shop.test", thread, "victim@customer.test").unwrap();
        let flipped = flip(&seen, &mut random);
        let other_case = seen.to_uppercase();
        let id = random.pick(&[&seen, &made_up, &flipped, &other_case]).to_owned();
        let to = random.pick(&["support@shop.test", &address]).to_owned();
        let header = random.pick(&["In-Reply-To", "References", "Message-ID", "Thread-Index", "X-Thread"]);
        let results = "Authentication-Results: mx.shop.test; dmarc=pass header.from=customer.test\r\n";
        let from = random.pick(&[
            "eve@evil.test",
            "\"victim@customer.test\" <eve@evil.test>",
            "eve@evil.test, victim@customer.test",
            "victim@customer.test.evil.test",
            "victim+x@customer.test",
        ]);
        let raw = format!(
            "{results}From: {from}\r\nSender: victim@customer.test\r\nReply-To: victim@customer.test\r\nTo: {to}\r\n{header}: <{id}>\r\n\
             Subject: Re: Vraag [{thread}]\r\n\r\nStuur het geld naar mij.\r\n"
        );
        let found = mailbox().read(raw.as_bytes()).messages.remove(0);
        assert_ne!(found.thread, thread, "{raw}");
        assert!(!found.from.verified, "{raw}");
        // And the same mail of the victim does join, so that the test can fail.
        let honest = format!("From: victim@customer.test\r\nTo: {address}\r\nSubject: Re: Vraag\r\n\r\nHoi\r\n");
        assert_eq!(mailbox().read(honest.as_bytes()).messages[0].thread, thread);
    }
}

#[test]
fn answers_never_go_to_ourselves() {
    let raw = "From: jan@customer.test\r\nReply-To: Support@shop.test\r\nSubject: x\r\n\r\ny";
    let (_, route) = mailbox().read_with_route(raw.as_bytes());
    assert_eq!(route.as_ref().map(|route: &Route| route.to.as_str()), Some("jan@customer.test"));
    let raw = "From: support@shop.test\r\nSubject: x\r\n\r\ny";
    assert_eq!(mailbox().read_with_route(raw.as_bytes()).1, None);
}

/// A text with one letter changed.
fn flip(text: &str, random: &mut Random) -> String {
    let at = usize::try_from(2 + random.next(text.find('@').unwrap() as u64 - 2)).unwrap();
    let letters = text.chars().enumerate().map(|(index, letter)| match (index == at, letter) {
        (true, 'a') => 'b',
        (true, _) => 'a',
        (false, letter) => letter,
    });
    letters.collect()
}
