//! A person at the bot's console.

use std::{
    fs::File,
    io::{self, Read, Write as _},
    os::fd::OwnedFd,
};

use anyhow::Result;
use rustix::{
    fs::{Mode, OFlags, open},
    io::Errno,
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
};

use crate::output::Lines;

/// A terminal, seen from the person's side.
#[derive(Debug)]
pub struct Terminal {
    /// None: the person has hung up.
    keys: Option<File>,
    screen: Lines,
    read: usize,
}

impl Terminal {
    /// A terminal, and the end of it that a program has.
    pub(crate) fn open() -> Result<(Self, OwnedFd)> {
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&person)?;
        unlockpt(&person)?;
        let name = ptsname(&person, Vec::new())?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let program = open(name.as_c_str(), flags, Mode::empty())?;
        let keys = File::from(person);
        let screen = Lines::of(Screen(keys.try_clone()?));
        Ok((Self { keys: Some(keys), screen, read: 0 }, program))
    }

    /// Types a line.
    ///
    /// # Errors
    /// When the program is gone.
    pub fn types(&mut self, line: &str) -> Result<()> {
        self.press(&format!("{line}\r"))
    }

    /// Ends the input, as Ctrl-D does.
    ///
    /// # Errors
    /// When the program is gone.
    pub fn ends_input(&mut self) -> Result<()> {
        self.press("\u{4}")
    }

    fn press(&mut self, keys: &str) -> Result<()> {
        if let Some(file) = &mut self.keys {
            file.write_all(keys.as_bytes())?;
        }
        Ok(())
    }

    /// Waits for the next line that holds `text`, and returns it.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn shows(&mut self, text: &str) -> Result<String> {
        let found = self.screen.find(self.read, text, |line| plain(line).contains(text)).await?;
        self.read = found + 1;
        Ok(self.screen.all().get(found).map(|line| plain(line)).unwrap_or_default())
    }
}

/// A line without the control sequences (ECMA-48, 5.4) by which a prompt moves the cursor.
fn plain(line: &str) -> String {
    let mut pieces = line.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default();
    let is_last = |character: char| ('@'..='~').contains(&character);
    let rest = pieces.map(|piece| piece.split_once(is_last).map_or("", |(_, rest)| rest));
    std::iter::once(first).chain(rest).collect()
}

/// The output side of a terminal. A terminal whose program is gone reads as an error: its end.
struct Screen(File);

impl Read for Screen {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer) {
            Err(error) if Errno::from_io_error(&error) == Some(Errno::IO) => Ok(0),
            read => read,
        }
    }
}
