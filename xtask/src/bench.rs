//! Measures, side by side in one run.
//!
//! A measure is a program in the crate that it measures, built for release. What it prints becomes
//! rows of one table, on the terminal and in docs/performance.md.

mod decision;
mod machine;
mod row;

use std::fs;

use anyhow::{Context as _, Result, ensure};

use self::row::Row;
use crate::{
    say,
    shell::{cargo, output, root, run as must_run},
};

/// A measure and the arguments of `cargo run --release` that print its rows.
struct Measure {
    name: &'static str,
    program: &'static str,
    /// What to add where the figures need not mean anything.
    quick: &'static str,
    /// Reads what it prints.
    rows: fn(&str) -> Result<Vec<Row>>,
}

const MEASURES: [Measure; 10] = [
    Measure {
        name: "decision",
        program: "--package nuncio-policy --example decision --",
        quick: "1",
        rows: decision::rows,
    },
    Measure {
        name: "change",
        program: "--package nuncio-policy --example managed --",
        quick: "1000",
        rows: row::rows,
    },
    Measure {
        name: "compare",
        // A workspace of its own: what nuncio is compared with is no dependency of it.
        program: "--manifest-path benches/compare/Cargo.toml --",
        quick: "quick",
        rows: row::rows,
    },
    Measure {
        name: "irc",
        program: "--package nuncio-testkit --bin measure -- irc",
        quick: "quick",
        rows: row::rows,
    },
    Measure {
        name: "xmpp",
        program: "--package nuncio-testkit --bin measure -- xmpp",
        quick: "quick",
        rows: row::rows,
    },
    Measure {
        name: "matrix",
        program: "--package nuncio-testkit --bin measure -- matrix",
        quick: "quick",
        rows: row::rows,
    },
    Measure {
        name: "memory",
        program: "--package nuncio-testkit --bin measure -- memory",
        quick: "quick",
        rows: row::rows,
    },
    Measure {
        name: "crowded",
        program: "--package nuncio-testkit --bin measure -- crowded",
        quick: "quick",
        rows: row::rows,
    },
    Measure {
        name: "occupants",
        program: "--package nuncio-testkit --bin measure -- occupants",
        quick: "quick",
        rows: row::rows,
    },
    Measure {
        name: "start",
        program: "--package nuncio-testkit --bin measure -- start",
        quick: "quick",
        rows: row::rows,
    },
];

/// Where the last table is kept.
const PAGE: &str = "docs/performance.md";

/// What the table in [`PAGE`] stands between.
const BEGIN: &str = "<!-- cargo xtask bench writes from here -->";
const END: &str = "<!-- to here -->";

/// Runs the wanted measures, all if none is named; only a full run replaces the table in the page,
/// and a quick one only shows that the measures work.
pub(crate) fn run(wanted: &[String], quick: bool) -> Result<()> {
    for name in wanted {
        let known = MEASURES.iter().any(|measure| measure.name == name);
        ensure!(known, "no measure `{name}`; there are {:?}", MEASURES.map(|measure| measure.name));
    }
    // What is measured is what is shipped; what it is compared with is built apart from it.
    must_run(&mut cargo("build --release --package nuncio")?)?;
    must_run(&mut cargo("build --release --package nuncio-xmpp --example echo")?)?;
    must_run(&mut cargo("build --release --package nuncio-matrix --examples")?)?;
    let mut rows = Vec::new();
    for measure in MEASURES {
        if wanted.is_empty() || wanted.iter().any(|name| name == measure.name) {
            let pace = if quick { measure.quick } else { "" };
            let arguments = format!("run --release --quiet {} {pace}", measure.program);
            let printed = output(&mut cargo(&arguments)?).context(measure.name)?;
            rows.extend((measure.rows)(&printed).context(measure.name)?);
        }
    }
    let table = format!("{}\n\n{}", machine::describe()?, row::table(&rows));
    say!("{table}");
    if wanted.is_empty() && !quick { write_page(&table) } else { Ok(()) }
}

fn write_page(table: &str) -> Result<()> {
    let path = root()?.join(PAGE);
    let page = fs::read_to_string(&path).with_context(|| format!("failed to read {PAGE}"))?;
    let page = replace(&page, table).with_context(|| format!("{PAGE} lost its markers"))?;
    Ok(fs::write(path, page)?)
}

fn replace(page: &str, table: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{table}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_replaces_what_stands_between_the_markers() {
        let page = format!("Before.\n{BEGIN}\nold\n{END}\nAfter.\n");
        let expected = format!("Before.\n{BEGIN}\n\nnew\n{END}\nAfter.\n");
        assert_eq!(replace(&page, "new"), Some(expected));
        assert_eq!(replace("no markers", "new"), None);
    }
}
