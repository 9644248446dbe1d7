//! The shells that a step of GitHub's may name: `bash`, `bash -euo pipefail {0}`.

use super::Shell;
use super::nested::SHELLS;

/// How a shell that is named runs a script.
pub(in crate::wiring) fn of_line(line: &str) -> Shell {
    match line {
        "sh" => Shell { errexit: true, pipefail: false },
        "bash" => Shell { errexit: true, pipefail: true },
        "cmd" | "pwsh" | "powershell" => Shell { errexit: false, pipefail: true },
        line => {
            let has = |flag: char| {
                let is_flags = |word: &&str| word.starts_with('-') && !word.starts_with("--");
                line.split_whitespace().filter(is_flags).any(|word| word.contains(flag))
            };
            Shell { errexit: has('e') || line.contains("errexit"), pipefail: line.contains("pipefail") }
        }
    }
}

/// Whether it is a shell, with options alone, that runs the script and ends as it does.
pub(in crate::wiring) fn is_plain(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or_default();
    let name = name.strip_prefix("/bin/").or_else(|| name.strip_prefix("/usr/bin/")).unwrap_or(name);
    if ["cmd", "pwsh", "powershell"].contains(&name) {
        return true;
    }
    let words: Vec<&str> = words.collect();
    let is_option = |word: &str| {
        let is_flags = word.starts_with(['-', '+']) && !word.starts_with("--");
        let is_known = matches!(
            word,
            "--login" | "--noprofile" | "--norc" | "--posix" | "errexit" | "nounset" | "pipefail" | "xtrace"
        );
        is_known || (is_flags && !word.contains(['c', 'n', 's', 't', 'D', 'r']))
    };
    let is_whole = match words.split_last() {
        None => true,
        Some((last, options)) => *last == "{0}" && options.iter().all(|word| is_option(word)),
    };
    SHELLS.contains(&name) && is_whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_that_run_a_script_and_end_as_it_does() {
        for line in [
            "bash",
            "sh",
            "pwsh",
            "cmd",
            "bash {0}",
            "bash -euo pipefail {0}",
            "bash -l {0}",
            "bash +e {0}",
            "bash --noprofile --norc -eo pipefail {0}",
            "/bin/bash -e {0}",
            "pwsh -command \". '{0}'\"",
        ] {
            assert!(is_plain(line), "{line}");
        }
        for line in [
            "bash {0} || true",
            "bash -c true {0}",
            "bash -n {0}",
            "bash -et {0}",
            "bash -e {0}; true",
            "bash --rcfile x -i {0}",
            "true {0}",
            "python",
            "python {0}",
            "./bash {0}",
            "ci/run {0}",
            "",
        ] {
            assert!(!is_plain(line), "{line}");
        }
    }
}
