//! Decisions, as sentences.

use nuncio_policy::{
    CommandId, Declared, Layer, Level, Networks, Outcome, Policy, Registry, Request, Speaker,
    decide,
};

fn policy() -> Policy {
    let declared = Declared { sudoers: vec!["u:irc:ann".into()], ..Declared::default() };
    Policy::compile(&declared, &Networks::new(), &Registry::unknown(), 7).unwrap().0
}

fn request(speaker: Speaker, level: &str) -> Request {
    let noon = "2026-11-22T12:00:00Z".parse().unwrap();
    let command = CommandId::new("shell", "run").unwrap();
    Request::new(speaker, command, noon).at_level(level.parse().unwrap())
}

fn verified(text: &str) -> Speaker {
    Speaker::verified(Networks::new().parse_user(text).unwrap())
}

fn claimed(text: &str) -> Speaker {
    Speaker::claimed([Networks::new().parse_user(text).unwrap()])
}

#[test]
fn levels_and_standings() {
    let allowed = |speaker: &Speaker| {
        ["everyone", "sudo", "owner", "admin"]
            .map(|level| decide(&policy(), request(speaker.clone(), level)).is_ok())
    };
    assert_eq!(allowed(&verified("u:console:local")), [true, true, true, true]);
    assert_eq!(allowed(&verified("u:irc:Ann")), [true, true, false, false]);
    assert_eq!(allowed(&verified("u:irc:bob")), [true, false, false, false]);
    assert_eq!(allowed(&claimed("u:irc:ann")), [true, false, false, false]);
    assert_eq!(allowed(&claimed("u:console:local")), [true, false, false, false]);
}

#[test]
fn a_permit_says_what_it_was_given_for() {
    let permit = decide(&policy(), request(verified("u:irc:ann"), "sudo")).unwrap();
    assert_eq!(permit.command().to_string(), "shell.run");
    assert_eq!(permit.speaker(), &verified("u:irc:ann"));
    assert_eq!((permit.room(), permit.target(), permit.generation()), (None, None, 7));
    let later = "2026-11-22T13:00:00Z".parse().unwrap();
    let again = permit.into_request(later);
    assert_eq!((again.at, again.level), (later, Level::Sudo));
}

#[test]
fn a_refusal_explains_itself() {
    let refusal = decide(&policy(), request(claimed("u:irc:ann"), "sudo")).unwrap_err();
    assert_eq!(refusal.outcome(), Outcome::Deny);
    let explanation = refusal.explanation();
    assert_eq!(explanation.layer(), Layer::Access);
    insta::assert_snapshot!(explanation, @r"
    deny by access: nothing allows a command of level `sudo`
      ignored: not ignored
      disabled: not switched off
      owner: not an owner
      bw_list: nothing declared
      capability: no anticapability is held
      access: nothing allows a command of level `sudo`
      to allow it: identify: nothing vouches for who is speaking
      to allow it: make the speaker a sudoer
      to allow it: grant `shell.run` to the speaker
      to allow it: make the speaker an owner
    ");
}
