//! From text to a snapshot.

use super::{Compiled, People, Standing};
use crate::diagnostic::Report;
use crate::explanation::Entry;
use crate::{Declared, Diagnostic, KeyPath, Networks, Registry};

/// Who owns a bot whose files name nobody: whoever sits at its console.
const DEFAULT_OWNER: &str = "u:console:local";

pub(super) fn compile(
    declared: Declared,
    networks: &Networks,
    _registry: &Registry,
    generation: u64,
) -> Result<(Compiled, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut report = Report::default();
    let policy = KeyPath::root("policy");
    let mut people = People::default();
    let owners = declared.owners.unwrap_or_else(|| vec![DEFAULT_OWNER.to_owned()]);
    for (standing, key, texts) in
        [(Standing::Owner, "owners", owners), (Standing::Sudoer, "sudoers", declared.sudoers)]
    {
        for (index, text) in texts.iter().enumerate() {
            let path = policy.key(key).index(index);
            if let Some(id) = report.keep(&path, text, networks.parse_user(text)) {
                let entry = Entry { text: id.to_string().into(), path };
                people.add(standing, id, entry);
            }
        }
    }
    let diagnostics = report.finish()?;
    Ok((Compiled { generation, networks: networks.clone(), people }, diagnostics))
}
