//! The examples of a plugin, as a test.

use std::sync::Arc;

use nuncio_core::plugin::Plugin;

use super::{Bot, fail};
use crate::Native;

/// Runs the examples of a plugin's commands, each command's on a bot of its own, said in private by
/// an owner, with the cooldown between two. Does nothing where there are none.
///
/// # Panics
/// When an answer is not what the example says.
#[track_caller]
pub fn examples(plugin: Native) {
    let plugin: Arc<dyn Plugin> = Arc::new(plugin);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.unwrap_or_else(|error| fail(error));
    for command in plugin.manifest().commands {
        runtime.block_on(async {
            let bot = Bot::with_shared(Arc::clone(&plugin));
            for example in &command.examples {
                bot.wait(command.cooldown.unwrap_or_default()).await;
                let heard = bot.owner(&example.line).await;
                if let Some(answer) = &example.answer {
                    heard.says(answer);
                }
            }
        });
    }
}
