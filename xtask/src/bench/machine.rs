//! The machine on which a table was taken.

use std::{fs, thread};

use anyhow::Result;

use crate::shell::{command, output};

/// A sentence that says what kind of machine this is, and nothing of whose.
pub(super) fn describe() -> Result<String> {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = field(&info, "model name").unwrap_or("an unknown processor");
    let cores = thread::available_parallelism()?;
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = field(&memory, "MemTotal")
        .and_then(|text| text.split(' ').next()?.parse::<u64>().ok())
        .map_or_else(String::new, |kib| format!(", {} GiB of memory", kib >> 20));
    let compiler = output(&mut command("rustc", "--version")?)?;
    let date = output(&mut command("date", "--utc +%F")?)?;
    Ok(format!(
        "Taken on {} with {cores} cores of {model}{memory}, by {}.",
        date.trim(),
        compiler.trim()
    ))
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn a_field_is_found_by_its_name() {
        assert_eq!(field("a\t: 1\nb c\t:  2 x\n", "b c"), Some("2 x"));
        assert_eq!(field("a: 1", "b"), None);
    }
}
