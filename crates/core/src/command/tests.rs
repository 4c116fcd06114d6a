//! The three steps over a small house of commands.

use nuncio_policy::{CommandId, Level, Network, Networks};

use super::{
    Addressing, Arguments, Command, CommandTree, Example, Here, Kind, Parameter, Signature,
};

mod aliases;
mod arguments;
mod help;
mod resolve;

pub(super) fn id(full: &str) -> CommandId {
    full.parse().unwrap()
}

fn command(full: &str, parameters: Vec<Parameter>) -> Command {
    let signature = Signature::new(parameters).unwrap();
    Command { signature, level: Level::Everyone, ..Command::new(id(full), "Does something.") }
}

/// Commands that share words in every way.
fn commands() -> Vec<Command> {
    let dice = Command {
        aliases: vec![id("games.roll")],
        summary: "Rolls dice.".into(),
        details: "All dice are *fair*.".into(),
        examples: vec![Example { line: "dice 20".into(), answer: None }],
        ..command(
            "games.dice",
            vec![
                Parameter::new("sides", Kind::Integer { min: 2, max: 1000 })
                    .or("6")
                    .doc("How many sides a die has."),
                Parameter::new("quiet", Kind::Bool).flag().doc("Rolls in private."),
            ],
        )
    };
    let hidden = Command { hidden: true, ..command("games.cheat", Vec::new()) };
    let plain = [
        "dnd.dice",
        "owner.ping",
        "net.ping",
        "admin.capability.add",
        "admin.capability.remove",
        "admin.stop",
        "bw.add",
        "owner.flush",
        "echo.echo",
    ];
    plain.into_iter().map(|name| command(name, Vec::new())).chain([dice, hidden]).collect()
}

fn tree() -> CommandTree {
    CommandTree::build(commands(), []).unwrap()
}

/// All but what is the owner's.
fn may_run(command: &Command) -> bool {
    command.id.plugin() != "owner"
}

#[test]
fn a_message_goes_through_all_steps() {
    let tree = tree();
    let networks = Networks::new();
    let network: Network = "irc".parse().unwrap();
    let here = Here { network: &network, networks: &networks, commands: &tree, may_run: &may_run };
    let names = ["nuncio".into()];
    let addressing = Addressing {
        prefix: "!",
        names: &names,
        mapping: networks.case_mapping(&network),
        private: false,
    };
    let run = |text: &str| -> Option<(CommandId, Arguments)> {
        let addressed = super::recognise(text, &addressing)?;
        let resolved = tree.resolve(text, addressed.at, may_run).ok()?;
        let arguments = resolved.command.signature.parse(text, resolved.name.end, &here).ok()?;
        Some((resolved.command.id.clone(), arguments))
    };
    let (command, arguments) = run("nuncio: Games Roll --quiet  20").unwrap();
    assert_eq!(command, id("games.dice"));
    assert_eq!((arguments.integer("sides"), arguments.is_set("quiet")), (Some(20), true));
    assert_eq!(arguments.raw(), "--quiet  20");
    assert_eq!(run("!roll").unwrap().1.integer("sides"), Some(6));
    assert!(run("roll").is_none() && run("!roll x").is_none() && run("!rol").is_none());
}
