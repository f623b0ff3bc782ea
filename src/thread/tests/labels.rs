//! Labels: what staff's deeds say about earlier decisions.

use super::*;
use crate::thread::label::{Label, Labeller, Outcome};

/// A case whose records are read for labels.
struct Read {
    case: Case,
    labeller: Labeller,
    labels: Vec<Label>,
}

impl Read {
    fn new() -> Self {
        Self { case: Case::new(), labeller: Labeller::default(), labels: Vec::new() }
    }

    fn read(&mut self) {
        let input = self.case.input.clone().expect("an event was decided on");
        self.labels.extend(self.labeller.read(&input, &self.case.changes));
    }

    fn does(&mut self, deed: impl FnOnce(&mut Case)) -> &mut Self {
        deed(&mut self.case);
        self.read();
        self
    }
}

#[test]
fn a_transfer_says_where_a_message_should_have_gone() {
    let mut read = Read::new();
    read.does(|case| {
        case.says("a person");
    });
    read.does(|case| {
        case.order("Anna", Order::Transfer { queue: queue("nowhere") });
    });
    assert!(read.labels.is_empty(), "what is refused says nothing");
    read.does(|case| {
        case.order("Anna", Order::Transfer { queue: queue("legal") });
    });
    let [label] = read.labels.as_slice() else { panic!("{:?}", read.labels) };
    assert_eq!((label.text.as_str(), &label.outcome), ("a person", &Outcome::Transferred(queue("legal"))));
    assert_eq!(label.decision.queue, queue("care"));
}

#[test]
fn a_transfer_to_where_it_is_or_had_been_sent_says_nothing() {
    let mut read = Read::new();
    read.does(|case| {
        case.says("a person");
    });
    for to in ["care", "legal", "legal", "care"] {
        read.does(|case| assert_eq!(case.order("Anna", Order::Transfer { queue: queue(to) }).unwrap().refused, None));
    }
    let found: Vec<_> = read.labels.iter().map(|label| label.outcome.clone()).collect();
    assert_eq!(found, [Outcome::Transferred(queue("legal"))]);
}

#[test]
fn a_wrong_answer_is_said_once_the_bot_has_answered_and_brings_people_in() {
    let mut read = Read::new();
    read.does(|case| {
        case.says("my parcel?");
    });
    let wrong = || Order::Wrong { intent: Some("delivery_time".parse().unwrap()) };
    read.does(|case| assert_eq!(case.order("Anna", wrong()).unwrap().refused, Some(Refusal::Invalid)));
    read.does(|case| {
        case.answer("Tomorrow.");
    });
    read.does(|case| {
        case.sent();
    });
    let unknown = Order::Wrong { intent: Some("not_declared".parse().unwrap()) };
    read.does(|case| assert_eq!(case.order("Anna", unknown).unwrap().refused, Some(Refusal::Invalid)));
    read.does(|case| assert_eq!(case.order("Anna", wrong()).unwrap().refused, None));
    assert_eq!(read.case.state(), StateName::Waiting);
    let [label] = read.labels.as_slice() else { panic!("{:?}", read.labels) };
    assert_eq!(label.outcome, Outcome::WrongAnswer(Some("delivery_time".parse().unwrap())));
}

#[test]
fn what_becomes_of_a_suggestion_is_said_by_the_first_answer() {
    for (text, outcome) in [("Tomorrow.", Outcome::SuggestionSent), ("On Friday.", Outcome::SuggestionEdited)] {
        let mut read = Read::new();
        read.does(|case| {
            case.says("my parcel?");
        });
        let (question, _) = read.case.question().unwrap();
        read.does(|case| {
            case.order("Anna", Order::Claim);
        });
        read.does(|case| {
            case.bot(question, answered("Tomorrow."));
        });
        read.does(|case| {
            case.order("Anna", reply(text));
        });
        read.does(|case| {
            case.order("Anna", reply("And more."));
        });
        let found: Vec<_> = read.labels.iter().map(|label| label.outcome.clone()).collect();
        assert_eq!(found, [outcome]);
    }
}

#[test]
fn what_came_in_a_row_is_one_label_with_all_its_words_and_what_a_model_said_of_it() {
    let mut read = Read::new();
    read.case.circumstances.limits.advice_millis = 1_200;
    for text in ["a guess", "about delivery"] {
        read.does(|case| {
            case.types(text);
        });
    }
    read.does(|case| {
        case.wait(2_500);
    });
    let command = read.case.conversation().deferred.as_ref().expect("a model is asked").command;
    let said = super::advice::advice(Some("delivery_time"), 3);
    read.does(|case| {
        case.feed(Body::Classified { command, attempt: 1, outcome: ClassifyOutcome::Advised(said.clone()) }, None);
    });
    read.does(|case| {
        case.order("Anna", Order::Transfer { queue: queue("legal") });
    });
    let [label] = read.labels.as_slice() else { panic!("{:?}", read.labels) };
    assert_eq!((label.text.as_str(), &label.advice), ("a guess\nabout delivery", &Some(said)));
}
