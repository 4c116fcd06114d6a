//! What people type: every place that is reported is a place in what was typed.

use std::sync::LazyLock;

use nuncio_core::command::{
    Addressing, CommandTree, Here, Kind, Parameter, Signature, Template, Words, recognise,
};
use nuncio_policy::{CaseMapping, Networks};

static SIGNATURE: LazyLock<Signature> = LazyLock::new(signature);

/// Reads the bytes as something said in a room and in private.
pub fn check(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    for private in [false, true] {
        let names = ["nuncio".into()];
        let mapping = CaseMapping::Rfc1459;
        let addressing = Addressing { prefix: "!", names: &names, mapping, private };
        if let Some(addressed) = recognise(text, &addressing) {
            assert!(text.get(addressed.at..).is_some_and(|rest| !rest.is_empty()));
            arguments(text, addressed.at);
        }
    }
    words(text);
    if let Ok(template) = Template::parse(text) {
        assert!(template.usage().len() <= 256, "it takes more words than there are");
    }
}

fn words(text: &str) {
    let mut words = Words::new(text, 0);
    let mut end = 0;
    while let Ok(Some(word)) = words.next_word() {
        assert!(text.get(word.span.start..word.span.end).is_some(), "{word:?} stands nowhere");
        assert!(word.span.start >= end, "{word:?} begins in the word before");
        assert!(word.span.end > word.span.start, "{word:?} takes no room, and never ends");
        end = word.span.end;
    }
}

fn arguments(text: &str, at: usize) {
    let networks = Networks::new();
    let user = networks.parse_user("u:irc:ann").expect("it is one");
    let commands = CommandTree::default();
    let here = Here {
        network: user.network(),
        networks: &networks,
        commands: &commands,
        may_run: &|_| true,
    };
    if let Err(error) = SIGNATURE.parse(text, at, &here) {
        let span = error.span;
        assert!(text.get(span.start..span.end).is_some(), "{error:?} points nowhere");
        assert!(error.report(text).lines().count() >= 3, "{error:?} is not shown");
    }
}

fn signature() -> Signature {
    let integer = Kind::Integer { min: 1, max: 6 };
    let signature = Signature::new(vec![
        Parameter::new("loud", Kind::Bool).flag(),
        Parameter::new("times", integer).flag(),
        Parameter::new("for", Kind::Duration).flag(),
        Parameter::new("to", Kind::User).optional(),
        Parameter::new("room", Kind::Room).optional(),
        Parameter::new("text", Kind::Text).optional(),
    ]);
    signature.expect("it is one")
}
