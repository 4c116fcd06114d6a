//! What a plugin sends beside words.

use nuncio_core::action::Action;
use nuncio_sdk::features::{Features, Support};
use nuncio_sdk::prelude::*;
use nuncio_sdk::test::{Heard, What};

/// Draws a dot, here or in a room.
#[command(level = "everyone")]
fn dot(room: Option<RoomId>) -> Result {
    let file = File::new("dot.txt", "text/plain", *b".")?;
    Ok(match room {
        Some(room) => Reply::none().send_file(room, file, "A dot."),
        None => Reply::none().file(file, "A dot."),
    })
}

plugin!(test: dot);

/// The files that were sent, each with its caption.
fn files(heard: &Heard) -> Vec<String> {
    let file = |what: &What| match what {
        What::Action(Action::File { file, caption }) => {
            Some(format!("{file:?} {}", caption.to_plain()))
        }
        _ => None,
    };
    heard.received().iter().filter_map(|received| file(&received.what)).collect()
}

#[tokio::test]
async fn a_file_goes_where_it_was_asked_for_or_its_name_does() {
    let bot = Bot::with(plugin());
    let heard = bot.ann("dot").await;
    heard.says_nothing();
    assert_eq!(files(&heard), [r#"File("dot.txt", text/plain, 1 bytes) A dot."#]);
    let native = Support::Native;
    let features = Features { private: native, multiline: native, ..Features::default() };
    let bot = Bot::with(plugin()).on(features);
    let heard = bot.ann("dot").await;
    heard.says("A dot.\n\n(This network takes no files: dot.txt stays here.)");
}

#[tokio::test]
async fn a_file_for_another_place_is_decided_there() {
    let rules = r#"bw_list = ["b u:memory:ann action.file"]"#;
    let bot = Bot::with(plugin()).policy(rules);
    bot.ann("dot").await.says_nothing();
    bot.ann("dot r:memory:#tea").await.is_refused();
}
