//! What is shown of a text that is not TOML: nobody can say which part of it is a secret.

use crate::source::Source;

/// Masks everything but the keys before a `=`, and headers of bare names.
pub(crate) fn broken(source: &mut Source) {
    let mut hidden = Vec::new();
    let (mut start, mut in_string) = (0, false);
    for line in source.text.split_inclusive('\n') {
        let shown = if in_string { 0 } else { shown(line) };
        hidden.push(start + shown..start + line.len());
        start += line.len();
        let quotes = line.matches("\"\"\"").count() + line.matches("'''").count();
        in_string ^= quotes % 2 == 1;
    }
    for span in hidden {
        source.mask(span);
    }
}

/// How many bytes of a line may be shown.
fn shown(line: &str) -> usize {
    let is_key =
        |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.' | ' ' | '\t');
    let is_header = |char: char| is_key(char) || matches!(char, '[' | ']');
    let key = line.find(|char| !is_key(char)).unwrap_or(line.len());
    match line.split_at_checked(key) {
        Some((_, rest)) if rest.starts_with('=') => key + 1,
        Some((before, rest)) if before.trim().is_empty() && rest.starts_with('[') => {
            line.find(|char| !is_header(char)).unwrap_or(line.len())
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Home, Layer};

    #[test]
    fn keys_and_headers_stay_and_values_go() {
        let text = "[network.irc]\nnick = 'x'\npassword = \"hunter2\nkey = \"\"\"\nhunter2=\n\"\"\"\n[room.\"a\"]\nhunter2\n";
        let mut source = Source::new(Layer::Folder, Home::Shipped, text.to_owned());
        broken(&mut source);
        insta::assert_snapshot!(source.text, @r"
        [network.irc]
        nick =****
        password =*********
        key =****
        ********
        ***
        [room.****
        *******
        ");
    }
}
