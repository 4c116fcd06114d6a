//! `[policy.power]`.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::format_smolstr;

use super::Compiler;
use crate::capability::{Capability, SetError};
use crate::declared::DeclaredPower;
use crate::diagnostic::Problem;
use crate::explanation::Entry;
use crate::identity::{Identity, IdentityError};
use crate::policy::Worth;
use crate::{KeyPath, Power};

/// What is held everywhere or not at all: power in a room gives none of it.
const EVERYWHERE: [&str; 3] = ["owner", "admin", "trusted"];

impl Compiler {
    pub(super) fn powers(&mut self, powers: &BTreeMap<String, DeclaredPower>) {
        let table = self.root.key("power");
        for (key, declared) in powers {
            let path = table.key(key);
            let Some(place) = self.place_of_power(&path, key) else { continue };
            let mut worths = Vec::new();
            for power in Power::ALL {
                let path = path.key(power.as_str());
                self.fill(&path, declared.of(power), |path, capability| {
                    worths.push(worth(power, path, capability)?);
                    Ok(())
                });
            }
            if !Arc::make_mut(&mut self.made.powers).declare(place, worths) {
                let problem = Problem::error(format!("`{key}` is declared twice"));
                self.report.say(&path, None, problem);
            }
        }
    }

    /// Reads the room or the network in which power counts.
    fn place_of_power(&mut self, path: &KeyPath, key: &str) -> Option<Identity> {
        let place = match self.made.networks.parse(key) {
            Ok(place @ (Identity::Room(_) | Identity::Network(_))) => place,
            Ok(Identity::User(_) | Identity::Account(_)) => {
                let wanted = "a room, `r:NETWORK:ROOM`, or a network, `p:NETWORK`";
                let problem = Problem::error(IdentityError::Kind { text: key.into(), wanted });
                self.report.say(path, None, problem);
                return None;
            }
            Err(error) => {
                self.report.say(path, None, Problem::error(error));
                return None;
            }
        };
        if let Some(unknown) = self.names().check_identity(&place) {
            self.report.say(path, None, unknown);
        }
        Some(place)
    }
}

fn worth(power: Power, path: &KeyPath, capability: Capability) -> Result<Worth, SetError> {
    let text = format_smolstr!("{capability}");
    if capability.room().is_some() {
        return Err(SetError::Elsewhere { text });
    }
    let Capability { name, positive, .. } = capability;
    if EVERYWHERE.contains(&name.as_str()) {
        return Err(SetError::Everywhere { text });
    }
    Ok(Worth { power, name, positive, entry: Entry { text, origin: path.clone().into() } })
}

impl DeclaredPower {
    fn of(&self, power: Power) -> &[String] {
        match power {
            Power::Owner => &self.owner,
            Power::Admin => &self.admin,
            Power::Op => &self.op,
            Power::Halfop => &self.halfop,
            Power::Voice => &self.voice,
        }
    }
}
