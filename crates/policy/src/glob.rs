//! Masks: `*` is any text, `?` any character.

/// Whether a mask matches a whole text; in time linear in their product, whatever the mask.
pub(crate) fn matches(mask: &str, text: &str) -> bool {
    let (mut mask, mut text) = (mask.chars(), text.chars());
    // Where to go on after the last `*`, when what follows it turns out not to match here.
    let mut retry: Option<(std::str::Chars<'_>, std::str::Chars<'_>)> = None;
    loop {
        let (mut next_mask, mut next_text) = (mask.clone(), text.clone());
        match (next_mask.next(), next_text.next()) {
            (Some('*'), _) => {
                retry = Some((next_mask.clone(), text.clone()));
                mask = next_mask;
                continue;
            }
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == '?' || wanted == found => {
                (mask, text) = (next_mask, next_text);
                continue;
            }
            _ => {}
        }
        let Some((after_star, mut rest)) = retry.take() else { return false };
        if rest.next().is_none() {
            return false;
        }
        mask = after_star.clone();
        text = rest.clone();
        retry = Some((after_star, rest));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, slow and plain.
    fn naive(mask: &[char], text: &[char]) -> bool {
        match (mask, text) {
            ([], []) => true,
            (['*', rest @ ..], _) => {
                naive(rest, text) || matches!(text, [_, more @ ..] if naive(mask, more))
            }
            ([wanted, mask @ ..], [found, text @ ..]) => {
                (*wanted == '?' || wanted == found) && naive(mask, text)
            }
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn a_mask_matches_what_its_definition_says(mask in "[ab*?]{0,8}", text in "[ab]{0,10}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(matches(&mask, &text), naive(&chars(&mask), &chars(&text)));
        }
    }
}
