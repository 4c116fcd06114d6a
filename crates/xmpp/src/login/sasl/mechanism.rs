//! Which mechanism: the best that both sides have and the operator allows (RFC 6120 §6.3).

use std::{collections::BTreeSet, fmt};

use sasl::common::ChannelBinding;
use xmpp_parsers::{sasl_cb::Type, stream_features::StreamFeatures};

use super::Proof;
use crate::login::LoginError;

/// How it is proved that an account is ours, the best first. ANONYMOUS proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mechanism {
    /// A certificate in TLS (RFC 4422, appendix A; XEP-0178).
    External,
    /// A password, tied to this very connection.
    ScramSha256Plus,
    /// A password.
    ScramSha256,
    /// A password, tied to this very connection.
    ScramSha1Plus,
    /// A password.
    ScramSha1,
    /// A password, told as it is.
    Plain,
}

impl Mechanism {
    const ALL: [Self; 6] = [
        Self::External,
        Self::ScramSha256Plus,
        Self::ScramSha256,
        Self::ScramSha1Plus,
        Self::ScramSha1,
        Self::Plain,
    ];

    /// Its name in the registry of SASL mechanisms.
    pub fn name(self) -> &'static str {
        match self {
            Self::External => "EXTERNAL",
            Self::ScramSha256Plus => "SCRAM-SHA-256-PLUS",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha1Plus => "SCRAM-SHA-1-PLUS",
            Self::ScramSha1 => "SCRAM-SHA-1",
            Self::Plain => "PLAIN",
        }
    }

    fn is_bound(self) -> bool {
        matches!(self, Self::ScramSha256Plus | Self::ScramSha1Plus)
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What will be done.
pub(in crate::login) struct Plan {
    pub(in crate::login) mechanism: Mechanism,
    pub(super) binding: ChannelBinding,
}

/// Chooses the best mechanism that both sides have and the operator allows.
pub(in crate::login) fn plan(
    features: &StreamFeatures,
    binding: Option<Vec<u8>>,
    proof: &Proof,
) -> Result<Plan, LoginError> {
    let offered = &features.sasl_mechanisms;
    // With TLS 1.3 a server may mean a kind of channel binding that there is not: only one that
    // names ours has it (XEP-0440).
    let kinds = features.sasl_cb.iter().flat_map(|kinds| &kinds.types);
    let has_exporter = kinds.into_iter().any(|kind| *kind == Type::TlsExporter);
    let could = binding.is_some();
    let binding = binding.filter(|_| has_exporter);
    let allowed = |mechanism: &Mechanism| match (proof, mechanism) {
        (Proof::Certificate, Mechanism::External) => true,
        (Proof::Certificate, _) | (Proof::Password { .. }, Mechanism::External) => false,
        (Proof::Password { plain, .. }, Mechanism::Plain) => *plain,
        (Proof::Password { .. }, mechanism) => !mechanism.is_bound() || binding.is_some(),
    };
    let mechanism = Mechanism::ALL
        .into_iter()
        .filter(allowed)
        .find(|mechanism| offered.contains(mechanism.name()))
        .ok_or_else(|| nothing(offered, proof))?;
    let offers_bound = offered.iter().any(|name| name.ends_with("-PLUS"));
    let binding = match binding {
        Some(data) if mechanism.is_bound() => ChannelBinding::TlsExporter(data),
        // `y`: we could, and somebody may have taken the server's offer away (RFC 5802 §6).
        _ if could && !offers_bound => ChannelBinding::Unsupported,
        _ => ChannelBinding::None,
    };
    Ok(Plan { mechanism, binding })
}

fn nothing(offered: &BTreeSet<String>, proof: &Proof) -> LoginError {
    let hint = match proof {
        Proof::Certificate => "; it takes no certificate, set `password`",
        Proof::Password { plain: false, .. } if offered.contains("PLAIN") => {
            "; `plain = true` would tell it the password as it is"
        }
        Proof::Password { .. } => "",
    };
    let offered: Vec<_> = offered.iter().map(|name| format!("`{name}`")).collect();
    let offered = if offered.is_empty() { "no mechanism".to_owned() } else { offered.join(", ") };
    LoginError::NoMechanism { offered, hint }
}

#[cfg(test)]
mod tests {
    use xmpp_parsers::sasl_cb::SaslChannelBinding;
    use zeroize::Zeroizing;

    use super::*;

    /// The mechanisms of a server; `!` before them says that it has our channel binding.
    fn features(mechanisms: &str) -> StreamFeatures {
        let sasl_cb = mechanisms.starts_with('!').then(|| SaslChannelBinding {
            types: vec![Type::TlsServerEndPoint, Type::TlsExporter],
        });
        let mechanisms = mechanisms.trim_start_matches('!').split(' ');
        let sasl_mechanisms = mechanisms.map(str::to_owned).collect();
        StreamFeatures { sasl_mechanisms, sasl_cb, ..StreamFeatures::default() }
    }

    fn chosen(mechanisms: &str, bound: bool, proof: &Proof) -> String {
        match plan(&features(mechanisms), bound.then(|| vec![1; 32]), proof) {
            Ok(plan) => {
                let header = String::from_utf8(plan.binding.header().to_vec()).unwrap_or_default();
                format!("{} {header}", plan.mechanism)
            }
            Err(error) => error.to_string(),
        }
    }

    fn password(plain: bool) -> Proof {
        Proof::Password { password: Zeroizing::new("secret".into()), plain }
    }

    #[test]
    fn the_best_mechanism_that_is_allowed_is_chosen() {
        let all = "!PLAIN ANONYMOUS SCRAM-SHA-1 SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-256-PLUS EXTERNAL";
        let rows = [
            (all, true, password(true), "SCRAM-SHA-256-PLUS p=tls-exporter,,"),
            (all, false, password(true), "SCRAM-SHA-256 n,,"),
            (all, true, Proof::Certificate, "EXTERNAL n,,"),
            ("!PLAIN SCRAM-SHA-1-PLUS", true, password(true), "SCRAM-SHA-1-PLUS p=tls-exporter,,"),
            // Debian's ejabberd: it means tls-unique, which TLS 1.3 has not.
            ("SCRAM-SHA-256 SCRAM-SHA-256-PLUS", true, password(true), "SCRAM-SHA-256 n,,"),
            // Debian's Prosody: nothing is bound, and we say that we could.
            ("PLAIN SCRAM-SHA-1", true, password(true), "SCRAM-SHA-1 y,,"),
            ("PLAIN", true, password(true), "PLAIN y,,"),
        ];
        for (offered, bound, proof, wanted) in rows {
            assert_eq!(chosen(offered, bound, &proof), wanted, "{offered}");
        }
    }

    #[test]
    fn what_may_not_be_used_is_named() {
        insta::assert_snapshot!(chosen("PLAIN", true, &password(false)), @"the server offers `PLAIN`, and none of them may be used here; `plain = true` would tell it the password as it is");
        insta::assert_snapshot!(chosen("ANONYMOUS", true, &password(true)), @"the server offers `ANONYMOUS`, and none of them may be used here");
        insta::assert_snapshot!(chosen("PLAIN", true, &Proof::Certificate), @"the server offers `PLAIN`, and none of them may be used here; it takes no certificate, set `password`");
    }
}
