//! What is listed: both layers, each entry with where it comes from.

use crate::managed::house::House;
use crate::world::networks;

const OWNER: &str = "u:console:local";

fn house() -> House {
    let mut house = House::new(
        r#"
bw_list = ["b p:irc games.*"]
sudoers = ["u:irc:sue"]
[account.ann]
identities = ["u:irc:ann"]
capabilities = ["admin"]
secure = true
[[grant]]
to = "a:ann"
what = "shell"
[[ignore]]
who = "u:irc:mal"
[[disable]]
command = "games.dice"
[room."r:irc:#a"]
capabilities = ["-music"]
"#,
    );
    house.ask("u:xmpp:ann@hs", r#"{"link":{"identity":"u:xmpp:ann@hs","account":"a:ann"}}"#);
    for change in [
        r#"{"add_to_role":{"role":"dj","capability":"music"}}"#,
        r#"{"give_role":{"account":"a:ann","role":"dj"}}"#,
        r#"{"add_capability":{"account":"a:ann","capability":"-shell"}}"#,
        r#"{"add_sudoer":{"who":"u:irc:bob"}}"#,
        r#"{"add_rule":{"rule":"w u:irc:bob games.*"}}"#,
        r#"{"grant":{"to":"u:irc:bob","what":"music","lease":{"until":"2026-11-22T13:00:00Z"}}}"#,
        r#"{"ban":{"who":"u:irc:eve","room":"r:irc:#a"}}"#,
        r#"{"disable":{"command":"music.*","room":"r:irc:#a"}}"#,
        r#"{"set_capability":{"capability":"r:irc:#a,-games"}}"#,
        r#"{"set_capability":{"capability":"-games"}}"#,
        r#"{"lobotomize":{"room":"r:irc:#a"}}"#,
    ] {
        assert!(!house.ask(OWNER, change).starts_with("no"), "{change}");
    }
    house
}

fn lines<T: ToString>(all: impl IntoIterator<Item = T>) -> String {
    all.into_iter().map(|one| one.to_string()).collect::<Vec<_>>().join("\n")
}

#[test]
fn lists_hold_what_files_and_chat_say() {
    let policy = house().policy;
    insta::assert_snapshot!(lines(policy.owners()), @"`u:console:local` (policy.owners[0])");
    insta::assert_snapshot!(lines(policy.sudoers()), @"
    `u:irc:sue` (policy.sudoers[0])
    `u:irc:bob` (audit row 5)
    ");
    let rules = policy.rules().map(|(entry, number)| format!("{number:?} {entry}"));
    insta::assert_snapshot!(lines(rules), @"
    None `b p:irc games.*` (policy.bw_list[0])
    Some(1) `w u:irc:bob games.*` (audit row 6)
    ");
    insta::assert_snapshot!(lines(policy.grants().map(|grant| grant.entry)), @"
    `shell to a:ann` (policy.grant[0])
    `music to u:irc:bob until 2026-11-22T13:00:00Z` (audit row 7)
    ");
    insta::assert_snapshot!(lines(policy.ignores().map(|ignore| ignore.entry)), @"
    `u:irc:mal` (policy.ignore[0])
    `u:irc:eve in r:irc:#a, banned` (audit row 8)
    ");
    insta::assert_snapshot!(lines(policy.disables().map(|(entry, _)| entry)), @"
    `games.dice` (policy.disable[0])
    `music.* in r:irc:#a` (audit row 9)
    ");
    insta::assert_snapshot!(lines(policy.default_capabilities()), @"
    `-admin` (policy.default_capabilities)
    `-games` (audit row 11)
    `-owner` (policy.default_capabilities)
    `-trusted` (policy.default_capabilities)
    ");
    let room = policy.room(&networks().parse_room("r:irc:#a").unwrap());
    insta::assert_snapshot!(lines(&room.capabilities), @r#"
    `r:irc:#a,-games` (audit row 10)
    `r:irc:#a,-halfop` (policy.room."r:irc:#a".capabilities)
    `r:irc:#a,-music` (policy.room."r:irc:#a".capabilities)
    `r:irc:#a,-op` (policy.room."r:irc:#a".capabilities)
    `r:irc:#a,-protected` (policy.room."r:irc:#a".capabilities)
    `r:irc:#a,-voice` (policy.room."r:irc:#a".capabilities)
    "#);
    assert!(room.default_allow);
    insta::assert_snapshot!(room.lobotomized.unwrap(), @"audit row 12");
}

#[test]
fn an_account_is_listed_with_the_origin_of_each_part() {
    let policy = house().policy;
    assert_eq!(lines(policy.accounts()), "a:ann");
    let ann = policy.account(&"ann".parse().unwrap()).unwrap();
    insta::assert_snapshot!(ann.origin, @"policy.account.ann");
    let identities = ann.identities.iter().map(|(id, origin)| format!("{id} ({origin})"));
    insta::assert_snapshot!(lines(identities), @"
    u:irc:ann (policy.account.ann.identities)
    u:xmpp:ann@hs (audit row 1)
    ");
    insta::assert_snapshot!(lines(&ann.capabilities), @"
    `admin` (policy.account.ann.capabilities)
    `music` (audit row 2)
    `-shell` (audit row 4)
    ");
    insta::assert_snapshot!(ann.secure.unwrap(), @"policy.account.ann.secure");
    assert!(ann.ignored.is_none());
    assert!(policy.account(&"nobody".parse().unwrap()).is_none());
}
