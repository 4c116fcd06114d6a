//! The parameters of a command's function: what is asked for, and how each is read.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, ExprRange, FnArg, GenericArgument, Ident, Pat, PathArguments, RangeLimits,
    Result, Signature, Type, TypePath, TypeSlice,
};

use super::{docs, option};

/// A command's parameters.
pub(super) struct Parameters {
    context: Option<Given>,
    asked: Vec<Parameter>,
}

/// How a function takes something.
#[derive(Clone, Copy)]
enum Given {
    /// `T`.
    ByValue,
    /// `&T`, `&str`, `&[T]`.
    ByReference,
    /// `Option<&T>`.
    AsRef,
    /// `Option<&str>`.
    AsDeref,
}

struct Parameter {
    name: String,
    about: String,
    /// What is read: `String` where the function takes `&str`.
    ty: Type,
    given: Given,
    range: Option<ExprRange>,
}

impl Parameters {
    /// Reads the parameters of a function and takes off what only we understand.
    pub(super) fn take(sig: &mut Signature) -> Result<Self> {
        let mut parameters = Self { context: None, asked: Vec::new() };
        for (index, input) in sig.inputs.iter_mut().enumerate() {
            let FnArg::Typed(input) = input else {
                return Err(Error::new_spanned(input, "a command is a function, not a method"));
            };
            let (given, ty) = owned(&input.ty);
            if is_context(&ty) {
                if index > 0 {
                    return Err(Error::new_spanned(
                        &input.ty,
                        "the context is the first parameter",
                    ));
                }
                parameters.context = Some(given);
                continue;
            }
            let range = take_range(&mut input.attrs)?;
            let about = docs::about(&input.attrs);
            input.attrs.retain(|attr| !attr.path().is_ident("doc"));
            let name = name(&input.pat)?;
            parameters.asked.push(Parameter { name, about, ty, given, range });
        }
        Ok(parameters)
    }

    /// Each parameter as data.
    pub(super) fn specs(&self) -> impl Iterator<Item = TokenStream> {
        self.asked.iter().map(|parameter| {
            let Parameter { name, about, ty, range, .. } = parameter;
            let spec = quote_spanned! {ty.span()=>
                ::nuncio_sdk::parts::ParameterSpec::of::<#ty>
            };
            let range = range.as_ref().map(|range @ ExprRange { start, end, .. }| {
                let bound = |bound: &Option<Box<syn::Expr>>| option(bound.as_ref());
                let (start, end) = (bound(start), bound(end));
                quote_spanned!(range.span()=> .within(#start, #end))
            });
            quote!(#spec(#name, #about)#range)
        })
    }

    /// Statements that read the arguments, and the expressions that pass them on.
    pub(super) fn reads(&self) -> (TokenStream, Vec<TokenStream>) {
        let mut lets = TokenStream::new();
        let mut arguments = Vec::new();
        if let Some(given) = self.context {
            lets.extend(quote!(let context = input.context();));
            arguments.push(given.pass(&format_ident!("context")));
        }
        for (index, Parameter { name, ty, given, .. }) in self.asked.iter().enumerate() {
            let local = format_ident!("argument_{index}");
            lets.extend(quote_spanned! {ty.span()=>
                let #local = input.argument::<#ty>(#name)?;
            });
            arguments.push(given.pass(&local));
        }
        (lets, arguments)
    }

    /// What is checked while the plugin is compiled, since it depends on types.
    pub(super) fn checks(&self) -> TokenStream {
        let all_but_last = self.asked.len().saturating_sub(1);
        let checks = self.asked.iter().take(all_but_last).map(|Parameter { ty, .. }| {
            quote_spanned!(ty.span()=> const _: () = ::nuncio_sdk::parts::check_not_last::<#ty>();)
        });
        checks.collect()
    }
}

impl Given {
    fn pass(self, local: &Ident) -> TokenStream {
        match self {
            Self::ByValue => quote!(#local),
            Self::ByReference => quote!(&#local),
            Self::AsRef => quote!(#local.as_ref()),
            Self::AsDeref => quote!(#local.as_deref()),
        }
    }
}

/// What to read for a parameter: `&str` is read as a `String`, `&[T]` as a `Vec`, `&T` as a `T`.
fn owned(ty: &Type) -> (Given, Type) {
    if let Type::Reference(reference) = ty {
        return (Given::ByReference, referred(&reference.elem));
    }
    let Some(inner) = option_of_reference(ty) else { return (Given::ByValue, ty.clone()) };
    let given = if is_str(inner) { Given::AsDeref } else { Given::AsRef };
    let inner = referred(inner);
    (given, syn::parse_quote_spanned!(ty.span()=> ::core::option::Option<#inner>))
}

/// The type that owns what a reference leads to.
fn referred(ty: &Type) -> Type {
    match ty {
        _ if is_str(ty) => syn::parse_quote_spanned!(ty.span()=> ::std::string::String),
        Type::Slice(TypeSlice { elem, .. }) => {
            syn::parse_quote_spanned!(ty.span()=> ::std::vec::Vec<#elem>)
        }
        _ => ty.clone(),
    }
}

/// The `T` of an `Option<&T>`.
fn option_of_reference(ty: &Type) -> Option<&Type> {
    let Type::Path(TypePath { path, .. }) = ty else { return None };
    let option = path.segments.last().filter(|segment| segment.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &option.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(Type::Reference(reference))) => Some(&reference.elem),
        _ => None,
    }
}

fn is_str(ty: &Type) -> bool {
    matches!(ty, Type::Path(TypePath { path, .. }) if path.is_ident("str"))
}

fn is_context(ty: &Type) -> bool {
    let Type::Path(TypePath { path, .. }) = ty else { return false };
    path.segments.last().is_some_and(|segment| segment.ident == "Context")
}

fn name(pattern: &Pat) -> Result<String> {
    let name = match pattern {
        Pat::Ident(pattern) => pattern.ident.to_string().trim_start_matches('_').to_owned(),
        _ => String::new(),
    };
    if name.is_ascii() && name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return Ok(name);
    }
    Err(Error::new_spanned(pattern, "a parameter has a name of ASCII letters: `help` shows it"))
}

/// Takes `#[range(1..=6)]` off a parameter.
fn take_range(attrs: &mut Vec<Attribute>) -> Result<Option<ExprRange>> {
    let Some(at) = attrs.iter().position(|attr| attr.path().is_ident("range")) else {
        return Ok(None);
    };
    let attr = attrs.remove(at);
    let range: ExprRange = attr.parse_args()?;
    if matches!(range.limits, RangeLimits::HalfOpen(_)) && range.end.is_some() {
        return Err(Error::new_spanned(range, "both bounds are included: write `1..=6`"));
    }
    Ok(Some(range))
}
