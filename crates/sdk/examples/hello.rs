//! A plugin that says hello, and its test.
use nuncio_sdk::prelude::*;

/// Says hello.
#[command(level = "everyone")]
fn hello() -> &'static str {
    "Hello, world!"
}
plugin!(greet: hello);

#[tokio::test]
async fn says_hello() {
    Bot::with(plugin()).ann("hello").await.says("Hello, world!");
}
