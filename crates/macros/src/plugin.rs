//! `plugin!`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, Ident, Path, Result, Token};

/// What `plugin!` is given: `/// About. name: command, command; keys = KEYS;`.
pub(crate) struct Declaration {
    docs: Vec<Attribute>,
    name: Ident,
    parts: Vec<Path>,
    keys: Option<Expr>,
}

impl Parse for Declaration {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let docs = input.call(Attribute::parse_outer)?;
        let name: Ident = input.parse()?;
        input.parse::<Token![:]>()?;
        let parts = Punctuated::<Path, Token![,]>::parse_separated_nonempty(input)?;
        let mut keys = None;
        while input.parse::<Option<Token![;]>>()?.is_some() && !input.is_empty() {
            let key: Ident = input.parse()?;
            if key != "keys" {
                return Err(Error::new(
                    key.span(),
                    format!("a plugin has no `{key}`: there is `keys`"),
                ));
            }
            input.parse::<Token![=]>()?;
            keys = Some(input.parse()?);
        }
        Ok(Self { docs, name, parts: parts.into_iter().collect(), keys })
    }
}

pub(crate) fn expand(declaration: &Declaration) -> TokenStream {
    let Declaration { docs, name, parts, keys } = declaration;
    let title = name.to_string();
    let about = crate::command::about(docs);
    let doc = if about.is_empty() { format!("The plugin `{title}`.") } else { about.clone() };
    let keys = keys.as_ref().map_or_else(|| quote!(&[]), |keys| quote!(#keys));
    let checks = parts.iter().enumerate().map(|(index, part)| {
        let before = parts.iter().take(index);
        quote_spanned! {part.span()=>
            const _: () = ::nuncio_sdk::parts::check_unique(
                &[#(&<#before as ::nuncio_sdk::parts::Part>::SPEC),*],
                &<#part as ::nuncio_sdk::parts::Part>::SPEC,
            );
        }
    });
    quote! {
        #(#checks)*

        #[doc = #doc]
        pub fn plugin() -> ::nuncio_sdk::Native {
            ::nuncio_sdk::Native::new(#title, #about, #keys)#(.with::<#parts>())*
        }

        ::nuncio_sdk::examples!(plugin);
    }
}
