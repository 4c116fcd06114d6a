//! `#[command]`.

mod docs;
mod options;
mod parameter;

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, ItemFn, Result};

use docs::Docs;
pub(crate) use docs::about;
pub(crate) use options::Options;
use parameter::Parameters;

pub(crate) fn expand(options: &Options, mut function: ItemFn) -> Result<TokenStream> {
    check(&function)?;
    let docs = Docs::read(&function)?;
    let parameters = Parameters::take(&mut function.sig)?;
    let spec = spec(options, &docs, &parameters, &function);
    let call = call(&parameters, &function);
    let checks = parameters.checks();
    let (name, vis) = (&function.sig.ident, &function.vis);
    Ok(quote! {
        #function

        #[doc(hidden)]
        #[derive(Debug)]
        #[allow(non_camel_case_types, reason = "it stands for the function of that name")]
        #vis enum #name {}

        impl ::nuncio_sdk::parts::Part for #name {
            const SPEC: ::nuncio_sdk::parts::Spec = #spec;

            fn call(input: ::nuncio_sdk::parts::Input) -> ::nuncio_sdk::parts::Outcome {
                #call
            }
        }

        #checks
    })
}

fn check(function: &ItemFn) -> Result<()> {
    let sig = &function.sig;
    if !sig.generics.params.is_empty() {
        return Err(Error::new_spanned(&sig.generics, "a command's function is not generic"));
    }
    if let Some(unsafety) = &sig.unsafety {
        return Err(Error::new_spanned(unsafety, "a command's function is not unsafe"));
    }
    Ok(())
}

/// What the command is, as a constant.
fn spec(options: &Options, docs: &Docs, parameters: &Parameters, function: &ItemFn) -> TokenStream {
    let path = options.path.clone().unwrap_or_else(|| function.sig.ident.to_string());
    let Options { level, aliases, cooldown, repeat, late, private, hidden, .. } = options;
    let cooldown =
        option(cooldown.map(|seconds| quote!(::core::time::Duration::from_secs(#seconds))));
    let late = format_ident!("{}", late.as_deref().unwrap_or("Report"));
    let Docs { summary, details, examples } = docs;
    let (said, answers): (Vec<_>, Vec<_>) =
        examples.iter().map(|example| (&example.said, &example.answer)).unzip();
    let parameters = parameters.specs();
    quote! {
        ::nuncio_sdk::parts::Spec {
            path: #path,
            aliases: &[#(#aliases),*],
            level: #level,
            summary: #summary,
            details: #details,
            parameters: &[#(#parameters),*],
            examples: &[#(::nuncio_sdk::parts::Example { said: #said, answer: #answers }),*],
            cooldown: #cooldown,
            repeat_is_safe: #repeat,
            late: ::nuncio_sdk::parts::Late::#late,
            private: #private,
            hidden: #hidden,
        }
    }
}

/// Reads the arguments, calls the function, and takes what it returns as an answer.
fn call(parameters: &Parameters, function: &ItemFn) -> TokenStream {
    let name = &function.sig.ident;
    let (lets, arguments) = parameters.reads();
    let wait = function.sig.asyncness.map(|_| quote!(.await));
    // The type is named at its own place, so that an error about it points there.
    let returned = match &function.sig.output {
        syn::ReturnType::Default => quote!(()),
        syn::ReturnType::Type(_, returned) => quote_spanned!(returned.span()=> #returned),
    };
    let into = quote_spanned!(returned.span()=> ::nuncio_sdk::parts::answer::<#returned>);
    quote! {
        ::std::boxed::Box::pin(async move {
            #lets
            #into(#name(#(#arguments),*) #wait)
        })
    }
}

/// An `Option` as an expression.
fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    value.map_or_else(
        || quote!(::core::option::Option::None),
        |value| quote!(::core::option::Option::Some(#value)),
    )
}
