//! Texts of all layers into one checked configuration. No file is touched here.

mod defaults;
mod entries;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use figment::value::{Dict, Value};
use nuncio_core::store::SettingWrite;

use crate::check::{self, Checked};
use crate::config::Config;
use crate::mark::Marks;
use crate::merge::{self, Part};
use crate::merged::Merged;
use crate::path::KeyPath;
use crate::problem::{At, Finding, Problem, Problems};
use crate::schema::{Schema, Tree};
use crate::source::{Layer, Source};
use crate::{mask, read, value};

pub(crate) use defaults::kind;
pub(crate) use entries::Entries;

/// Builds the configuration out of whole `documents` (in the order of their layers) and single
/// `entries`.
///
/// # Errors
///
/// All that is wrong, at once. What was set from chat and no longer fits is left out with a warning,
/// for nobody could correct it from chat while the bot does not start.
pub(crate) fn build(
    schema: Schema,
    folder: PathBuf,
    documents: Vec<Source>,
    entries: Entries,
) -> Result<Config, Problems> {
    let mut builder = Builder { tree: Tree::new(&schema), ..Builder::default() };
    builder.from_chat.clone_from(&entries.settings);
    builder.documents(documents);
    entries.read(&mut builder);
    builder.defaults(&schema);
    let (root, mut checked) = builder.checked();
    builder.bw_lists(&mut checked);
    builder.hide(&checked);
    builder.findings.append(&mut checked.findings);
    builder.finish(schema, folder, root)
}

#[derive(Debug, Default)]
struct Builder {
    tree: Tree,
    marks: Marks,
    parts: Vec<Part>,
    findings: Vec<Finding>,
    from_chat: Vec<SettingWrite>,
}

impl Builder {
    fn documents(&mut self, documents: Vec<Source>) {
        for document in documents {
            let source = self.marks.source(document);
            match read::document(source, &mut self.marks) {
                Ok(dict) => self.parts.push(Part { source, dict }),
                Err(findings) => {
                    self.findings.extend(findings);
                    self.marks.sources.get_mut(source).into_iter().for_each(mask::broken);
                }
            }
        }
    }

    /// Puts the defaults of transports and plugins under everything else.
    fn defaults(&mut self, schema: &Schema) {
        let merged = merge::merge(&self.parts, &self.marks);
        let mut parts = Vec::new();
        for document in defaults::documents(schema, &merged) {
            let source = self.marks.source(document);
            match read::document(source, &mut self.marks) {
                Ok(dict) => parts.push(Part { source, dict }),
                Err(findings) => self.findings.extend(findings),
            }
        }
        self.parts.splice(0..0, parts);
    }

    /// Merges and checks, leaving out what was set from chat and does not fit.
    fn checked(&mut self) -> (Dict, Checked) {
        loop {
            let mut root = merge::merge(&self.parts, &self.marks);
            let mut checked = check::check(&mut root, &self.tree, &mut self.marks);
            let stale: BTreeSet<usize> =
                checked.findings.iter().filter_map(|finding| self.chat_source(finding)).collect();
            if stale.is_empty() {
                return (root, checked);
            }
            self.parts.retain(|part| !stale.contains(&part.source));
            checked.findings.retain(|finding| self.chat_source(finding).is_some());
            self.hide(&checked);
            self.findings.extend(checked.findings.into_iter().map(Finding::into_warning));
        }
    }

    fn chat_source(&self, finding: &Finding) -> Option<usize> {
        let source = finding.source(&self.marks)?;
        (self.marks.sources.get(source)?.layer == Layer::Chat).then_some(source)
    }

    /// `bw_list` in two files is an error: which of them holds would depend on a file's name.
    fn bw_lists(&self, checked: &mut Checked) {
        let path = KeyPath::names(["policy", "bw_list"]);
        let lists = self
            .parts
            .iter()
            .filter(|part| self.marks.sources.get(part.source).is_some_and(Source::is_file));
        let lists: Vec<&Value> = lists.filter_map(|part| value::get(&part.dict, &path)).collect();
        let [first, .., last] = lists.as_slice() else { return };
        let name = |value: &Value| {
            self.marks.source_of(value.tag()).map(|source| source.name.clone()).unwrap_or_default()
        };
        let message =
            format!("`policy.bw_list` is set in `{}` and in `{}`", name(first), name(last));
        let mut finding = Finding::new(At::Key(last.tag()), message)
            .help(Some("the order of its rules decides: keep them in one file"));
        finding.related.push((At::Key(first.tag()), "it is set here too".to_owned()));
        checked.findings.push(finding);
    }

    fn hide(&mut self, checked: &Checked) {
        for tag in &checked.hidden {
            let Some(mark) = self.marks.get(*tag).cloned() else { continue };
            if let Some(source) = self.marks.sources.get_mut(mark.source) {
                source.mask(mark.value);
            }
        }
    }

    fn finish(mut self, schema: Schema, folder: PathBuf, root: Dict) -> Result<Config, Problems> {
        let sources: Vec<Arc<Source>> =
            std::mem::take(&mut self.marks.sources).into_iter().map(Arc::new).collect();
        self.findings.sort_by_key(|finding| finding.position(&self.marks));
        let resolve = |finding: Finding| finding.resolve(&self.marks, &sources);
        let findings = std::mem::take(&mut self.findings);
        let problems: Vec<Problem> = findings.into_iter().map(resolve).collect();
        let problems = Problems::from(problems);
        let Self { tree, marks, parts, from_chat, .. } = self;
        let merged = Merged { schema, tree, folder, root, parts, marks, sources };
        Config::new(merged, from_chat, problems)
    }
}
