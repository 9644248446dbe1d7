//! The files of a repository's HEAD, through git's own plumbing.

use std::error::Error;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::process::Command;
use std::process::Stdio;

/// Calls `visit` with the path and content of every regular file of at most a megabyte.
pub fn each(git_dir: &str, visit: &mut dyn FnMut(&str, &[u8])) -> Result<(), Box<dyn Error>> {
    let list = Command::new("git").args(["-C", git_dir, "ls-tree", "-r", "-z", "-l", "HEAD"]).output()?;
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    let mut git = Command::new("git")
        .args(["-C", git_dir, "cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut ask = git.stdin.take().ok_or("no input")?;
    let mut answer = BufReader::new(git.stdout.take().ok_or("no output")?);
    for entry in list.split_terminator('\0') {
        let (meta, path) = entry.split_once('\t').ok_or("an entry without a path")?;
        let fields: Vec<&str> = meta.split_whitespace().collect();
        let &[mode, _, id, size] = fields.as_slice() else { continue };
        if !mode.starts_with("100") {
            continue;
        }
        // A copy of a repository may lack its largest files: git then has no size for them.
        let Ok(size) = size.parse::<usize>() else {
            eprintln!("{path}: not in this copy");
            continue;
        };
        if size > 1_000_000 {
            continue;
        }
        writeln!(ask, "{id}")?;
        let mut header = String::new();
        answer.read_line(&mut header)?;
        let size: usize = header.trim().rsplit(' ').next().and_then(|size| size.parse().ok()).ok_or("no size")?;
        let mut bytes = vec![0; size + 1];
        answer.read_exact(&mut bytes)?;
        bytes.pop();
        if !bytes.contains(&0) {
            visit(path, &bytes);
        }
    }
    drop(ask);
    git.wait()?;
    Ok(())
}
