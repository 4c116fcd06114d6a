//! The console with a keyboard that the test types at. What it prints goes to the test's output.

use nuncio_core::action::Output;

use super::*;
use crate::for_test::{Commands, Far, House, answer, room};
use crate::stdin::Input;

struct Seat {
    far: Far,
    house: House,
    keys: Option<mpsc::Sender<Input>>,
    running: BoxFuture<'static, ()>,
}

fn sit(is_terminal: bool) -> Seat {
    let mut console = Console::new("nuncio".into(), Arc::new(Commands), Screen::new(), None);
    console.terminal = Terminal::PLAIN;
    let (link, far) = Far::link();
    let (keys, lines) = mpsc::channel(8);
    let keyboard = Keyboard::of(lines, is_terminal);
    let running = Box::pin(Running { console, keyboard, link }.run());
    let house = House::of("u:console:local");
    Seat { far, house, keys: Some(keys), running }
}

impl Seat {
    /// Lets the console run while the test does something.
    async fn run<T>(&mut self, test: impl AsyncFnOnce(&mut Far, &mut House) -> T) -> T {
        tokio::select! {
            biased;
            () = &mut self.running => panic!("the console ended"),
            done = test(&mut self.far, &mut self.house) => done,
        }
    }

    async fn types(&self, line: &str) {
        let keys = self.keys.as_ref().expect("a keyboard");
        keys.send(Input::Line(line.into())).await.expect("a console");
    }
}

#[tokio::test]
async fn only_a_person_at_a_terminal_is_vouched_for() {
    for (is_terminal, expected) in [(true, "u:console:local"), (false, "u:console:local (claimed)")]
    {
        let mut seat = sit(is_terminal);
        seat.types("ping").await;
        let message = seat.run(async |far, _| far.message().await).await;
        assert_eq!((message.text.as_str(), message.place.is_private()), ("ping", true));
        assert_eq!(message.speaker.to_string(), expected);
    }
}

#[tokio::test]
async fn the_end_of_input_ends_nothing_else() {
    let mut seat = sit(true);
    seat.types("ping").await;
    seat.keys = None;
    let receipt = seat.run(async |far, house| {
        let message = far.message().await;
        let delivery = house.delivery(answer(message.place, message.id, "pong"));
        far.deliveries.send(delivery).await.expect("a console");
        house.receipt().await
    });
    assert_eq!(receipt.await, "k1 sent");
    seat.far.cancel.cancel();
    seat.running.await;
}

#[tokio::test]
async fn a_receipt_says_what_the_terminal_cannot_show() {
    let mut seat = sit(true);
    let place = Place::private(network(), Address::new("local"));
    let bold = nuncio_core::content::Content::markdown("**pong**");
    let outputs = [
        answer(place.clone(), None, bold),
        Output { action: Action::Typing { on: true }, ..answer(place, None, "") },
        answer(room("lobby"), None, "pong"),
    ];
    for (output, expected) in outputs.into_iter().zip([
        "k1 sent (Degraded({Styling}))",
        "k2 failed, retry Never: this network has no typing (Unsupported)",
        "k3 failed, retry Never: this network has no rooms (Unsupported)",
    ]) {
        let receipt = seat.run(async |far, house| {
            let delivery = house.delivery(output);
            far.deliveries.send(delivery).await.expect("a console");
            house.receipt().await
        });
        assert_eq!(receipt.await, expected);
    }
}

#[tokio::test]
async fn what_waits_when_it_closes_is_settled() {
    let mut seat = sit(true);
    let place = Place::private(network(), Address::new("local"));
    let delivery = seat.house.delivery(answer(place, None, "pong"));
    seat.far.cancel.cancel();
    seat.far.deliveries.send(delivery).await.expect("a console");
    seat.running.await;
    assert_eq!(seat.house.receipts(), ["k1 failed, retry Untried(1s): the console closes"]);
}
