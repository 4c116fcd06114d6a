//! Networks of kind `xmpp`.

use nuncio_config::{Config, NetworkSection, Problem};
use nuncio_core::config::SecretSource;
use nuncio_core::cursor::{Cursor, Source};
use nuncio_core::transport::Transport;
use nuncio_policy::Network;
use nuncio_xmpp::Xmpp;
use nuncio_xmpp::config::Config as Table;
use nuncio_xmpp::session::NOWHERE;

use super::{Make, Unusable, unusable};

/// Where what is said while the bot is away is lost: no archive was found there when it was online
/// last. Nothing is known of a network where it never was.
pub(super) fn lossy(
    config: &Config,
    section: &NetworkSection<'_>,
    cursors: &[Cursor],
) -> Option<Problem> {
    let table: Table = section.section.parse().ok()?;
    let ours = |cursor: &&Cursor| cursor.network.as_str() == section.name;
    let heard: Vec<_> = cursors.iter().filter(ours).map(|cursor| &cursor.mark).collect();
    let is_kept = |source: &Source| {
        heard.iter().any(|mark| mark.source == *source && mark.at.as_str() != NOWHERE)
    };
    let lost: Vec<_> = table.sources().filter(|source| !is_kept(source)).collect();
    let lost: Vec<_> = lost.iter().map(|source| format!("`{source}`")).collect();
    if heard.is_empty() || lost.is_empty() {
        return None;
    }
    let place = config.origin(&section.section.path().name("kind")).map(|origin| origin.place);
    let (name, lost) = (&section.name, lost.join(", "));
    let why = format!("network `{name}`: no archive was found of {lost}");
    let help = "what is said there while the bot is away is lost: have the server keep archives \
                (XEP-0313)";
    Some(Problem::warning(why, place).with_help(help))
}

/// Understands a table: its files and secrets are read once now, and again at each start.
pub(super) fn make(
    config: &Config,
    section: &NetworkSection<'_>,
    network: Network,
) -> Result<Make, Problem> {
    let folder = config.folder().to_owned();
    let table: Table = section.section.parse()?;
    let build = move || -> Result<Box<dyn Transport>, Unusable> {
        let secret = |source: &SecretSource| super::secret(source, &folder);
        Ok(Box::new(Xmpp::new(network.clone(), &table, secret)?))
    };
    build().map_err(|error| unusable(config, section, &error))?;
    Ok(Box::new(move |_| build().map_err(|error| error.to_string())))
}
