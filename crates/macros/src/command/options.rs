//! The keys of `#[command(…)]`.

use nuncio_policy::{CommandId, Level};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, LitStr, Result, Token, bracketed};

const KEYS: &str = "`level`, `path`, `aliases`, `cooldown`, `repeat`, `late`, `private` and \
                    `hidden`";

/// What `#[command(…)]` says.
pub(crate) struct Options {
    pub(super) level: String,
    pub(super) path: Option<String>,
    pub(super) aliases: Vec<String>,
    /// In seconds.
    pub(super) cooldown: Option<u64>,
    pub(super) repeat: bool,
    /// The variant of `Late`.
    pub(super) late: Option<String>,
    pub(super) private: bool,
    pub(super) hidden: bool,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Self {
            level: "sudo".to_owned(),
            path: None,
            aliases: Vec::new(),
            cooldown: None,
            repeat: false,
            late: None,
            private: false,
            hidden: false,
        };
        let mut seen: Vec<Ident> = Vec::new();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            if seen.contains(&key) {
                return Err(Error::new(key.span(), format!("`{key}` is said twice")));
            }
            options.read(&key, input)?;
            seen.push(key);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

impl Options {
    fn read(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        match key.to_string().as_str() {
            "level" => self.level = level(&value(input)?)?,
            "path" => self.path = Some(path(&value(input)?)?),
            "aliases" => self.aliases = aliases(input)?,
            "cooldown" => self.cooldown = Some(seconds(&value(input)?)?),
            "repeat" => {
                word(&value(input)?, &[("safe", "safe")])?;
                self.repeat = true;
            }
            "late" => {
                let words = [("run", "Run"), ("skip", "Skip"), ("report", "Report")];
                self.late = Some(word(&value(input)?, &words)?);
            }
            "private" => self.private = true,
            "hidden" => self.hidden = true,
            _ => {
                return Err(Error::new(
                    key.span(),
                    format!("a command has no key `{key}`: there are {KEYS}"),
                ));
            }
        }
        Ok(())
    }
}

fn value(input: ParseStream<'_>) -> Result<LitStr> {
    input.parse::<Token![=]>()?;
    input.parse()
}

fn level(text: &LitStr) -> Result<String> {
    let value = text.value();
    match value.parse::<Level>() {
        Ok(_) => Ok(value),
        Err(error) => Err(Error::new(
            text.span(),
            format!(
                "{error}\n\nhelp: a level is `everyone`, `sudo`, `owner`, or capabilities such as \
                 `admin | room:op`"
            ),
        )),
    }
}

fn path(text: &LitStr) -> Result<String> {
    let value = text.value();
    let lower = value == value.to_ascii_lowercase();
    match CommandId::new("plugin", &value) {
        Ok(_) if lower => Ok(value),
        Ok(_) => Err(Error::new(text.span(), "a path is written in lower case")),
        Err(error) => Err(Error::new(text.span(), error)),
    }
}

fn aliases(input: ParseStream<'_>) -> Result<Vec<String>> {
    input.parse::<Token![=]>()?;
    let list;
    bracketed!(list in input);
    let names = Punctuated::<LitStr, Token![,]>::parse_terminated(&list)?;
    names.iter().map(path).collect()
}

fn seconds(text: &LitStr) -> Result<u64> {
    let value = text.value();
    let units = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];
    units
        .into_iter()
        .find_map(|(unit, seconds)| Some((value.strip_suffix(unit)?, seconds)))
        .and_then(|(digits, seconds)| digits.parse::<u64>().ok()?.checked_mul(seconds))
        .ok_or_else(|| {
            Error::new(text.span(), "a length of time is written as `5s`, `10m`, `2h` or `1d`")
        })
}

fn word(text: &LitStr, words: &[(&str, &str)]) -> Result<String> {
    let value = text.value();
    words
        .iter()
        .find(|(word, _)| *word == value)
        .map(|(_, variant)| (*variant).to_owned())
        .ok_or_else(|| {
            let known: Vec<String> = words.iter().map(|(word, _)| format!("`{word:?}`")).collect();
            Error::new(text.span(), format!("write {}", known.join(" or ")))
        })
}
