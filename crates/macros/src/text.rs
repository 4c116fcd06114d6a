//! `text!`: a Markdown template, and values that cannot become markup.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, Ident, LitStr, Result, Token};

/// What `text!` is given: `"**{who}** muted", who = expression`.
pub(crate) struct Template {
    source: LitStr,
    named: Vec<(Ident, Expr)>,
}

impl Parse for Template {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let source = input.parse()?;
        let mut named = Vec::new();
        while input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let name = input.parse()?;
            input.parse::<Token![=]>()?;
            named.push((name, input.parse()?));
        }
        Ok(Self { source, named })
    }
}

pub(crate) fn expand(template: &Template) -> Result<TokenStream> {
    let Template { source, named } = template;
    let (markdown, slots) = slots(&source.value()).map_err(|why| Error::new(source.span(), why))?;
    let names = (0..slots.len()).map(slot_name);
    // Each value goes through `format!`, so that `{share:.1}` works and a name that is not there
    // is the compiler's own error, at the template.
    let values = slots.iter().map(|slot| LitStr::new(&format!("{{{slot}}}"), source.span()));
    let (idents, exprs): (Vec<_>, Vec<_>) = named.iter().map(|(name, expr)| (name, expr)).unzip();
    Ok(quote! {{
        #(let #idents = &(#exprs);)*
        ::nuncio_sdk::content::Content::template(
            #markdown,
            [#((#names, ::nuncio_sdk::content::Slot::from(::std::format!(#values)))),*],
        )
    }})
}

fn slot_name(index: usize) -> String {
    format!("slot{index}")
}

/// The template with numbered slots, and what stood in each.
fn slots(source: &str) -> std::result::Result<(String, Vec<String>), &'static str> {
    let (mut markdown, mut slots) = (String::new(), Vec::new());
    let mut rest = source;
    while let Some((text, brace)) = rest.find(['{', '}']).and_then(|at| rest.split_at_checked(at)) {
        markdown.push_str(text);
        if let Some(after) = brace.strip_prefix("{{") {
            markdown.push_str("{{");
            rest = after;
        } else if let Some(after) = brace.strip_prefix("}}") {
            markdown.push('}');
            rest = after;
        } else if let Some(after) = brace.strip_prefix('{') {
            let (slot, after) =
                after.split_once('}').ok_or("a `{` is not closed; write `{{` for a brace")?;
            if slot.is_empty() || slot.starts_with(':') {
                return Err(
                    "name the value: `{who}`, and `who = …` behind the text where it is no variable",
                );
            }
            markdown.extend(["{", &slot_name(slots.len()), "}"]);
            slots.push(slot.to_owned());
            rest = after;
        } else {
            return Err("a `}` has no `{`; write `}}` for a brace");
        }
    }
    markdown.push_str(rest);
    Ok((markdown, slots))
}

#[cfg(test)]
mod tests {
    use super::slots;

    #[test]
    fn slots_are_numbered() {
        let (markdown, found) = slots("**{who}** has {{{share:.1}}} of {who}").unwrap();
        assert_eq!(markdown, "**{slot0}** has {{{slot1}} of {slot2}");
        assert_eq!(found, ["who", "share:.1", "who"]);
        for bad in ["{", "}", "{}", "{:?}", "a {b"] {
            assert!(slots(bad).is_err(), "{bad}");
        }
    }
}
