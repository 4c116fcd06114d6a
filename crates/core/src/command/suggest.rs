//! Did you mean …?

/// The longest text that is compared, in bytes: nobody mistypes more.
const MAX_BYTES: usize = 64;

/// How many mistakes a text of so many letters may have to be taken for another: one in three
/// letters, at least one.
fn tolerance(letters: usize) -> usize {
    (letters / 3).max(1)
}

/// How far two texts are apart, when they are close enough that one may be meant for the other.
pub(super) fn distance(typed: &str, known: &str) -> Option<usize> {
    if typed.len() > MAX_BYTES || known.len() > MAX_BYTES {
        return None;
    }
    let (letters, known_letters) = (typed.chars().count(), known.chars().count());
    let most = tolerance(letters.min(known_letters));
    if letters.abs_diff(known_letters) > most {
        return None;
    }
    let distance = strsim::damerau_levenshtein(typed, known);
    (distance <= most).then_some(distance)
}

/// The known text that was probably meant.
pub(super) fn closest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let known = known.into_iter().filter_map(|known| Some((distance(typed, known)?, known)));
    known.min().map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn the_closest_is_meant() {
        let known = ["ping", "echo", "capability add", "pong"];
        for (typed, meant) in [
            ("pnig", Some("ping")),
            ("pin", Some("ping")),
            ("capabilty ad", Some("capability add")),
            ("ehco", Some("echo")),
            ("xyz", None),
            ("", None),
        ] {
            assert_eq!(closest(typed, known), meant, "{typed}");
        }
    }
}
