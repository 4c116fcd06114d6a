//! A hub with clients whose queues the tests read.

use nuncio_core::content::Content;
use nuncio_core::event::MessageId;
use nuncio_policy::{CaseMapping, Speaker, UserId};
use tokio::sync::mpsc;

use super::*;
use crate::for_test::{House, answer, network, private, room};
use crate::pipe::{MAX_LINES, Parcel, pipe};

const NOW: Duration = Duration::from_secs(100);

struct Clients {
    hub: Hub,
    house: House,
    last: ConnId,
}

struct Peer {
    conn: ConnId,
    queue: mpsc::Receiver<Parcel>,
    kill: CancellationToken,
}

impl Clients {
    fn new() -> Self {
        let hub = Hub::new(Names::new(), "nuncio".into());
        Self { hub, house: House::new(), last: ConnId::NONE }
    }

    fn open(&mut self, name: &str, acks: bool) -> Peer {
        self.last = self.last.next();
        let id = UserId::new(&network(), name, CaseMapping::Bytes).expect("an identity");
        let person = Person { speaker: Speaker::verified(id), name: name.into(), acks };
        let ((inlet, queue), kill) = (pipe(), CancellationToken::new());
        self.hub.open(self.last, person, inlet, kill.clone());
        Peer { conn: self.last, queue, kill }
    }

    /// The client asks something, in a room or in private.
    fn hear(&mut self, peer: &Peer, line: u64, room: Option<&str>) -> MessageId {
        let heard = Heard {
            line,
            id: Some(RequestId::Number(line * 10)),
            room: room.map(SmolStr::new),
            text: "ping".into(),
            form: crate::protocol::Form::Text,
        };
        self.hub.heard(peer.conn, &heard, NOW);
        self.hub.names.message(peer.conn, line)
    }

    fn say(&mut self, output: Output) {
        let delivery = self.house.delivery(output);
        self.hub.deliver(delivery, NOW);
    }

    fn at(&self, peer: &Peer) -> Place {
        private(self.hub.names.address(peer.conn))
    }

    /// The writer writes all that waits; what it wrote.
    fn write(&mut self, peer: &mut Peer) -> String {
        let mut written = String::new();
        while let Ok(parcel) = peer.queue.try_recv() {
            written.push_str(&parcel.line);
            if let Some(ticket) = parcel.ticket {
                self.hub.wrote(peer.conn, ticket, NOW);
            }
        }
        written
    }
}

#[test]
fn a_reply_goes_to_the_one_who_asked_with_his_id() {
    let mut clients = Clients::new();
    let (mut ann, mut bob) = (clients.open("ann", false), clients.open("bob", false));
    let asked = clients.hear(&ann, 1, None);
    let first = Output { last: false, ..answer(clients.at(&ann), Some(asked.clone()), "one") };
    clients.say(first);
    clients.say(answer(clients.at(&ann), Some(asked), Content::markdown("*two*")));
    assert_eq!(clients.house.receipts(), [""; 0]);
    insta::assert_snapshot!(clients.write(&mut ann), @r#"
    {"type":"reply","to":10,"name":"nuncio","key":"k1","text":"one","form":"text"}
    {"type":"reply","to":10,"name":"nuncio","key":"k2","text":"two","markdown":"*two*","form":"text"}
    {"type":"done","to":10,"replies":2,"outcome":"answered"}
    "#);
    assert_eq!(clients.house.receipts(), ["k1 sent", "k2 sent"]);
    assert_eq!(clients.write(&mut bob), "");
}

#[test]
fn everybody_in_a_room_hears_what_is_said_there() {
    let mut clients = Clients::new();
    let mut peers = ["ann", "bob", "eve"].map(|name| clients.open(name, false));
    for peer in peers.iter().take(2) {
        clients.hub.join(peer.conn, &"lobby".into(), None);
    }
    let asked = clients.hear(&peers[0], 1, Some("lobby"));
    clients.say(answer(room("lobby"), Some(asked), "pong"));
    let [ann, bob, eve] = &mut peers;
    insta::assert_snapshot!(clients.write(ann), @r#"
    {"type":"joined","room":"lobby"}
    {"type":"reply","to":10,"room":"lobby","name":"nuncio","key":"k1","text":"pong","form":"text"}
    {"type":"done","to":10,"replies":1,"outcome":"answered"}
    "#);
    assert_eq!(clients.house.receipts(), [""; 0]);
    insta::assert_snapshot!(clients.write(bob), @r#"
    {"type":"joined","room":"lobby"}
    {"type":"message","room":"lobby","from":"u:socket:ann","name":"ann","text":"ping","form":"text"}
    {"type":"message","room":"lobby","name":"nuncio","key":"k1","text":"pong","form":"text"}
    "#);
    assert_eq!(clients.house.receipts(), ["k1 sent"]);
    assert_eq!(clients.write(eve), "");
    clients.hub.leave(bob.conn, &"lobby".into(), None);
    clients.hub.leaving(ann.conn);
    clients.say(answer(room("lobby"), None, "anybody?"));
    assert_eq!(clients.write(bob), "{\"type\":\"left\",\"room\":\"lobby\"}\n");
    assert_eq!(clients.house.receipts(), ["k2 sent"]);
}

#[test]
fn what_is_not_answered_is_done_in_time() {
    let mut clients = Clients::new();
    let mut ann = clients.open("ann", false);
    let asked = clients.hear(&ann, 1, None);
    clients.hear(&ann, 2, None);
    let reply = answer(clients.at(&ann), Some(asked), "more follows");
    let delivery = clients.house.delivery(Output { last: false, ..reply });
    let second = Duration::from_secs(1);
    clients.hub.deliver(delivery, NOW + second);
    let due = clients.hub.next_due().expect("a time");
    assert_eq!(due, NOW + requests::ANSWER_TIMEOUT);
    clients.hub.tick(due);
    assert_eq!(clients.hub.next_due(), Some(due + second));
    clients.hub.tick(due + second);
    assert_eq!(clients.hub.next_due(), None);
    insta::assert_snapshot!(clients.write(&mut ann), @r#"
    {"type":"reply","to":10,"name":"nuncio","key":"k1","text":"more follows","form":"text"}
    {"type":"done","to":20,"replies":0,"outcome":"silent"}
    {"type":"done","to":10,"replies":1,"outcome":"answered"}
    "#);
}

#[test]
fn who_leaves_gets_his_answers_first() {
    let mut clients = Clients::new();
    let mut ann = clients.open("ann", false);
    let asked = clients.hear(&ann, 1, None);
    clients.hub.leaving(ann.conn);
    assert!(!ann.queue.is_closed());
    clients.say(answer(clients.at(&ann), Some(asked), "pong"));
    assert_eq!(clients.write(&mut ann).lines().count(), 2);
    assert!(clients.hub.clients.is_empty());
    assert!(ann.queue.is_closed());
    clients.say(answer(clients.at(&ann), None, "too late"));
    assert_eq!(clients.house.receipts(), ["k1 sent", "k2 failed, retry Never: the client is gone"]);
}

#[test]
fn a_receipt_says_how_far_it_came() {
    let mut clients = Clients::new();
    let mut ann = clients.open("ann", true);
    for text in ["one", "two", "three", "four", "five"] {
        clients.say(answer(clients.at(&ann), None, text));
    }
    let write = |clients: &mut Clients, ann: &mut Peer| {
        let ticket = ann.queue.try_recv().expect("a line").ticket.expect("a ticket");
        clients.hub.wrote(ann.conn, ticket, NOW);
        ticket
    };
    write(&mut clients, &mut ann);
    clients.hub.acked(ann.conn, "k1");
    clients.hub.acked(ann.conn, "k1");
    clients.hub.acked(ann.conn, "k3");
    write(&mut clients, &mut ann);
    clients.hub.tick(NOW + ledger::ACK_TIMEOUT);
    let last = write(&mut clients, &mut ann);
    clients.hub.closed(ann.conn, Some(Ticket(last.0 + 1)));
    assert_eq!(
        clients.house.receipts(),
        [
            "k1 confirmed",
            "k2 sent",
            "k3 in doubt: the client went before it had it all",
            "k4 in doubt: the client went before it had it all",
            "k5 failed, retry Never: the client went without reading it",
        ]
    );
}

#[test]
fn who_does_not_read_is_disconnected_and_nobody_else_notices() {
    let mut clients = Clients::new();
    let (ann, mut bob) = (clients.open("ann", false), clients.open("bob", false));
    for peer in [&ann, &bob] {
        clients.hub.join(peer.conn, &"lobby".into(), None);
    }
    for line in 0..MAX_LINES as u64 {
        clients.hear(&bob, line, Some("lobby"));
        clients.write(&mut bob);
        assert_eq!(ann.kill.is_cancelled(), line == MAX_LINES as u64 - 1);
    }
    clients.say(answer(room("lobby"), None, "hi"));
    assert!(clients.write(&mut bob).contains("hi"));
    assert_eq!(clients.house.receipts(), ["k1 sent"]);
    assert_eq!(clients.hub.clients.len(), 1);
}

#[test]
fn requests_without_end_are_bounded() {
    let mut clients = Clients::new();
    let mut ann = clients.open("ann", false);
    for line in 1..=requests::MAX_REQUESTS as u64 {
        clients.hear(&ann, line, None);
    }
    assert_eq!(clients.write(&mut ann), "");
    clients.hear(&ann, 1_000, None);
    assert_eq!(
        clients.write(&mut ann),
        "{\"type\":\"done\",\"to\":10,\"replies\":0,\"outcome\":\"silent\"}\n"
    );
}

#[test]
fn what_the_socket_does_not_have_is_unsupported() {
    let mut clients = Clients::new();
    let ann = clients.open("ann", false);
    let to = clients.at(&ann);
    clients.say(Output {
        to,
        action: Action::Typing { on: true },
        about: None,
        last: false,
        failed: false,
    });
    assert_eq!(
        clients.house.receipts(),
        ["k1 failed, retry Never: this network has no typing (Unsupported)"]
    );
    clients.hub.close("the bot closes");
    assert!(clients.hub.clients.is_empty());
}
