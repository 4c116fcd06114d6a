//! The policy and the requests, as every engine is given them.

/// Who speaks, drawn from so many.
const USERS: usize = 1_000;
const ROOMS: usize = 200;
const PLUGINS: usize = 50;
const COMMANDS: usize = 10;

/// A flat policy, and what is asked of it.
///
/// Nobody may do anything but what a rule allows, and a rule that forbids beats any that allows.
pub(crate) struct World {
    pub(crate) rules: Vec<Rule>,
    pub(crate) asks: Vec<Ask>,
}

/// Somebody may, or may not, run a command.
pub(crate) struct Rule {
    pub(crate) may: bool,
    pub(crate) who: Who,
    pub(crate) command: Command,
}

/// Whom a rule is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// One user, everywhere.
    User(usize),
    /// Everybody in one room.
    Room(usize),
}

/// One command, by the numbers of its plugin and in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    plugin: usize,
    number: usize,
}

/// May this user run this command in this room?
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    user: usize,
    room: usize,
    pub(crate) command: Command,
}

impl World {
    /// Draws everything, the same on every run. Every other request is about what a rule names.
    pub(crate) fn new(rules: usize, asks: usize) -> Self {
        let mut random = Random(1);
        let rules: Vec<Rule> = (0..rules).map(|number| Rule::draw(number, &mut random)).collect();
        let ask = |number: usize| {
            let mut ask = Ask {
                user: random.below(USERS),
                room: random.below(ROOMS),
                command: Command::draw(&mut random),
            };
            let rule = rules.get(random.below(rules.len())).filter(|_| number % 2 == 0);
            if let Some(Rule { who, command, .. }) = rule {
                ask.command = *command;
                match *who {
                    Who::User(user) => ask.user = user,
                    Who::Room(room) => ask.room = room,
                }
            }
            ask
        };
        let asks = (0..asks).map(ask).collect();
        Self { rules, asks }
    }

    /// The answer, by the definition.
    pub(crate) fn allows(&self, ask: &Ask) -> bool {
        let about = |rule: &&Rule| {
            rule.command == ask.command
                && [Who::User(ask.user), Who::Room(ask.room)].contains(&rule.who)
        };
        let mut found = self.rules.iter().filter(about).peekable();
        found.peek().is_some() && found.all(|rule| rule.may)
    }
}

impl Rule {
    fn draw(number: usize, random: &mut Random) -> Self {
        let who = if number % 2 == 0 {
            Who::User(random.below(USERS))
        } else {
            Who::Room(random.below(ROOMS))
        };
        Self { may: number % 4 != 3, who, command: Command::draw(random) }
    }
}

impl Who {
    pub(crate) fn text(self) -> String {
        match self {
            Self::User(user) => format!("u:irc:user{user}"),
            Self::Room(room) => format!("r:irc:#room{room}"),
        }
    }
}

impl Command {
    fn draw(random: &mut Random) -> Self {
        Self { plugin: random.below(PLUGINS), number: random.below(COMMANDS) }
    }

    pub(crate) fn text(self) -> String {
        format!("plugin{}.command{}", self.plugin, self.number)
    }
}

impl Ask {
    pub(crate) fn user(&self) -> String {
        Who::User(self.user).text()
    }

    pub(crate) fn room(&self) -> String {
        Who::Room(self.room).text()
    }
}

/// A small generator of numbers, the same on every run (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 1).unwrap_or_default() % bound
    }
}
