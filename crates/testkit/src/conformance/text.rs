//! Texts to be said, and how what was heard is compared with them.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};

use super::Party;

/// Words of several scripts, `bytes` long or a little more.
pub(super) fn words(bytes: usize) -> String {
    let words = ["plain", "żółw", "слово", "言葉", "🦔🦔", "a", "e\u{301}te\u{301}", "x=y"];
    let mut text = String::new();
    for (number, word) in words.iter().cycle().enumerate() {
        write!(text, "{word}{number}").ok();
        if text.len() >= bytes {
            break;
        }
        text.push(' ');
    }
    text
}

/// Text without its blanks: a text that is split at a blank loses that blank, and nothing else.
pub(super) fn squeeze(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Listens until as much was heard as `said` is long, and compares.
pub(super) async fn hear_whole(peer: &mut impl Party, said: &str) -> Result<()> {
    let expected = squeeze(said);
    let mut heard = String::new();
    while heard.len() < expected.len() {
        let part = peer.hear().await;
        heard.push_str(&squeeze(&part.with_context(|| differs(&heard, &expected))?));
    }
    ensure!(heard == expected, differs(&heard, &expected));
    Ok(())
}

/// Where two texts part, with a little of each around it.
fn differs(heard: &str, expected: &str) -> String {
    let same = heard.chars().zip(expected.chars()).take_while(|(a, b)| a == b).count();
    let around =
        |text: &str| text.chars().skip(same.saturating_sub(5)).take(25).collect::<String>();
    format!(
        "a text said to be whole arrived otherwise from its character {same} on: `{}` in place of \
         `{}`",
        around(heard),
        around(expected)
    )
}
