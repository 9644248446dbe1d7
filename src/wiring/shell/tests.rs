use super::*;

fn calls(script: &str, shell: Shell) -> Vec<Call> {
    super::calls(script, shell, &mut Environment::default())
}

const PLAIN: Shell = Shell { errexit: true, pipefail: false };
const STRICT: Shell = Shell { errexit: true, pipefail: true };
const LAX: Shell = Shell { errexit: false, pipefail: false };

#[test]
fn what_becomes_of_the_exit_code() {
    for (script, shell, expected) in [
        ("debtlint check --event", PLAIN, None),
        ("./bin/debtlint check\necho done", PLAIN, None),
        ("debtlint check\necho done", LAX, Some(Lost::NotLast)),
        ("set -e\ndebtlint check\necho done", LAX, None),
        ("set -euo pipefail\ndebtlint check | tee log", LAX, None),
        ("set -o nounset +n\ndebtlint check", PLAIN, None),
        ("set +e\ndebtlint check\necho $?", PLAIN, Some(Lost::NotLast)),
        ("debtlint check || true", STRICT, Some(Lost::OrElse)),
        ("debtlint check ||\n  true", STRICT, Some(Lost::OrElse)),
        ("debtlint check --a \\\n  --b || :", STRICT, Some(Lost::OrElse)),
        ("debtlint check || exit 0", STRICT, Some(Lost::OrElse)),
        ("debtlint check || exit 1", STRICT, None),
        ("debtlint check || { echo short; exit 1; }", STRICT, None),
        ("debtlint check || { echo short; }\nexit 1", STRICT, Some(Lost::OrElse)),
        ("debtlint check || echo 'exit 1'", STRICT, Some(Lost::OrElse)),
        ("debtlint check | tee log", PLAIN, Some(Lost::Pipe)),
        ("debtlint check |& tee log", PLAIN, Some(Lost::Pipe)),
        ("debtlint check | tee log", STRICT, None),
        ("debtlint check | tee log || true", STRICT, Some(Lost::OrElse)),
        ("debtlint check > log 2>&1", PLAIN, None),
        ("debtlint check &> log", PLAIN, None),
        ("debtlint check &\nwait", PLAIN, Some(Lost::Background)),
        ("if debtlint check; then echo ok; fi", PLAIN, Some(Lost::Condition)),
        ("! debtlint check", PLAIN, Some(Lost::Condition)),
        ("debtlint check && echo ok", PLAIN, None),
        ("debtlint check && echo ok\necho done", PLAIN, Some(Lost::Chain)),
        ("debtlint check # || true", PLAIN, None),
        ("debtlint check '|| true'", PLAIN, None),
        ("debtlint --color never check", PLAIN, None),
        ("out=$(debtlint check)", PLAIN, None),
        ("sudo env A=b debtlint check", PLAIN, None),
        ("[ -f x ] || exit 0\ndebtlint check", PLAIN, None),
        ("if x; then exit 0; fi\ndebtlint check", PLAIN, None),
        ("exec debtlint check", PLAIN, None),
        ("exec > log\ndebtlint check", PLAIN, None),
        ("exec 2>&1\nexec &> >(tee log)\ndebtlint check", PLAIN, None),
        ("stop() {\n  exit 0\n}\ndebtlint check", PLAIN, None),
        // What stands behind `||` may fail, and be swallowed in turn.
        ("debtlint check || false", PLAIN, None),
        ("debtlint check || false || true", PLAIN, Some(Lost::OrElse)),
        ("debtlint check || exit 1 || true", PLAIN, None),
        ("debtlint check && true || true", PLAIN, Some(Lost::OrElse)),
        ("debtlint check && echo met || echo short", PLAIN, Some(Lost::OrElse)),
        ("debtlint check || exit", PLAIN, None),
        ("debtlint check || exit $?", PLAIN, None),
        ("debtlint check || exit 00", PLAIN, Some(Lost::OrElse)),
        ("debtlint check || exit 256", PLAIN, Some(Lost::OrElse)),
        ("debtlint check || exit $CODE", PLAIN, Some(Lost::OrElse)),
        ("debtlint check || { code=$?; echo short; exit $code; }", PLAIN, None),
        ("debtlint check || { echo short; exit $?; }", PLAIN, Some(Lost::OrElse)),
        ("debtlint check || { echo short; exit; }", PLAIN, Some(Lost::OrElse)),
        ("debtlint check || { echo short; false; }", PLAIN, None),
        ("debtlint check || { false; echo short; }", PLAIN, Some(Lost::OrElse)),
        ("debtlint check || { test -f x && exit 1; }", PLAIN, Some(Lost::OrElse)),
        ("debtlint check || { echo short && exit 1; }", PLAIN, None),
        ("debtlint check || (echo short && exit 1)", PLAIN, None),
        ("debtlint check || {\n  echo short\n  exit 1\n}\necho done", PLAIN, None),
        ("debtlint check || if test -f x; then exit 1; fi", PLAIN, Some(Lost::OrElse)),
        ("debtlint check || echo exit 1", PLAIN, Some(Lost::OrElse)),
        // A block, or a function, fails with its last command, and is swallowed as a command is.
        ("{ debtlint check; }\necho done", PLAIN, None),
        ("{ debtlint check; } || true", PLAIN, Some(Lost::OrElse)),
        ("{\n  debtlint check\n} || true", PLAIN, Some(Lost::OrElse)),
        ("{ debtlint check; echo done; } || exit 1", PLAIN, Some(Lost::NotLast)),
        ("{ debtlint check; } || exit 1\necho done", PLAIN, None),
        ("(debtlint check) || true", PLAIN, Some(Lost::OrElse)),
        ("(\n  debtlint check\n) || true", PLAIN, Some(Lost::OrElse)),
        ("( debtlint check; echo done )", PLAIN, None),
        ("{ debtlint check; } | cat", PLAIN, Some(Lost::Pipe)),
        ("{ debtlint check; } | cat", STRICT, None),
        ("if x; then debtlint check; fi || true", PLAIN, Some(Lost::OrElse)),
        ("gate() {\n  debtlint check\n}\ngate", PLAIN, None),
        ("gate() { debtlint check; }\ngate || true", PLAIN, Some(Lost::OrElse)),
        ("gate()\n{\n  debtlint check\n}\ngate | tee log", PLAIN, Some(Lost::Pipe)),
        ("function gate { debtlint check; }\ngate || true\ngate", PLAIN, None),
        ("gate() { debtlint check; gate; }\ngate", PLAIN, None),
        // The shell runs what `eval` is given.
        ("eval 'debtlint check'", PLAIN, None),
        ("eval 'debtlint check || true'", PLAIN, Some(Lost::OrElse)),
        ("eval debtlint check || true", PLAIN, Some(Lost::OrElse)),
        ("cat <<END > x\ntext\nEND\ndebtlint check", PLAIN, None),
        ("cat <<< END\ndebtlint check", PLAIN, None),
        ("# a << b\nx=$((1 << 2))\ny=$((1<<x))\ndebtlint check", PLAIN, None),
    ] {
        let found = calls(script, shell);
        assert_eq!(found.len(), 1, "{script}");
        assert_eq!(found[0].lost, expected, "{script}");
    }
}

#[test]
fn what_a_call_hangs_on() {
    let nothing: &[&str] = &[];
    for (script, expected) in [
        ("echo a\ndebtlint check\necho done", nothing),
        ("if [ \"$X\" ]; then echo a; fi\ndebtlint check", nothing),
        ("for x in a b; do\n  echo $x\ndone\ndebtlint check", nothing),
        ("case $X in\n  a) echo a ;;\n  *) echo b ;;\nesac\ndebtlint check", nothing),
        ("log() {\n  echo $1\n}\nlog a\ndebtlint check\nlog b", nothing),
        ("{\n  debtlint check\n}", nothing),
        ("gate() { debtlint check; }\ngate", nothing),
        ("cd src && debtlint check", nothing),
        ("[ -f x ] || exit 1\ndebtlint check", nothing),
        ("[ -f x ] || exit\ndebtlint check", nothing),
        ("if [ ! -f x ]; then\n  exit 3\nfi\ndebtlint check", nothing),
        ("trap 'rm -f x' EXIT\ndebtlint check", nothing),
        ("export PATH=\"$HOME/bin:$PATH\"\n. \"$HOME/env\"\nsource /opt/env\ndebtlint check", nothing),
        ("/usr/bin/debtlint check", nothing),
        // As the last one it fails with what stands before it.
        ("[ \"$X\" ] && debtlint check", nothing),
        ("[ \"$X\" ] && debtlint check\necho done", &["[ $X ] &&"]),
        ("a && b || debtlint check", &["a && b ||"]),
        ("true || { debtlint check; }", &["true ||"]),
        ("if [ \"$X\" ]; then debtlint check; fi", &["if [ $X ]"]),
        ("if [ \"$X\" ]\nthen\n  echo a\nelse\n  debtlint check\nfi", &["if [ $X ]"]),
        ("while false; do debtlint check; done", &["while false"]),
        ("for x in; do\n  debtlint check\ndone", &["for x in"]),
        ("case $X in\n  a) debtlint check ;;\nesac", &["case $X in"]),
        ("gate() {\n  debtlint check\n}\necho a", &["gate() {"]),
        ("[ -f x ] || exit 0\ndebtlint check", &["[ -f x ] ||; exit 0"]),
        ("[ -f x ] && exit\ndebtlint check", &["[ -f x ] &&; exit"]),
        ("if [ -f x ]; then\n  exit 0\nfi\ndebtlint check", &["if [ -f x ]; exit 0"]),
        ("stop() { exit 0; }\n[ -f x ] && stop\ndebtlint check", &["[ -f x ] &&; stop"]),
        ("trap 'exit 0' EXIT\ndebtlint check", &["trap exit 0 EXIT"]),
        // Another program.
        ("debtlint() { true; }\ndebtlint check", &["debtlint() { true"]),
        ("alias debtlint=true\ndebtlint check", &["alias debtlint=true"]),
        ("hash -p /bin/true debtlint\ndebtlint check", &["hash -p /bin/true debtlint"]),
        ("source ci/env.sh\ndebtlint check", &["source ci/env.sh"]),
        (". ./env.sh\ndebtlint check", &[". ./env.sh"]),
        ("PATH=bin debtlint check", &["PATH=bin"]),
        ("export PATH=\"$PWD/bin:$PATH\"\ndebtlint check", &["PATH=$PWD/bin:$PATH"]),
        ("bin/debtlint check", &["the program bin/debtlint"]),
        ("if x; then bash -c 'y || debtlint check'; fi", &["y ||", "if x"]),
    ] {
        let found = calls(script, PLAIN);
        assert_eq!(found.len(), 1, "{script}");
        assert_eq!(found[0].guards, expected, "{script}");
    }
}

#[test]
fn what_is_no_call() {
    for script in
        ["echo debtlint", "debtlint rules", "# debtlint check", "cd debtlint; check", "debtlint explain check"]
            .into_iter()
            .chain([
                "echo debtlint check --event",
                "if true; then echo debtlint check; fi",
                "exit 0; debtlint check",
                "exit\ndebtlint check",
                "exec true\ndebtlint check",
                // What only reads, or tells of itself, judges nothing.
                "set -n\ndebtlint check",
                "set -euno pipefail\ndebtlint check",
                "set -o noexec\ndebtlint check",
                "set -et\ndebtlint check",
                "set -o onecmd\ndebtlint check",
                "debtlint --version check --event",
                "debtlint --color never -h check",
                "command -v debtlint check",
                "if command -V debtlint check; then echo; fi",
                // Its exit code is that of what keeps its output.
                "report() {\n  local text=$(debtlint check --event)\n}\nreport",
                "report() { local text=$(debtlint check --event); }; report",
                "declare -r text=$(debtlint check --event)",
                "cat <<END\ndebtlint check\nEND\necho",
                "cat <<-'END OF IT'\n\tdebtlint check\n\tEND OF IT\n",
            ])
    {
        assert_eq!(calls(script, PLAIN), [], "{script}");
    }
}

#[test]
fn arguments_are_words() {
    for (script, expected) in [
        ("debtlint check --base \"refs/$X\" --label 'a b'", &["--base", "refs/$X", "--label", "a b"][..]),
        ("x=$(debtlint check --base main)", &["--base", "main"]),
        ("(debtlint check --base $(git x))", &["--base", "$(git", "x)"]),
    ] {
        assert_eq!(calls(script, PLAIN)[0].arguments, expected, "{script}");
    }
}

#[test]
fn whose_policy_the_environment_names() {
    for (script, expected) in [
        ("DEBTLINT_CONFIG=a debtlint check", Some("a")),
        ("A=b DEBTLINT_CONFIG=a ./debtlint check", Some("a")),
        ("env DEBTLINT_CONFIG=a debtlint check", Some("a")),
        ("export DEBTLINT_CONFIG=a\ndebtlint check", Some("a")),
        ("export A=b DEBTLINT_CONFIG='a'; debtlint check", Some("a")),
        ("export DEBTLINT_CONFIG=a && debtlint check", Some("a")),
        ("if x; then\n  export DEBTLINT_CONFIG=a\nfi\ndebtlint check", Some("a")),
        ("if x; then export DEBTLINT_CONFIG=a; fi\ndebtlint check", Some("a")),
        ("DEBTLINT_CONFIG=a\nexport DEBTLINT_CONFIG\ndebtlint check", Some("a")),
        ("export DEBTLINT_CONFIG\nDEBTLINT_CONFIG=a\ndebtlint check", None),
        ("declare -x DEBTLINT_CONFIG=a\ndebtlint check", Some("a")),
        ("declare -gx DEBTLINT_CONFIG=a\ndebtlint check", Some("a")),
        ("typeset -x DEBTLINT_CONFIG=a\ndebtlint check", Some("a")),
        ("set -a\nDEBTLINT_CONFIG=a\nset +a\ndebtlint check", Some("a")),
        ("set -o allexport; DEBTLINT_CONFIG=a; debtlint check", Some("a")),
        ("set -ea; DEBTLINT_CONFIG=a; debtlint check", Some("a")),
        ("export DEBTLINT_CONFIG=a\nexport DEBTLINT_CONFIG=b\ndebtlint check", Some("b")),
        ("export DEBTLINT_CONFIG=a\nDEBTLINT_CONFIG=b\ndebtlint check", Some("b")),
        ("export DEBTLINT_CONFIG=a\nif x; then unset DEBTLINT_CONFIG; fi\ndebtlint check", Some("a")),
        ("export DEBTLINT_CONFIG=a\nif x; then export DEBTLINT_CONFIG=/b; fi\ndebtlint check", Some("a")),
        ("export DEBTLINT_CONFIG=a\nx || DEBTLINT_CONFIG=/b\ndebtlint check", Some("a")),
        ("export DEBTLINT_CONFIG=a\nif x; then export DEBTLINT_CONFIG=b; fi\ndebtlint check", Some("b")),
        ("export DEBTLINT_CONFIG=/a\nif x; then export DEBTLINT_CONFIG=b; fi\ndebtlint check", Some("b")),
        ("export DEBTLINT_CONFIG=a\nexport DEBTLINT_CONFIG=/b\ndebtlint check", Some("/b")),
        ("$env:DEBTLINT_CONFIG = 'a'\ndebtlint check", Some("a")),
        ("$env:DEBTLINT_CONFIG=\"a\"\ndebtlint check", Some("a")),
        ("export DEBTLINT_CONFIG=a\nbash <<END\ndebtlint check\nEND", Some("a")),
        ("bash <<END\nexport DEBTLINT_CONFIG=a\ndebtlint check\nEND", Some("a")),
        ("DEBTLINT_CONFIG=a bash -c 'debtlint check'", Some("a")),
        // It is not given, or taken away.
        ("DEBTLINT_CONFIG=a\ndebtlint check", None),
        ("DEBTLINT_CONFIG=a other\ndebtlint check", None),
        ("set -a\nset +a\nDEBTLINT_CONFIG=a\ndebtlint check", None),
        ("declare DEBTLINT_CONFIG=a\ndebtlint check", None),
        ("readonly DEBTLINT_CONFIG=a\ndebtlint check", None),
        ("export DEBTLINT_CONFIG=a\nunset DEBTLINT_CONFIG\ndebtlint check", None),
        ("export DEBTLINT_CONFIG=a; unset -v A DEBTLINT_CONFIG; debtlint check", None),
        ("export DEBTLINT_CONFIG=a\nexport -n DEBTLINT_CONFIG\ndebtlint check", None),
        ("export DEBTLINT_CONFIG=a\nenv -u DEBTLINT_CONFIG debtlint check", None),
        ("export DEBTLINT_CONFIGURED=a MY_DEBTLINT_CONFIG=a\ndebtlint check", None),
        ("echo export DEBTLINT_CONFIG=a\ndebtlint check", None),
        ("# export DEBTLINT_CONFIG=a\ndebtlint check", None),
        ("cat <<END > x\nexport DEBTLINT_CONFIG=a\nEND\ndebtlint check", None),
        ("bash <<END\nexport DEBTLINT_CONFIG=a\nEND\ndebtlint check", None),
        ("debtlint check\nexport DEBTLINT_CONFIG=a", None),
    ] {
        let found = calls(script, PLAIN);
        assert_eq!(found.len(), 1, "{script}");
        let given = found[0].given.get("DEBTLINT_CONFIG");
        assert_eq!(given.map(|given| given.value.as_str()), expected, "{script}");
    }
}

#[test]
fn scripts_that_shells_are_handed() {
    for (script, expected) in [
        ("bash <<END\ndebtlint check\nEND", None),
        ("bash <<'END'\ndebtlint check\nEND\necho done", None),
        ("/bin/sh -s <<END\ndebtlint check\nEND", None),
        ("sudo -E bash -s -- a b <<-END\n\tdebtlint check\n\tEND", None),
        ("timeout 60 bash <<END\ndebtlint check\nEND", None),
        ("exec bash <<END\ndebtlint check\nEND", None),
        ("bash - > log 2>&1 <<END\ndebtlint check\nEND", None),
        ("cat <<END | bash\ndebtlint check\nEND", None),
        ("bash <<< 'debtlint check'", None),
        ("bash -c 'debtlint check --event'", None),
        ("bash -lc \"debtlint check\"", None),
        ("bash -euo pipefail -c 'debtlint check | tee log; x'", None),
        ("bash <<A\nsh <<B\ndebtlint check\nB\nA", None),
        ("bash <<END\ndebtlint check\necho done\nEND", Some(Lost::NotLast)),
        ("bash -e <<END\ndebtlint check\necho done\nEND", None),
        ("bash -o errexit <<END\ndebtlint check\necho done\nEND", None),
        ("bash <<END\nset -o errexit\ndebtlint check\necho done\nEND", None),
        ("bash <<END\ndebtlint check || true\nEND", Some(Lost::OrElse)),
        ("bash <<END || true\ndebtlint check\nEND", Some(Lost::OrElse)),
        ("bash <<END | tee log\ndebtlint check\nEND", Some(Lost::Pipe)),
        ("if bash <<END\ndebtlint check\nEND\nthen x; fi", Some(Lost::Condition)),
        ("bash -c 'debtlint check || true'", Some(Lost::OrElse)),
    ] {
        let found = calls(script, PLAIN);
        assert_eq!(found.len(), 1, "{script}");
        assert_eq!(found[0].lost, expected, "{script}");
    }
    for script in [
        "cat <<END\ndebtlint check\nEND",
        "cat <<END > run.sh\ndebtlint check\nEND",
        "tee run.sh <<END\ndebtlint check\nEND",
        "python <<END\ndebtlint check\nEND",
        "bash run.sh <<END\ndebtlint check\nEND",
        "bash -n <<END\ndebtlint check\nEND",
        "bash -o noexec <<END\ndebtlint check\nEND",
        "bash --version <<END\ndebtlint check\nEND",
        "bash <<END < /dev/null\ndebtlint check\nEND",
        "bash <<A <<B\ndebtlint check\nA\nB",
        "cat other <<END | bash\ndebtlint check\nEND",
        "bash -c 'echo debtlint check'",
        "echo bash <<END\ndebtlint check\nEND",
        "cat <<END | grep bash\ndebtlint check\nEND",
        "bash <<END\nexit 0\ndebtlint check\nEND",
    ] {
        assert_eq!(calls(script, PLAIN), [], "{script}");
    }
    // However deep, it ends.
    let deep: String = (0..10_000).map(|number| format!("bash <<E{number}\n")).collect();
    assert_eq!(calls(&(deep + "debtlint check"), PLAIN), []);
}

#[test]
fn hostile_scripts_end_soon() {
    let many = 10_000;
    for script in [
        "{ a\n".repeat(many) + "debtlint check",
        "if ".repeat(many) + "debtlint check",
        "a && ".repeat(many) + "debtlint check",
        "a || exit 0\ndebtlint check\n".repeat(many / 10),
        "gate() { debtlint check; gate; }\ngate || true\n".repeat(many / 10),
        "( debtlint check || ".repeat(many / 10),
    ] {
        assert!(calls(&script, PLAIN).iter().all(|call| call.guards.len() <= 100), "{}", &script[..20]);
    }
}
