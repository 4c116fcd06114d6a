//! Every kind of parameter, every key, and every kind of answer.

use nuncio_sdk::prelude::*;

#[derive(Choice)]
enum Coin {
    Heads,
    TailsUp,
}

/// Takes everything.
///
/// More about it.
///
/// ```chat
/// > everything heads
/// …
/// ```
#[command(
    path = "all.of.it",
    level = "admin & room:op | trusted",
    aliases = ["most", "the.rest"],
    cooldown = "5m",
    repeat = "safe",
    late = "run"
)]
async fn everything(
    ctx: &Context,
    coin: Coin,
    word: &str,
    /// How often.
    #[range(1..=6)]
    times: u32,
    #[range(0..)] from: i64,
    share: f64,
    length: Duration,
    who: UserId,
    about: CommandId,
    maybe: Option<&str>,
    room: Option<RoomId>,
    loudly: bool,
    rest: Vec<String>,
) -> Result<Option<Content>> {
    let side = match coin {
        Coin::Heads => "heads",
        Coin::TailsUp => "tails",
    };
    if times > 5 {
        return Err(refuse!["{times} is too often, {who}."]);
    }
    let name = ctx.name();
    let _unused = (from, length, about, maybe, room, loudly, rest);
    Ok(Some(text!["{side} **{word}** {share:.1} {name} {{}}"]))
}

/// Takes what nobody else is to hear.
#[command(private)]
fn whisper(password: Secret, _others: Vec<Secret>) -> String {
    format!("{} signs", password.expose().len())
}

/// Says nothing.
#[command]
fn nothing() {}

/// Takes its context by value and the rest of the line.
#[command(level = "owner")]
async fn later(ctx: Context, text: Text) -> Result {
    ctx.value::<u64>("count").await?;
    Ok(reply!["{text}"].keep("text", text.as_str()))
}

mod inner {
    use super::*;

    /// Is elsewhere.
    #[command]
    pub fn elsewhere() -> String {
        String::new()
    }
}

const KEYS: &[Key] = &[Key::new("sides", Type::Integer { min: 1, max: 100 }, "How many sides.")];

plugin! {
    /// Shows what there is.
    show: everything, nothing, later, inner::elsewhere;
    keys = KEYS;
}

fn main() {
    assert_eq!(plugin().name(), "show");
    nothing();
}
