//! From a bot's folder, the store, the environment and the command line to a configuration.

use std::path::{Path, PathBuf};
use std::{fs, io};

use nuncio_core::store::SettingWrite;

use crate::build::{Entries, build};
use crate::config::Config;
use crate::problem::{Problem, Problems};
use crate::schema::Schema;
use crate::source::{Home, Layer, Source};

/// The shipped default layer.
pub(crate) const DEFAULTS: &str = include_str!("../../../config/default.toml");

/// Which files are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Files {
    /// None: the quickstart.
    #[default]
    None,
    /// One file alone.
    One(PathBuf),
    /// `nuncio.toml`, then `conf.d/*.toml` by name, then the profile's.
    Folder(PathBuf),
}

/// Everything that a configuration is made of.
///
/// ```
/// use nuncio_config::{Loader, Schema};
///
/// let loader = Loader { sets: vec!["bot.prefix=?".into()], ..Loader::new(Schema::new()) };
/// let config = loader.load()?;
/// assert_eq!(config.bot().prefix, "?");
/// # Ok::<(), nuncio_config::Problems>(())
/// ```
#[derive(Debug, Clone)]
pub struct Loader {
    /// The keys there are.
    pub schema: Schema,
    /// The files.
    pub files: Files,
    /// The profile, whose file is `nuncio.<profile>.toml`.
    pub profile: Option<String>,
    /// What was set from chat, the oldest first; a row without a value is skipped.
    pub settings: Vec<SettingWrite>,
    /// Environment variables; names that do not begin with `NUNCIO_` are ignored.
    pub environment: Vec<(String, String)>,
    /// The `key=value` of each `--set`, in their order.
    pub sets: Vec<String>,
}

impl Loader {
    /// Nothing but the defaults.
    pub const fn new(schema: Schema) -> Self {
        Self {
            schema,
            files: Files::None,
            profile: None,
            settings: Vec::new(),
            environment: Vec::new(),
            sets: Vec::new(),
        }
    }

    /// Reads the files and builds the configuration, whose warnings are in it.
    ///
    /// # Errors
    ///
    /// All that is wrong with all layers, at once.
    pub fn load(&self) -> Result<Config, Problems> {
        let shipped = Source::new(Layer::Default, Home::Shipped, DEFAULTS.to_owned());
        let mut documents = vec![shipped];
        documents.extend(self.documents()?);
        let entries = Entries {
            settings: self.settings.clone(),
            environment: self.environment.clone(),
            sets: self.sets.clone(),
        };
        build(self.schema.clone(), self.folder(), documents, entries)
    }

    /// The folder that relative paths in the configuration begin in.
    fn folder(&self) -> PathBuf {
        match &self.files {
            Files::None => PathBuf::new(),
            Files::One(file) => file.parent().map(Path::to_path_buf).unwrap_or_default(),
            Files::Folder(folder) => folder.clone(),
        }
    }

    fn documents(&self) -> Result<Vec<Source>, Problems> {
        let mut paths = match &self.files {
            Files::None => Vec::new(),
            Files::One(file) => vec![(Layer::Folder, file.clone())],
            Files::Folder(folder) => in_folder(folder)?,
        };
        if let Some(profile) = &self.profile {
            paths.push((Layer::Profile, self.profile_file(profile)?));
        }
        let (mut documents, mut problems) = (Vec::new(), Vec::new());
        for (layer, path) in paths {
            match fs::read_to_string(&path) {
                Ok(text) => documents.push(Source::new(layer, Home::File(path), text)),
                Err(error) => problems.push(unreadable(&path, &error)),
            }
        }
        if problems.is_empty() { Ok(documents) } else { Err(problems.into()) }
    }

    fn profile_file(&self, profile: &str) -> Result<PathBuf, Problem> {
        let plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
        if profile.is_empty() || !profile.chars().all(plain) {
            let message = format!("`{profile}` is no name of a profile");
            return Err(Problem::error(message, None).with_help("use letters, digits, `_` and `-`"));
        }
        Ok(self.folder().join(format!("nuncio.{profile}.toml")))
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Problem {
    let problem = Problem::error(format!("`{}` cannot be read: {error}", path.display()), None);
    match error.kind() {
        io::ErrorKind::NotFound => {
            problem.with_help("a bot's folder holds a nuncio.toml, and a profile's file beside it")
        }
        io::ErrorKind::PermissionDenied => problem.with_help("the bot's user has to be able to"),
        io::ErrorKind::InvalidData => problem.with_help("save it as UTF-8"),
        _ => problem,
    }
}

fn in_folder(folder: &Path) -> Result<Vec<(Layer, PathBuf)>, Problem> {
    let mut paths = vec![folder.join("nuncio.toml")];
    let parts = folder.join("conf.d");
    if parts.is_dir() {
        let entries = fs::read_dir(&parts).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = entries.map_err(|error| unreadable(&parts, &error))?;
        let mut files: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        files.sort();
        paths.append(&mut files);
    }
    Ok(paths.into_iter().map(|path| (Layer::Folder, path)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files.
    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("conf.d")).unwrap();
        for (name, contents) in files {
            fs::write(folder.path().join(name), contents).unwrap();
        }
        folder
    }

    fn load(folder: &tempfile::TempDir, profile: Option<&str>) -> Result<Config, String> {
        let files = Files::Folder(folder.path().to_owned());
        let profile = profile.map(str::to_owned);
        let loader = Loader { files, profile, ..Loader::new(Schema::new()) };
        let root = format!("{}/", folder.path().display());
        loader.load().map_err(|problems| problems.to_string().replace(&root, ""))
    }

    #[test]
    fn parts_are_read_by_name_and_the_profile_stands_over_them() {
        let folder = folder(&[
            ("nuncio.toml", b"bot.prefix = '1'\nbot.name = 'one'\nlog.level = 'warn'"),
            ("conf.d/20.toml", b"bot.prefix = '3'"),
            ("conf.d/10.toml", b"bot.prefix = '2'\nbot.name = 'two'"),
            ("conf.d/30.toml.old", b"bot.prefix = '4'"),
            ("nuncio.x.toml", b"log.level = 'debug'"),
        ]);
        let config = load(&folder, None).unwrap();
        assert_eq!((config.bot().prefix.as_str(), config.bot().name.as_str()), ("3", "two"));
        assert_eq!(config.log().level, "warn");
        assert_eq!(load(&folder, Some("x")).unwrap().log().level, "debug");
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let folder = folder(&[("conf.d/a.toml", b"bot.name = '\xff'")]);
        insta::assert_snapshot!(load(&folder, Some("x")).unwrap_err(), @r"
        `nuncio.toml` cannot be read: No such file or directory (os error 2) (a bot's folder holds a nuncio.toml, and a profile's file beside it)
        `conf.d/a.toml` cannot be read: stream did not contain valid UTF-8 (save it as UTF-8)
        `nuncio.x.toml` cannot be read: No such file or directory (os error 2) (a bot's folder holds a nuncio.toml, and a profile's file beside it)
        ");
        insta::assert_snapshot!(load(&folder, Some("../x")).unwrap_err(), @"`../x` is no name of a profile (use letters, digits, `_` and `-`)");
    }

    #[test]
    fn each_malformed_file_is_said_with_its_line() {
        let folder = folder(&[
            ("nuncio.toml", b"[bot\nprefix = 1"),
            ("conf.d/a.toml", b"[bot]\nname = herald\n[bot]\n"),
        ]);
        insta::assert_snapshot!(load(&folder, None).unwrap_err(), @r"
        folder: nuncio.toml:1:5: unclosed table, expected `]`
        folder: conf.d/a.toml:2:8: string values must be quoted, expected literal string
        folder: conf.d/a.toml:3:2: duplicate key
        ");
    }
}
