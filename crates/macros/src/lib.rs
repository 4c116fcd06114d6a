//! The macros of the sdk: [`macro@command`], [`plugin!`] and [`derive@Choice`].
//!
//! They read what a plugin's author wrote, refuse what cannot work with an error at the place of
//! the mistake, and write data and one call for the sdk. Everything else is in the sdk, in
//! ordinary code.

mod choice;
mod command;
mod plugin;
mod text;

use proc_macro::TokenStream;
use syn::parse_macro_input;

/// Makes a function a command.
///
/// Its name is the command's, its doc comment the help, its parameters are the arguments. The
/// first parameter may be `ctx: &Context`; every other one is of a type that implements
/// `nuncio_sdk::Argument`, an `Option` or a `Vec` of one, or `bool` for a flag; a reference to one will do. The function may be
/// `async`, and stays callable as it is.
///
/// | key | what it says | without it |
/// |---|---|---|
/// | `level = "everyone"` | who may run it: `everyone`, `sudo`, `owner`, or capabilities such as `"admin \| room:op"` | `sudo` |
/// | `path = "capability.add"` | its path in the plugin | the function's name |
/// | `aliases = ["hi"]` | other names | none |
/// | `cooldown = "5s"` | how long a person waits until the next time | none |
/// | `repeat = "safe"` | that it may be run again where a crash cut it off | it is not |
/// | `late = "run"` | what becomes of it when it was said while the bot was away: `run`, `skip` or `report` | `report` |
///
/// A parameter may have `#[range(1..=100)]`, which bounds a number, and a doc comment.
///
/// A fenced block of the doc comment that is marked `chat` is an example: what stands behind `>` is
/// said, the lines below it are the answer, and `…` stands for any text. Examples are shown by
/// `help` and run as tests.
///
/// ```ignore
/// /// Rolls dice.
/// ///
/// /// ```chat
/// /// > roll 3
/// /// You rolled …
/// /// ```
/// #[command(level = "everyone")]
/// fn roll(#[range(1..=100)] dice: u32) -> Reply { reply!["{dice}"] }
/// ```
#[proc_macro_attribute]
pub fn command(options: TokenStream, item: TokenStream) -> TokenStream {
    let options = parse_macro_input!(options as command::Options);
    let function = parse_macro_input!(item as syn::ItemFn);
    command::expand(&options, function).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Declares a plugin: its name, and its commands.
///
/// Writes `pub fn plugin() -> nuncio_sdk::Native`. A doc comment says what the plugin is for, and
/// `keys = KEYS;` names its configuration keys.
///
/// ```ignore
/// plugin! {
///     /// Says hello and goodbye.
///     greet: hello, bye
/// }
/// ```
#[proc_macro]
pub fn plugin(item: TokenStream) -> TokenStream {
    plugin::expand(&parse_macro_input!(item as plugin::Declaration)).into()
}

/// Makes content from a Markdown template and values, which are named in it.
///
/// A value is anything that implements `Display`, with a format as in `format!`. It is put in after
/// the template was parsed, so that it can become neither markup nor a mention.
///
/// ```ignore
/// text!("**{who}** muted for {length}, {share:.1} % of the day", who = ctx.name())
/// ```
#[proc_macro]
pub fn text(item: TokenStream) -> TokenStream {
    let template = parse_macro_input!(item as text::Template);
    text::expand(&template).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes an enum without fields an argument: one word for each variant, in kebab case,
/// by which it is displayed too.
#[proc_macro_derive(Choice)]
pub fn choice(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::DeriveInput);
    choice::expand(&item).unwrap_or_else(syn::Error::into_compile_error).into()
}
