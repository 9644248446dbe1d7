//! Comments as tree-sitter sees them.

use std::ops::Range;

use tree_sitter::Node;
use tree_sitter::Parser;

/// The oracle's name of a language of the table, and a parser for it.
pub fn parser(language: &str) -> Option<(&'static str, Parser)> {
    let (name, function) = match language {
        "shell" => ("shell", tree_sitter_bash::LANGUAGE),
        "c" => ("c", tree_sitter_c::LANGUAGE),
        "c++" => ("c++", tree_sitter_cpp::LANGUAGE),
        "c#" => ("c#", tree_sitter_c_sharp::LANGUAGE),
        "css" => ("css", tree_sitter_css::LANGUAGE),
        "elixir" => ("elixir", tree_sitter_elixir::LANGUAGE),
        "go" => ("go", tree_sitter_go::LANGUAGE),
        "haskell" => ("haskell", tree_sitter_haskell::LANGUAGE),
        "html" => ("html", tree_sitter_html::LANGUAGE),
        "java" => ("java", tree_sitter_java::LANGUAGE),
        "javascript" => ("javascript", tree_sitter_javascript::LANGUAGE),
        "kotlin" => ("kotlin", tree_sitter_kotlin_ng::LANGUAGE),
        "lua" => ("lua", tree_sitter_lua::LANGUAGE),
        "ocaml" => ("ocaml", tree_sitter_ocaml::LANGUAGE_OCAML),
        "php-page" => ("php", tree_sitter_php::LANGUAGE_PHP),
        "python" => ("python", tree_sitter_python::LANGUAGE),
        "ruby" => ("ruby", tree_sitter_ruby::LANGUAGE),
        "rust" => ("rust", tree_sitter_rust::LANGUAGE),
        "scala" => ("scala", tree_sitter_scala::LANGUAGE),
        "typescript" => ("typescript", tree_sitter_typescript::LANGUAGE_TYPESCRIPT),
        "tsx" => ("tsx", tree_sitter_typescript::LANGUAGE_TSX),
        "yaml" => ("yaml", tree_sitter_yaml::LANGUAGE),
        _ => return None,
    };
    let mut parser = Parser::new();
    parser.set_language(&function.into()).ok()?;
    Some((name, parser))
}

/// The comments and docstrings of a file; `None` when more than one part in fifty of it could not be parsed, as the
/// oracle has no opinion then.
pub fn comments(name: &str, parser: &mut Parser, bytes: &[u8]) -> Option<Vec<Range<usize>>> {
    let tree = parser.parse(bytes, None)?;
    let mut found = Vec::new();
    let mut errors = 0;
    let mut open = vec![tree.root_node()];
    while let Some(node) = open.pop() {
        if node.is_error() {
            errors += node.byte_range().len();
        }
        let kind = node.kind();
        let is_comment = kind.contains("comment") || kind == "haddock" || is_docstring(name, node, bytes);
        if is_comment {
            found.push(node.byte_range());
            continue;
        }
        if name == "html" && matches!(kind, "script_element" | "style_element") {
            found.extend(embedded(node, bytes));
            continue;
        }
        let mut cursor = node.walk();
        open.extend(node.children(&mut cursor));
    }
    found.sort_by_key(|range| range.start);
    (errors * 50 <= bytes.len()).then_some(found)
}

/// A string that is a statement of its own (Python), or follows `@doc` and its kin (Elixir).
fn is_docstring(name: &str, node: Node<'_>, bytes: &[u8]) -> bool {
    let parent = node.parent();
    match name {
        "python" => {
            node.kind() == "string"
                && parent.is_some_and(|parent| parent.kind() == "expression_statement" && parent.child_count() == 1)
        }
        "elixir" => {
            matches!(node.kind(), "string" | "sigil")
                && parent.and_then(|arguments| arguments.parent()).is_some_and(|call| {
                    let text = &bytes[call.byte_range()];
                    let word = text.split(|byte| *byte == b' ').next();
                    let names = [&b"doc"[..], b"moduledoc", b"typedoc", b"shortdoc"];
                    text.get(word.map_or(0, <[u8]>::len)..).is_some_and(|rest| !rest.starts_with(b" ="))
                        && word.is_some_and(|word| names.contains(&word))
                })
        }
        _ => false,
    }
}

fn embedded(node: Node<'_>, bytes: &[u8]) -> Vec<Range<usize>> {
    let language = if node.kind() == "script_element" { "javascript" } else { "css" };
    let mut cursor = node.walk();
    let text = node.children(&mut cursor).find(|child| child.kind() == "raw_text");
    let (Some(text), Some((name, mut parser))) = (text, parser(language)) else { return Vec::new() };
    let start = text.start_byte();
    let found = comments(name, &mut parser, &bytes[text.byte_range()]).unwrap_or_default();
    found.into_iter().map(|range| range.start + start..range.end + start).collect()
}
