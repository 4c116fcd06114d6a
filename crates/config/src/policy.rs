//! The `[policy]` table, typed, and what is wrong with it at its place in the files.

use figment::value::{Dict, Value};
use nuncio_policy::{Declared, Diagnostic, Networks, Policy, Registry, Severity};

use crate::config::Config;
use crate::merged::Merged;
use crate::path::{KeyPath, Step};
use crate::problem::{Problem, Problems};
use crate::section::Section;

/// What a name means that nothing has: an unknown network, plugin or command in the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownNames {
    /// A warning: the bot starts, for what has that name may come.
    Warn,
    /// An error, as `nuncio check` has it.
    Fail,
}

impl Config {
    /// The `[policy]` table.
    ///
    /// # Errors
    ///
    /// What does not fit its type, at its place.
    pub fn policy(&self) -> Result<Declared, Problem> {
        self.merged.policy()
    }

    /// Compiles the policy for the commands there are, and returns it with its warnings.
    ///
    /// # Errors
    ///
    /// All that is wrong with it, each at its place in the files.
    pub fn compile_policy(
        &self,
        registry: &Registry,
        generation: u64,
        unknown: UnknownNames,
    ) -> Result<(Policy, Problems), Problems> {
        let declared = self.policy()?;
        let problems = |said: Vec<Diagnostic>| self.merged.policy_problems(&said, unknown);
        let networks = self.identities().clone();
        let networks = match unknown {
            UnknownNames::Fail => networks.complete(),
            UnknownNames::Warn => networks,
        };
        let compiled = Policy::compile(&declared, &networks, registry, generation);
        let (policy, warnings) = compiled.map_err(problems)?;
        let warnings = problems(warnings);
        if warnings.any_error() { Err(warnings) } else { Ok((policy, warnings)) }
    }

    /// What the policy's compiler said, at its place.
    pub fn policy_problem(&self, said: &Diagnostic, unknown: UnknownNames) -> Problem {
        self.merged.policy_problem(said, unknown)
    }
}

impl Merged {
    fn policy(&self) -> Result<Declared, Problem> {
        let mut table = self.table(&policy());
        let access = table.entry("access".to_owned()).or_insert_with(|| Dict::new().into());
        if let Value::Dict(_, access) = access {
            // A plugin's own `access` is such an entry too; the policy's goes before it.
            for plugin in self.names("plugin") {
                if let Some(levels) = self.value(&own_access(plugin)) {
                    access.entry(plugin.to_owned()).or_insert_with(|| levels.clone());
                }
            }
        }
        Section::new(self, policy(), table).parse()
    }

    /// What is wrong with the policy, whatever the commands are.
    pub(crate) fn policy_errors(&self, networks: &Networks) -> Problems {
        match self.policy() {
            Err(problem) => problem.into(),
            Ok(declared) => match Policy::compile(&declared, networks, &Registry::unknown(), 0) {
                Ok((_, said)) | Err(said) => self.policy_problems(&said, UnknownNames::Warn),
            },
        }
    }

    fn policy_problems(&self, said: &[Diagnostic], unknown: UnknownNames) -> Problems {
        said.iter().map(|said| self.policy_problem(said, unknown)).collect::<Vec<_>>().into()
    }

    fn policy_problem(&self, said: &Diagnostic, unknown: UnknownNames) -> Problem {
        let path = self.written(KeyPath::from(&said.location.path));
        let place = match said.location.span.clone() {
            Some(part) => self.place_within(&path, part),
            None => self.key_place(&path),
        };
        let fails = match said.severity {
            Severity::Error => true,
            Severity::Unknown => unknown == UnknownNames::Fail,
            Severity::Warning => false,
        };
        let make = if fails { Problem::error } else { Problem::warning };
        let problem = make(said.message.clone(), place);
        match &said.help {
            Some(help) => problem.with_help(help.clone()),
            None => problem,
        }
    }

    /// Where an entry of `[policy.access]` is written: there, or with its plugin.
    fn written(&self, path: KeyPath) -> KeyPath {
        match path.steps() {
            [_, Step::Name(access), Step::Name(plugin), ..]
                if access == "access" && self.value(&path.head(3)).is_none() =>
            {
                own_access(plugin).join(&path.tail(3))
            }
            _ => path,
        }
    }
}

fn policy() -> KeyPath {
    KeyPath::names(["policy"])
}

fn own_access(plugin: &str) -> KeyPath {
    KeyPath::names(["plugin", plugin, "access"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Layer;
    use crate::testing::Layers;

    fn problems(layers: Layers) -> String {
        let config = layers.config();
        let compiled = config.compile_policy(&Registry::unknown(), 1, UnknownNames::Warn);
        match compiled {
            Ok((_, warnings)) => warnings.to_string(),
            Err(problems) => problems.to_string(),
        }
    }

    #[test]
    fn a_rule_is_blamed_where_it_stands_in_its_file() {
        let lists = [
            "bw_list = 'w * *; x * *'",
            "bw_list = [\n  'w * *',\n  \"\\u0062 *\\t* *\",\n]",
            "bw_list = \"\"\"\nw * *;\nb %(admin_cmds)s *\"\"\"\ndefine.admin_cmds = 'reboot'",
        ];
        let said =
            lists.map(|list| problems(Layers::file("nuncio.toml", &format!("[policy]\n{list}"))));
        insta::assert_snapshot!(said.join("\n"), @r"
        folder: nuncio.toml:2:19: `x` is not a colour (write `b` to forbid or `w` to lift)
        folder: nuncio.toml:4:4: a rule has three fields, not 4 (join several names by commas without blanks, and rules by `;`)
        folder: nuncio.toml:4:3: `reboot` does not say who (the second field says who; did you swap the fields?)
        ");
    }

    #[test]
    fn owners_from_the_command_line_are_blamed_there() {
        let layers = Layers::file("a.toml", "").set("policy.owners=[\"u:irc:ann\", \"ann\"]");
        insta::assert_snapshot!(problems(layers), @"set: --set policy.owners: `ann` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`");
    }

    #[test]
    fn a_plugins_own_access_is_an_entry_and_the_policys_goes_before_it() {
        let own = "[plugin.dice]\naccess = ['sudo', 'u:']\n";
        insta::assert_snapshot!(problems(Layers::file("nuncio.toml", own)), @"folder: nuncio.toml:2:20: `u:` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`");
        let both = format!("{own}[policy.access]\ndice = 'everyone'");
        assert_eq!(problems(Layers::file("nuncio.toml", &both)), "");
    }

    #[test]
    fn every_declared_key_of_the_policy_is_one_that_its_type_has() {
        let text = r#"
[policy]
bw_list = ["b * *"]
owners = ["a:ann"]
sudoers = ["u:irc:bob"]
access."games" = ["everyone"]
define.x = "*"
default_allow = true
default_ignore = false
auto_register = false
default_capabilities = []
registered_capabilities = []
account.ann = { identities = ["u:irc:ann"], capabilities = [], ignore = false, secure = true, roles = ["x"] }
role.x.capabilities = []
room."r:irc:a" = { default_allow = true, capabilities = [], unset = [], lobotomized = false }
power."p:irc" = { owner = [], admin = [], op = ["op"], halfop = [], voice = [] }
grant = [{ to = "u:irc:bob", what = "shell", until = 2030-01-01T00:00:00Z, elevate = false }]
ignore = [{ who = "u:irc:bob", room = "r:irc:a", until = 2030-01-01T00:00:00Z }]
disable = [{ command = "shell", room = "r:irc:a" }]
"#;
        let config = Layers::default().and(Layer::Folder, "nuncio.toml", text).config();
        config.policy().unwrap();
        let declared = config.schema().keys().filter(|(path, _)| path.starts_with("policy."));
        let is_set = |path: &str| match path.rsplit('.').next() {
            Some("<target>" | "<name>") | None => true,
            Some(name) => text.contains(name.trim_end_matches("[]")),
        };
        let missing: Vec<String> =
            declared.map(|(path, _)| path).filter(|path| !is_set(path)).collect();
        assert_eq!(missing, [""; 0]);
    }
}
