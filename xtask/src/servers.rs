//! Installs the servers that the tests use.
//!
//! They are Debian's packages, but for Synapse. The tests start processes of their own, so the
//! packages' services are held back while they are installed and switched off afterwards.

mod synapse;

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use anyhow::{Result, bail, ensure};

use crate::{
    say,
    shell::{self, cargo, command, find, output, succeeds},
};

/// A Debian package whose service is called like it, and a program in it.
const SERVERS: [(&str, &str); 5] = [
    ("inspircd", "inspircd"),
    ("ngircd", "ngircd"),
    ("anope", "anope"),
    ("prosody", "prosody"),
    ("ejabberd", "ejabberdctl"),
];

/// Tells Debian's package scripts not to start services (invoke-rc.d, policy-rc.d).
const POLICY: &str = "/usr/sbin/policy-rc.d";

const NEXTEST: &str = "0.9.143";

/// Installs what is missing and prints all versions.
pub(crate) fn run() -> Result<()> {
    let is_missing = |program| find(program).is_none();
    let missing: Vec<_> = SERVERS
        .into_iter()
        .filter_map(|(package, program)| is_missing(program).then_some(package))
        .chain(synapse::missing())
        .collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    if !succeeds(&mut cargo("nextest --version")?) {
        say!("Installing cargo-nextest, which takes a few minutes once.");
        shell::run(&mut cargo(&format!("install --locked cargo-nextest@{NEXTEST}"))?)?;
    }
    for (package, program) in SERVERS {
        ensure!(find(program).is_some(), "`{package}` is still not installed");
        print_version(package)?;
    }
    synapse::install()?;
    say!("{}", first_line(&output(&mut cargo("nextest --version")?)?));
    Ok(())
}

/// Asks Debian, for some of them start to serve when they are asked themselves.
fn print_version(package: &str) -> Result<()> {
    let version = command("dpkg-query", "--show --showformat=${Version}")?.arg(package).output();
    let version = version.ok().filter(|output| output.status.success());
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    say!("{package}: {}", version.as_deref().unwrap_or("installed by hand"));
    Ok(())
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or("no version")
}

fn install(packages: &[&str]) -> Result<()> {
    ensure!(
        find("apt-get").is_some(),
        "`{}` are missing and this is no Debian; install them by hand",
        packages.join("`, `")
    );
    let held = Held::new()?;
    root("apt-get update --quiet")?;
    let is_server = |package: &&&str| SERVERS.iter().any(|(server, _)| *server == **package);
    let services: Vec<&str> = packages.iter().filter(is_server).copied().collect();
    let (packages, services) = (packages.join(" "), services.join(" "));
    root(&format!(
        "env DEBIAN_FRONTEND=noninteractive \
         apt-get install --quiet --yes --no-install-recommends {packages}"
    ))?;
    let switch_off = match find("systemctl") {
        Some(_) => format!("systemctl disable {services}"),
        None => format!("for i in {services}; do update-rc.d $i disable; done"),
    };
    if !services.is_empty()
        && let Err(error) = root(&switch_off)
    {
        say!("The services of {services} are not switched off: {error:#}");
    }
    drop(held);
    Ok(())
}

/// Holds services back until it is dropped.
struct Held {
    ours: bool,
}

impl Held {
    fn new() -> Result<Self> {
        let ours = !Path::new(POLICY).exists();
        if ours {
            root(&format!("printf '#!/bin/sh\\nexit 101\\n' >{POLICY} && chmod 755 {POLICY}"))?;
        }
        Ok(Self { ours })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.ours
            && let Err(error) = root(&format!("rm {POLICY}"))
        {
            say!("{POLICY} still holds back all services: {error:#}");
        }
    }
}

/// Runs a shell's line as root.
fn root(line: &str) -> Result<()> {
    let is_root = fs::metadata("/proc/self")?.uid() == 0;
    let mut command = if is_root {
        command("sh", "-c")?
    } else if find("sudo").is_some() {
        command("sudo", "sh -c")?
    } else {
        bail!("`{line}` needs root, and there is no sudo; run `cargo xtask servers` as root once");
    };
    shell::run(command.arg(line))
}
