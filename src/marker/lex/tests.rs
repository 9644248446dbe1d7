//! What counts as a comment where languages are at their oddest. Tags that are to be found say "yes", others "no".

use crate::facts::RepoPath;
use crate::marker::Prose;
use crate::marker::Scanner;
use crate::marker::Search;

/// What the markers of each text say, against what they are to say.
fn told(cases: &[(&str, &str)]) {
    let scanner = Scanner::new(crate::config::languages().unwrap(), Search::default()).unwrap();
    for (path, text) in cases {
        let found = scanner.scan(&RepoPath::new(path.as_bytes()), text.as_bytes(), Prose::Comments).unwrap();
        let found: Vec<&str> = found.markers.iter().map(|marker| marker.text.expose()).collect();
        let yes = text.matches("TODO: yes").count();
        assert!(found.len() == yes && found.iter().all(|text| text.starts_with("yes")), "{path}: {text}\n{found:?}");
    }
}

#[test]
fn runs_of_one_byte() {
    told(&[
        ("a.hs", "x = a -----> b\n------ TODO: yes\ny = a --> \"TODO: no\" -- TODO: yes"),
        ("a.swift", "###if x\n// TODO: yes\nlet a = ##\"# TODO: no \"# // TODO: no\"##; // TODO: yes"),
        ("a.rs", "let a = r##\"\"# // TODO: no\"##; // TODO: yes"),
    ]);
}

#[test]
fn strings_that_end_with_the_last_of_a_run() {
    told(&[
        ("a.toml", "a = \"\"\"b\"\"\"\" # TODO: yes\nb = \"\"\"\\\"\"\"\" # TODO: yes\nc = \"\"\"\"\"\" # TODO: yes"),
        ("a.toml", "a = \"\"\"\nb # TODO: no\"\"\"\"\" # TODO: yes\nb = \"# TODO: no\" # TODO: yes"),
        ("a.toml", "a = '''b'''' # TODO: yes\nb = '''b # TODO: no''''' # TODO: yes\nc = '# TODO: no' # TODO: yes"),
        (
            "a.kt",
            "val s = \"\"\"a\"\"\"\" // TODO: yes\nval t = \"\"\"${b}\"\"\"\"\"\"\" // TODO: yes\nval u = \"// TODO: no\"",
        ),
        (
            "a.scala",
            "val s = \"\"\"a\"\"\"\" // TODO: yes\nval t = s\"\"\"${b}\"\"\"\"\" // TODO: yes\nval u = \"// TODO: no\"",
        ),
        ("a.nim", "let s = \"\"\"\"a\"\"\"\" # TODO: yes\nlet u = \"# TODO: no\""),
        ("a.groovy", "s = \"\"\"a\"\"\"\" // TODO: yes\nt = '''a'''' // TODO: yes\nu = '// TODO: no'"),
        // Where the first three end it, two texts beside each other are one.
        ("a.py", "s = \"\"\"a\"\"\"\"# TODO: no\" # TODO: yes"),
    ]);
}

#[test]
fn escapes_of_their_own() {
    told(&[
        ("a.nix", "{ a = ''\n  echo ''${foo} '''\n  # TODO: no\n''; } # TODO: yes"),
        ("a.nix", "{ a = ''\n  ''$${b} ''$ # TODO: no\n''; } # TODO: yes"),
        ("a.nix", "{ a = \"$${ # TODO: no\"; b = ''${x} # TODO: no''; } # TODO: yes"),
        ("a.erl", "f([$\\\" | T]) -> T. % TODO: yes\ng() -> [$\", $\\\\, \"% TODO: no\"]. % TODO: yes"),
    ]);
}

#[test]
fn elements_and_type_parameters() {
    told(&[
        ("a.tsx", "export type F = <T>(x: T) => T;\nconst a = '// TODO: no'; // TODO: yes"),
        ("a.tsx", "type G = { f: <V>(v: V) => V; } // TODO: yes\nconst a = <b>it's // TODO: no</b>; // TODO: yes"),
        ("a.tsx", "const g = <const T,>(x: T) => x; // TODO: yes"),
        ("a.tsx", "const g = <const T>(x: T) => x; // TODO: yes"),
        ("a.tsx", "const g = <T = unknown,>(x: T) => x; // TODO: yes"),
        // A type parameter and an element of the same name.
        ("a.tsx", "type F = <Item>(x: Item) => void; // TODO: yes\nreturn <Item>it's // TODO: no</Item>; // TODO: yes"),
        ("a.tsx", "const a = <Select<Option> options={x} />; // TODO: yes"),
        ("a.tsx", "const a = <A<Map<B, () => C>> b={'// TODO: no'}>it's // TODO: no</A>; // TODO: yes"),
        ("a.tsx", "const a = <A<B> b=\"{\">it's // TODO: no</A>; // TODO: yes"),
        ("a.tsx", "const a = <b>(it's // TODO: no)</b>; // TODO: yes"),
        ("a.tsx", "const a = <>it's // TODO: no</>; // TODO: yes"),
        ("a.jsx", "const a = <a.b-c d>it's // TODO: no</ a.b-c>; // TODO: yes"),
        ("a.js", "// @flow\ntype F = <T>(x: T) => T;\n// TODO: yes\nconst f = <T: Object>(x: T): T => x; // TODO: yes"),
    ]);
}

#[test]
fn shells() {
    told(&[
        ("a.sh", "echo ${#x} \"TODO: no\"\nif [ ${#b[@]} -gt 0 ]; then c=' # TODO: no '; fi # TODO: yes"),
        ("a.sh", "v=#x'\n# TODO: no' # TODO: yes\n(# TODO: yes\n); x=`# TODO: yes\n`;# TODO: yes"),
        ("a.csh", "set x = $#argv; y=#z # TODO: yes"),
    ]);
}

#[test]
fn strings_that_go_on_behind_a_backslash() {
    told(&[
        ("a.c", "char *s = \"a \\\r\n// TODO: no\"; // TODO: yes\r\nint c = 'ab\\\r\n// TODO: no'; // TODO: yes\r\n"),
        ("a.py", "s = 'a \\\r\n# TODO: no' # TODO: yes\r\n"),
        ("a.swift", "let s = \"a \\\r\n// TODO: no\" // TODO: yes\r\n"),
    ]);
}

#[test]
fn blocks_of_svelte() {
    told(&[
        ("a.svelte", "{#if x}<b>it</b>{/if}</div> // TODO: no\n<!-- TODO: yes -->\n<p>hi // TODO: no</p>"),
        ("a.svelte", "{#each x}{:else}it's{@html y}{/each}</p>{/* TODO: yes */}it's {/key}</p> // TODO: no"),
    ]);
}

#[test]
fn files_of_one_extension() {
    told(&[
        // No hint says which: searched as either.
        ("a.pl", "print 1; # TODO: yes\n"),
        ("a.pl", "foo(a). % TODO: yes\n/* TODO: yes */ bar('it', X) :- baz(X).\n"),
        ("a.m", "int a; // TODO: yes\n"),
        ("a.m", "x = 'it // TODO: no'; % TODO: yes\n"),
        ("a.v", "wire a; // TODO: yes\n"),
        ("a.v", "Check a. (* TODO: yes *)\n"),
        ("a.pp", "# TODO: yes\nclass foo { file { '/x': content => \"TODO: no\" } }"),
        ("a.pp", "{$mode objfpc}\nunit a;\nx := '# TODO: no'; // TODO: yes\n{ it's # TODO: yes }"),
        (
            "a.Rmd",
            "# TODO: no, a heading\nDon't do this.\n```{r}\nx <- \"# TODO: no\" # TODO: yes\n```\nit's\n```{r b, c=1}\n```\n```\n# TODO: no\n```\n```{python}\ny = 1 # TODO: yes\n```\n<!-- TODO: yes -->",
        ),
    ]);
}

#[test]
fn code_in_strings() {
    told(&[
        ("a.scala", "val a = s\"\"\"a ${ \"\"\"[\", x]\"\"\" } b // TODO: no\"\"\" // TODO: yes"),
        ("a.scala", "val b = s\"${f(\"// TODO: no\")} $$ \\\" // TODO: no\" // TODO: yes"),
        ("a.cs", "var g = $\"\"\"\n  {x} \" // TODO: no\n  \"\"\"; // TODO: yes"),
        ("a.cs", "var h = $$\"\"\"\" {{x}} // TODO: no \"\"\" \"\"\"\"; // TODO: yes"),
        (
            "a.jl",
            "a = \"b $(f(\"# TODO: no\")) c\" # TODO: yes\nb = r\"$(\" # TODO: yes\nc = \"\\$(# TODO: no\" # TODO: yes",
        ),
    ]);
}

#[test]
fn values_of_yaml() {
    told(&[
        ("a.yml", "a: &anc |\n  echo it's\n  # TODO: no\nb: 1 # TODO: yes"),
        ("a.yml", "h: the '90s\ni: a - \"b\nj: 2 # TODO: yes"),
        ("a.yml", "g: |2\n    a\n  # TODO: no\nb: 1 # TODO: yes"),
        ("a.yml", "- a:\n    - b: |2-\n         c\n        # TODO: no\n      d: 1 # TODO: yes"),
        (
            "a.yml",
            "a: 'b # TODO: no'\n- \"# TODO: no\"\n- - '# TODO: no'\nb: ['# TODO: no', {c: \"# TODO: no\"}] # TODO: yes",
        ),
        ("a.yml", "a:\n  b: |\n  # TODO: yes\n  c: 1\nd:\n  - |\n   # TODO: no\n  - x # TODO: yes"),
        ("a.yml", "a: !!str '# TODO: no'\nb: &c \"# TODO: no\"\nd:\n  '# TODO: no' # TODO: yes"),
    ]);
}

#[test]
fn divisions_and_actions() {
    told(&[
        ("a.rb", "y = x / 2 # TODO: yes / 3\nz = @x /2 # TODO: yes /3\nputs / # TODO: no/"),
        (
            "a.rb",
            "a = if / # TODO: no/ =~ b then 1 else / # TODO: no/ end\nb = $in / 2 # TODO: yes / 3\nc = d.when / 2 # TODO: yes / 3",
        ),
        ("a.pl", "my ($a, $b) = split / # TODO: no/, $c; # TODO: yes\nmy $x = $split / 2; # TODO: yes / 3"),
        ("a.pl", "my $x = $y /2; # TODO: yes /3\nif ($c->{in} / 2 > $d->in / 2) {} # TODO: yes / 3"),
        (
            "a.ts",
            "const d = a++ / 2; // TODO: yes\nconst e = x! / 2; // TODO: yes\nconst f = y[0]! / g()-- / 2; // TODO: yes",
        ),
        (
            "a.ts",
            "if (!/'/.test(a)) b; // TODO: yes\nreturn!/'/.test(a); // TODO: yes\nc = 1 + /'/.exec(a); // TODO: yes",
        ),
        ("a.tmpl", "{{/* TODO: yes */ -}}\nTODO: no\n{{- /* TODO: yes */}}\nTODO: no {{/* x */}} TODO: no"),
    ]);
}

#[test]
fn strings_of_postgresql() {
    told(&[
        ("a.sql", "select E'it\\'s -- TODO: no', e'\\\\' -- TODO: yes\nselect 'a\\' -- TODO: yes\n, 'b -- TODO: no'"),
        ("a.sql", "select typee'it\\' -- TODO: yes\n"),
        ("a.sql", "insert into t values ($$it's a text$$); -- TODO: yes\nselect $a$'$$ \"$a$; -- TODO: yes"),
        (
            "a.sql",
            "create function f() as $body$\nbegin -- TODO: yes, don't\n  x := '-- TODO: no'; /* TODO: yes */\n  execute $q$select 'it$q$; -- TODO: yes\nend $body$ language plpgsql; -- TODO: yes\n",
        ),
        // A parameter and the end of a name begin nothing, nor does what has no end.
        (
            "a.sql",
            "select $1, 'it''s $$', a$$, b$$, '$$ -- TODO: no' -- TODO: yes\nselect $$a, ' -- TODO: no' -- TODO: yes",
        ),
        // Other dialects: `$$` ends statements.
        (
            "a.sql",
            "DELIMITER $$\ncreate procedure p() -- TODO: yes\nbegin select '-- TODO: no'; end$$\nDELIMITER ; -- TODO: yes",
        ),
    ]);
}

#[test]
fn comments_that_go_on_behind_a_backslash() {
    told(&[
        ("a.tcl", "# a \\\n   TODO: yes \\\n it's\nset a \"# TODO: no\" ;# TODO: yes\n"),
        ("a.tcl", "# a \\\\\nset a TODO: no\n"),
        ("Makefile", "# a \\\n# TODO: yes\nb = it\\'s # c \\\r\n  TODO: yes\r\nd = TODO: no\n"),
        ("Makefile", "# a \\\\\na = TODO: no\n"),
        // A recipe's comments are the shell's, which knows no such thing.
        ("Makefile", "a:\n\tb # c \\\n\td TODO: no; \\\n\t# TODO: yes\n"),
        ("a.c", "// a \\\\\n TODO: yes\nint TODO_no;\n"),
    ]);
}

#[test]
fn lines_that_end_here_documents() {
    told(&[
        (
            "a.sh",
            "cat <<EOF\nit's\n  EOF\n# TODO: no\nEOF\n# TODO: yes\ncat <<-EOF\n\t# TODO: no\n  EOF\n\tEOF\n# TODO: yes\n",
        ),
        (
            "a.sh",
            "cat <<'EOF' <<\\! | grep x\nit's\nEOF\r\nit's\n!\n# TODO: yes\ncat <<END-OF-IT\nit's\nEND-OF-IT\n# TODO: yes\n",
        ),
        (
            "a.rb",
            "a = <<EOF\n EOF\n# TODO: no\nEOF\n# TODO: yes\nb = <<-EOF + <<~END\n EOF\n# TODO: no\n END\n# TODO: yes\n",
        ),
        ("a.pm", "my $a = <<EOF;\n EOF\n# TODO: no\nEOF\n# TODO: yes\nmy $b = <<~EOF;\n EOF\n# TODO: yes\n"),
        ("a.pl", "use strict;\nprint {$a} << 'EOF' . << \"END\";\nit's # TODO: no\nEOF\nit's\nEND\n# TODO: yes\n"),
        ("a.sh", "cat <<A_WORD_OF_MANY_LETTERS\nit's # TODO: no\nA_WORD_OF_MANY_LETTERS\n# TODO: yes\n"),
        ("a.rb", "a << \"end\"\n# TODO: yes\nend\n"),
        ("a.tf", "a = <<EOF\n  it's # TODO: no\n  EOF \nb = <<-EOF\n  # TODO: no\n\tEOF\n# TODO: yes\n"),
        ("a.php", "<?php $a = <<<EOF\n // TODO: no\n EOF . 'x'; // TODO: yes\n"),
    ]);
}

#[test]
fn what_stands_behind_the_end_of_a_program() {
    told(&[
        ("a.pm", "# TODO: yes\n__END__\nit's # TODO: no\n\n=head1 TODO: yes\n\n=cut\n# TODO: no\n"),
        ("a.pm", "$x = '\n__DATA__ # TODO: no'; # TODO: yes\n__DATA__\r\n# TODO: no\r\n=pod\r\nTODO: yes\r\n"),
        ("a.rb", "a = __END__ # TODO: yes\n__END__\r\n# TODO: no\n=begin\nTODO: no\n=end\n"),
    ]);
}

#[test]
fn strings_in_comments() {
    told(&[
        (
            "a.ml",
            "(* \"*)\" TODO: yes *)\nlet a = '\"' (* '\"' TODO: yes *)\n(* {|*)|} TODO: yes *) let b = \"(* TODO: no\"",
        ),
        // Nothing ends it so: read as it would be without strings.
        ("a.ml", "(* a \" b TODO: yes *)\nlet a = 1 (* it's TODO: yes *)"),
        ("a.fs", "(* \"*)\" TODO: yes (* *) *) let a = \"(* TODO: no\" // TODO: yes"),
        ("a.sml", "(* a \" b TODO: yes *) val a = #\"\\\"\" (* TODO: yes *) val b = \"(* TODO: no\""),
    ]);
}

#[test]
fn quotes_in_makefiles() {
    told(&[
        ("Makefile", "a = it's # TODO: yes\nb = \"a # TODO: yes\nc = 'd' # TODO: yes\n"),
        ("Makefile", "a := $(shell grep --with-filename 'a # TODO: no' b) # TODO: yes\n"),
        ("Makefile", "a:\n\techo 'a # TODO: no' # TODO: yes\n\t@# it's TODO: yes\n\techo \"\\\n# TODO: no\"\n"),
    ]);
}

#[test]
fn what_a_comment_goes_on_with() {
    let scanner = Scanner::new(crate::config::languages().unwrap(), Search::default()).unwrap();
    for (path, text, says) in [
        ("a.rs", "// TODO: a\n// b", "a b"),
        // Behind an empty line, in another column, of another kind, or behind a line without words it is another one.
        ("a.rs", "// TODO: a\n\n// b", "a"),
        ("a.rs", "// TODO: a\n    // b", "a"),
        ("a.php", "<?php\n// TODO: a\n# b", "a"),
        ("a.rs", "// TODO: a\n//\n// b", "a"),
    ] {
        let found = scanner.scan(&RepoPath::new(path.as_bytes()), text.as_bytes(), Prose::Comments).unwrap();
        let found: Vec<&str> = found.markers.iter().map(|marker| marker.text.expose()).collect();
        assert_eq!(found, [says], "{path}: {text}");
    }
}
