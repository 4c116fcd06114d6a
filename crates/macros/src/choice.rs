//! `#[derive(Choice)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Result};

pub(crate) fn expand(item: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &item.data else {
        return Err(Error::new_spanned(&item.ident, "only an enum is a choice between words"));
    };
    if let Some(variant) = data.variants.iter().find(|variant| variant.fields != Fields::Unit) {
        return Err(Error::new_spanned(variant, "a word of a choice has no fields"));
    }
    if data.variants.is_empty() {
        return Err(Error::new_spanned(&item.ident, "a choice needs at least one word"));
    }
    let name = &item.ident;
    let variants: Vec<_> = data.variants.iter().map(|variant| &variant.ident).collect();
    let words: Vec<_> = variants.iter().map(|ident| kebab(&ident.to_string())).collect();
    let wrong = format!("one of {} is meant", words.join(", "));
    Ok(quote! {
        impl ::nuncio_sdk::Argument for #name {
            const KIND: ::nuncio_sdk::argument::Kind =
                ::nuncio_sdk::argument::Kind::Choice(&[#(#words),*]);

            fn read(value: ::nuncio_sdk::argument::Value) -> ::nuncio_sdk::Result<Self> {
                let word = <::std::string::String as ::nuncio_sdk::Argument>::read(value)?;
                match word.as_str() {
                    #(#words => ::core::result::Result::Ok(Self::#variants),)*
                    _ => ::core::result::Result::Err(::nuncio_sdk::Error::usage(#wrong)),
                }
            }
        }

        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(match self {
                    #(Self::#variants => #words,)*
                })
            }
        }
    })
}

/// `LastWeek` as `last-week`.
fn kebab(name: &str) -> String {
    let mut word = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.extend(letter.to_lowercase());
    }
    word
}

#[cfg(test)]
mod tests {
    #[test]
    fn variants_are_words() {
        assert_eq!(super::kebab("LastWeek"), "last-week");
        assert_eq!(super::kebab("Now"), "now");
    }
}
