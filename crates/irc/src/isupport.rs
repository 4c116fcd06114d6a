//! What the server says about itself (numeric 005, `RPL_ISUPPORT`).

use nuncio_policy::Power;
use smol_str::SmolStr;

use crate::{
    casemap::CaseMapping,
    wire::{BODY_BYTES, MAX_BODY_BYTES},
};

/// What the server announced, or what holds where it said nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Isupport {
    /// `CASEMAPPING`, as announced.
    pub casemapping: Option<SmolStr>,
    /// `CHANTYPES`: the first characters of channel names.
    pub chantypes: SmolStr,
    /// `PREFIX`: the modes that a member may have and their symbols, highest first.
    pub prefix: Vec<(char, char)>,
    /// `STATUSMSG`: the symbols that may stand before a channel to mean only some of its members.
    pub statusmsg: SmolStr,
    /// The modes of `CHANMODES` that always have a parameter (types A and B).
    pub modes_with_parameter: SmolStr,
    /// The modes of `CHANMODES` that have one when they are set (type C).
    pub modes_with_parameter_when_set: SmolStr,
    /// The modes of `CHANMODES` that never have one (type D).
    pub modes_without_parameter: SmolStr,
    /// `LINELEN`: the most bytes of a line without tags, CR LF included.
    pub linelen: usize,
    /// `NICKLEN`, in bytes.
    pub nicklen: usize,
    /// `USERLEN`, in bytes.
    pub userlen: usize,
    /// `HOSTLEN`, in bytes.
    pub hostlen: usize,
    /// `TOPICLEN`, in bytes.
    pub topiclen: Option<usize>,
    /// The most bytes of why somebody is kicked; none where the server does not say.
    pub kicklen: Option<usize>,
    /// `TARGMAX=JOIN:n`: how many channels one JOIN may name.
    pub max_joins: usize,
    /// `WHOX`: whether WHO can be asked for accounts.
    pub whox: bool,
    /// `MONITOR`: whether the server tells when a nick becomes free.
    pub monitor: bool,
    /// `BOT`: the user mode by which we say that we are a bot.
    pub bot_mode: Option<char>,
    /// `NETWORK`: the network's name for itself.
    pub network: Option<SmolStr>,
}

impl Default for Isupport {
    fn default() -> Self {
        Self {
            casemapping: None,
            chantypes: SmolStr::new_static("#&"),
            prefix: vec![('o', '@'), ('v', '+')],
            statusmsg: SmolStr::default(),
            modes_with_parameter: SmolStr::new_static("beIk"),
            modes_with_parameter_when_set: SmolStr::new_static("l"),
            modes_without_parameter: SmolStr::new_static("imnpst"),
            linelen: BODY_BYTES,
            nicklen: 30,
            userlen: 11,
            hostlen: 64,
            topiclen: None,
            kicklen: None,
            max_joins: 4,
            whox: false,
            monitor: false,
            bot_mode: None,
            network: None,
        }
    }
}

impl Isupport {
    /// Takes the tokens of one 005, without our nick before and the text after them.
    pub fn apply<'a>(&mut self, tokens: impl Iterator<Item = &'a str>) {
        for token in tokens {
            if let Some(name) = token.strip_prefix('-') {
                self.take(name, None);
            } else {
                let (name, value) = token.split_once('=').unwrap_or((token, ""));
                self.take(name, Some(&unescape(value)));
            }
        }
    }

    /// The rule by which we compare names on this connection.
    pub fn compare_by(&self, otherwise: CaseMapping) -> CaseMapping {
        self.casemapping.as_deref().and_then(CaseMapping::announced).unwrap_or(otherwise)
    }

    /// Whether a target is a channel; a status symbol before it does not matter.
    pub fn is_channel(&self, target: &str) -> bool {
        self.without_status(target).starts_with(|first| self.chantypes.contains(first))
    }

    /// A message's target without a `STATUSMSG` symbol.
    pub fn without_status<'a>(&self, target: &'a str) -> &'a str {
        match target.strip_prefix(|first| self.statusmsg.contains(first)) {
            Some(rest) if rest.starts_with(|first| self.chantypes.contains(first)) => rest,
            _ => target,
        }
    }

    /// Splits the symbols before a name of NAMES or WHO (`@+nick`) from the name.
    pub fn member<'a>(&self, name: &'a str) -> (&'a str, &'a str) {
        let bare =
            name.trim_start_matches(|char| self.prefix.iter().any(|(_, symbol)| *symbol == char));
        let symbols = name.strip_suffix(bare).unwrap_or_default();
        (symbols, bare)
    }

    /// The powers that symbols before a name stand for.
    pub fn powers(&self, symbols: &str) -> impl Iterator<Item = Power> {
        let mode = |symbol: char| self.prefix.iter().find(|(_, known)| *known == symbol);
        symbols.chars().filter_map(move |symbol| power(mode(symbol)?.0))
    }

    /// The letter of the mode that is a power here.
    pub fn letter(&self, wanted: Power) -> Option<char> {
        let mut letters = self.prefix.iter().map(|(letter, _)| *letter);
        letters.find(|letter| power(*letter) == Some(wanted))
    }

    /// What the letter of a mode means where it is set or taken; none for a letter that the server
    /// did not announce, after which no parameter is known to be whose.
    pub fn mode(&self, letter: char, on: bool) -> Option<Mode> {
        if self.prefix.iter().any(|(mode, _)| *mode == letter) {
            return Some(Mode::Rank(power(letter)));
        }
        let when_set = self.modes_with_parameter_when_set.contains(letter);
        if self.modes_with_parameter.contains(letter) || when_set && on {
            return Some(Mode::WithParameter);
        }
        let alone = when_set || self.modes_without_parameter.contains(letter);
        alone.then_some(Mode::Alone)
    }

    /// Takes one token; without a value (a `-TOKEN`), what holds by default.
    fn take(&mut self, name: &str, value: Option<&str>) {
        let default = Self::default();
        match name {
            "CASEMAPPING" => self.casemapping = value.map(SmolStr::new),
            "CHANTYPES" => self.chantypes = value.map_or(default.chantypes, SmolStr::new),
            "STATUSMSG" => self.statusmsg = value.map(SmolStr::new).unwrap_or_default(),
            "PREFIX" => self.prefix = value.map_or(default.prefix, prefix),
            "CHANMODES" => self.take_chanmodes(value.unwrap_or("beI,k,l,imnpst")),
            "LINELEN" => {
                self.linelen = number(value, default.linelen).clamp(BODY_BYTES, MAX_BODY_BYTES);
            }
            "NICKLEN" => self.nicklen = number(value, default.nicklen),
            // One more for the `~` of a user whose ident is not known.
            "USERLEN" => self.userlen = number(value, default.userlen - 1).saturating_add(1),
            "HOSTLEN" => self.hostlen = number(value, default.hostlen),
            "TOPICLEN" => self.topiclen = value.and_then(|value| value.parse().ok()),
            "KICKLEN" => self.kicklen = value.and_then(|value| value.parse().ok()),
            "TARGMAX" => self.max_joins = value.map_or(default.max_joins, max_joins),
            "WHOX" => self.whox = value.is_some(),
            "MONITOR" => self.monitor = value.is_some(),
            "BOT" => self.bot_mode = value.and_then(|value| value.chars().next()),
            "NETWORK" => self.network = value.map(SmolStr::new),
            _ => {}
        }
    }

    fn take_chanmodes(&mut self, value: &str) {
        let mut types = value.split(',');
        let (lists, always) = (types.next().unwrap_or(""), types.next().unwrap_or(""));
        self.modes_with_parameter = lists.chars().chain(always.chars()).collect();
        self.modes_with_parameter_when_set = types.next().map(SmolStr::new).unwrap_or_default();
        self.modes_without_parameter = types.next().map(SmolStr::new).unwrap_or_default();
    }
}

/// What the letter of a mode means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Somebody gets or loses a rank, which may be a power that we have a word for.
    Rank(Option<Power>),
    /// Something else, with a parameter.
    WithParameter,
    /// Something without one.
    Alone,
}

/// The power that the letter of a rank is.
fn power(mode: char) -> Option<Power> {
    Some(match mode {
        'q' => Power::Owner,
        'a' => Power::Admin,
        'o' => Power::Op,
        'h' => Power::Halfop,
        'v' => Power::Voice,
        _ => return None,
    })
}

fn number(value: Option<&str>, default: usize) -> usize {
    value.and_then(|value| value.parse().ok()).filter(|n| *n > 0).unwrap_or(default)
}

/// `(ov)@+`: letters and symbols, pair by pair.
fn prefix(value: &str) -> Vec<(char, char)> {
    let Some((modes, symbols)) = value.strip_prefix('(').and_then(|rest| rest.split_once(')'))
    else {
        return Vec::new();
    };
    modes.chars().zip(symbols.chars()).collect()
}

/// `JOIN:4,PRIVMSG:`: how many targets a command may have; no number means as many as fit.
fn max_joins(value: &str) -> usize {
    let join = value.split(',').find_map(|entry| entry.strip_prefix("JOIN:"));
    match join {
        Some("") => usize::MAX,
        Some(number) => number.parse().unwrap_or(1).max(1),
        None => Isupport::default().max_joins,
    }
}

/// Undoes `\xHH` in a value.
fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("\\x") {
        out.push_str(before);
        let byte = after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        rest = after;
        let byte = byte.filter(|byte| byte.is_ascii_graphic() || *byte == b' ');
        if let (Some(byte), Some(after)) = (byte, after.get(2..)) {
            out.push(byte.into());
            rest = after;
        } else {
            out.push_str("\\x");
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn isupport(tokens: &str) -> Isupport {
        let mut isupport = Isupport::default();
        isupport.apply(tokens.split(' '));
        isupport
    }

    #[test]
    fn tokens_are_read_and_taken_back() {
        let mut server = isupport(
            "CASEMAPPING=ascii PREFIX=(qaohv)~&@%+ CHANMODES=IXbegw,k,FJLl,Amnst LINELEN=1024 WHOX \
             NICKLEN=20 USERLEN=10 HOSTLEN=64 TARGMAX=JOIN:,KICK:1 BOT=B NETWORK=Ex\\x20Net STATUSMSG=@+",
        );
        assert_eq!(server.casemapping.as_deref(), Some("ascii"));
        assert_eq!(server.prefix, [('q', '~'), ('a', '&'), ('o', '@'), ('h', '%'), ('v', '+')]);
        assert_eq!(
            (&*server.modes_with_parameter, &*server.modes_with_parameter_when_set),
            ("IXbegwk", "FJLl")
        );
        assert_eq!(&*server.modes_without_parameter, "Amnst");
        assert_eq!(
            (server.linelen, server.nicklen, server.userlen, server.hostlen),
            (1024, 20, 11, 64)
        );
        assert_eq!((server.whox, server.bot_mode, server.max_joins), (true, Some('B'), usize::MAX));
        assert_eq!((server.network.as_deref(), &*server.statusmsg), (Some("Ex Net"), "@+"));
        server.apply("-CASEMAPPING -PREFIX -CHANMODES -LINELEN -WHOX -NICKLEN -USERLEN -TARGMAX -BOT -NETWORK -STATUSMSG".split(' '));
        assert_eq!(server, Isupport::default());
    }

    #[test]
    fn a_target_is_a_channel_with_or_without_a_status() {
        let server = isupport("STATUSMSG=@+ CHANTYPES=#");
        assert!(server.is_channel("#a") && server.is_channel("@#a"));
        assert!(!server.is_channel("&a") && !server.is_channel("@ann"));
        assert_eq!(server.without_status("@#a"), "#a");
        assert_eq!(server.member("@+ann"), ("@+", "ann"));
    }

    #[test]
    fn a_letter_is_a_rank_or_has_a_parameter_or_none_or_is_unknown() {
        let server = isupport("PREFIX=(qov)~@+ CHANMODES=bX,k,lj,mn");
        let modes =
            [('q', true), ('X', false), ('j', true), ('j', false), ('m', true), ('Z', true)];
        let meant = modes.map(|(letter, on)| server.mode(letter, on));
        let (with, alone) = (Some(Mode::WithParameter), Some(Mode::Alone));
        let owner = Some(Mode::Rank(Some(Power::Owner)));
        assert_eq!(meant, [owner, with, with, alone, alone, None]);
        // Where it is no rank, `q` is a list of those who are quiet.
        assert_eq!(isupport("CHANMODES=bq,k,l,mn").mode('q', true), with);
        let powers: Vec<_> = server.powers("~!+").collect();
        assert_eq!(powers, [Power::Owner, Power::Voice]);
    }

    #[test]
    fn nonsense_changes_nothing_or_little() {
        let server = isupport(
            "LINELEN=0 LINELEN=99999999999999999999 NICKLEN=-1 PREFIX=ov NETWORK=\\x \\xZZ =",
        );
        assert_eq!((server.linelen, server.nicklen), (512, 30));
        assert_eq!(server.network.as_deref(), Some("\\x"));
        assert!(server.prefix.is_empty());
    }
}
