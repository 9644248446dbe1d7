//! A closed room to run the program in: no home, no clock, no ambient variables, no configuration of the user's.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use crate::support::History;
use crate::support::Written;

/// A temporary folder that stands for the whole world.
pub(crate) struct Room {
    /// Deleted when the room is left.
    _folder: tempfile::TempDir,
    root: PathBuf,
}

/// What the program told.
pub(crate) struct Told {
    /// The exit code; `None` if a signal ended it.
    pub(crate) status: Option<i32>,
    /// Its output, the room's path replaced by `[ROOT]`.
    pub(crate) stdout: String,
    /// Its messages, the room's path replaced by `[ROOT]`.
    pub(crate) stderr: String,
}

impl Room {
    /// An empty room.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Where the temporary folder is a link, the program prints what the link names.
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("home")).unwrap();
        Self { _folder: folder, root }
    }

    /// A room with a past in the bare repository `past.git`.
    pub(crate) fn with_past(history: &History) -> (Self, Written) {
        let room = Self::new();
        let written = history.write(&room.path("past.git"));
        (room, written)
    }

    /// A path in the room.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Writes a file, and the folders that it lies in.
    pub(crate) fn put(&self, name: &str, content: &(impl AsRef<[u8]> + ?Sized)) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs `debtlint` in the room's root.
    pub(crate) fn debtlint<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Told {
        self.debtlint_with(arguments, &[])
    }

    /// Runs `debtlint` in the room's root, with variables besides those of the room.
    pub(crate) fn debtlint_with<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        variables: &[(&str, &str)],
    ) -> Told {
        let mut command = self.command(env!("CARGO_BIN_EXE_debtlint"));
        command.args(arguments).envs(variables.iter().copied());
        self.told(&mut command)
    }

    /// Runs `debtlint` in the room's root under a limit that a shell sets: `ulimit LIMIT`.
    #[cfg(unix)]
    pub(crate) fn debtlint_under<A: AsRef<OsStr>>(&self, limit: &str, arguments: impl IntoIterator<Item = A>) -> Told {
        let mut command = self.command("sh");
        let line = format!("ulimit {limit} && exec \"$0\" \"$@\"");
        self.told(command.args(["-c", &line, env!("CARGO_BIN_EXE_debtlint")]).args(arguments))
    }

    /// Runs `debtlint` in a folder of the room.
    pub(crate) fn debtlint_in<A: AsRef<OsStr>>(&self, folder: &str, arguments: impl IntoIterator<Item = A>) -> Told {
        let mut command = self.command(env!("CARGO_BIN_EXE_debtlint"));
        self.told(command.args(arguments).current_dir(self.path(folder)))
    }

    /// Runs `debtlint` in the room's root with something on its input.
    pub(crate) fn debtlint_fed<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        input: &(impl AsRef<[u8]> + ?Sized),
    ) -> Told {
        let mut command = self.command(env!("CARGO_BIN_EXE_debtlint"));
        let input = std::fs::File::open(self.put("home/input", input)).unwrap();
        self.told(command.args(arguments).stdin(input))
    }

    /// A program with nothing around it but a path to find others, an empty home, and a terminal's width.
    fn command(&self, program: &str) -> Command {
        #[expect(clippy::disallowed_methods, reason = "the one variable that the room lets in")]
        let path = std::env::var_os("PATH").unwrap_or_default();
        let home = self.root.join("home");
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env_clear()
            .env("PATH", path)
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("TZ", "UTC")
            .env("NO_COLOR", "1")
            .env("COLUMNS", "100");
        if cfg!(windows) {
            #[expect(clippy::disallowed_methods, reason = "without it Windows starts no program")]
            command.env("SystemRoot", std::env::var_os("SystemRoot").unwrap_or_default());
        }
        command
    }

    fn told(&self, command: &mut Command) -> Told {
        let output = command.output().unwrap();
        Told {
            status: output.status.code(),
            stdout: self.scrubbed(&output.stdout),
            stderr: self.scrubbed(&output.stderr),
        }
    }

    fn scrubbed(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes).replace(&shown(&self.root), "[ROOT]");
        if cfg!(windows) { text.replace('\\', "/").replace("\r\n", "\n") } else { text }
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().trim_start_matches(r"\\?\").to_owned()
}

impl fmt::Display for Told {
    /// All three in one text, the end of each output marked, so that a missing or doubled line break shows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(code) => writeln!(f, "exit code: {code}")?,
            None => writeln!(f, "ended by a signal")?,
        }
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                writeln!(f, "----- {name} -----\n{text}[EOF]")?;
            }
        }
        Ok(())
    }
}
