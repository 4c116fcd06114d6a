//! A small world for the tests: policies from TOML, speakers and requests from short texts.

use nuncio_policy::{
    CaseMapping, CommandId, Declared, Diagnostic, Networks, Policy, Registry, Request, Speaker,
    Trust, decide,
};

/// One network of each kind, under the name of its kind.
pub(crate) fn networks() -> Networks {
    ["irc", "xmpp", "matrix"].into_iter().fold(Networks::new(), |networks, kind| {
        networks.with(kind.parse().unwrap(), CaseMapping::of_kind(kind), Trust::Account)
    })
}

/// Compiles a `[policy]` table, or says what is wrong with it.
pub(crate) fn compile(toml: &str) -> Result<(Policy, Vec<Diagnostic>), Vec<Diagnostic>> {
    compile_with(toml, &Registry::unknown())
}

/// Compiles a `[policy]` table against the commands that exist.
pub(crate) fn compile_with(
    toml: &str,
    registry: &Registry,
) -> Result<(Policy, Vec<Diagnostic>), Vec<Diagnostic>> {
    let declared: Declared = toml::from_str(toml).unwrap();
    Policy::compile(&declared, &networks(), registry, 1)
}

/// Compiles a `[policy]` table that has nothing wrong with it.
pub(crate) fn policy(toml: &str) -> Policy {
    match compile(toml) {
        Ok((policy, said)) if said.is_empty() => policy,
        Ok((_, said)) | Err(said) => panic!("{}", lines(&said)),
    }
}

/// What is wrong with a `[policy]` table, a line each.
pub(crate) fn said(toml: &str) -> String {
    match compile(toml) {
        Ok((_, said)) | Err(said) => lines(&said),
    }
}

pub(crate) fn lines(diagnostics: &[Diagnostic]) -> String {
    let line = |said: &Diagnostic| match &said.location.span {
        Some(span) => format!("{}..{} {said}", span.start, span.end),
        None => format!("key {said}"),
    };
    diagnostics.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A speaker from identities: the first is verified unless it is marked `?`.
pub(crate) fn speaker(text: &str) -> Speaker {
    let id = |text: &str| networks().parse_user(text.trim_start_matches('?')).unwrap();
    let mut ids = text.split(' ');
    let first = ids.next().unwrap();
    let claimed = first.starts_with('?');
    let speaker =
        if claimed { Speaker::claimed([id(first)]) } else { Speaker::verified(id(first)) };
    ids.fold(speaker, |speaker, text| speaker.observing(id(text)))
}

/// A request at noon from `SPEAKER` for `COMMAND`, optionally in a room.
pub(crate) fn request(who: &str, command: &str, room: Option<&str>, level: &str) -> Request {
    let noon = "2026-11-22T12:00:00Z".parse().unwrap();
    let command: CommandId = command.parse().unwrap();
    let request = Request::new(speaker(who), command, noon).at_level(level.parse().unwrap());
    let room = room.map(|room| networks().parse_room(room).unwrap());
    Request { room, ..request }
}

/// The first line of the explanation of a decision.
pub(crate) fn answer(policy: &Policy, request: Request) -> String {
    let explanation = match decide(policy, request) {
        Ok(permit) => permit.explanation(),
        Err(refusal) => refusal.explanation(),
    };
    explanation.to_string().lines().next().unwrap_or_default().to_owned()
}
