//! What a file says to its machine: its text without comments.

use crate::facts::RepoPath;
use crate::marker::decode::decode;
use crate::marker::detect::Detector;
use crate::marker::grammar::Grammars;
use crate::marker::lex;
use crate::policy::Languages;

/// Larger files are not taken apart: 1 MiB.
const LARGEST: usize = 1 << 20;

/// Takes comments away; made once, used by all threads.
#[derive(Debug)]
pub struct Code {
    languages: Languages,
    grammars: Grammars,
    detector: Detector,
}

impl Code {
    /// For a table of languages.
    #[must_use]
    pub fn new(languages: Languages) -> Self {
        let (grammars, detector) = (Grammars::new(&languages), Detector::new(&languages));
        Self { languages, grammars, detector }
    }

    /// The text of a file without its comments and docstrings. `None` where no language of the table claims the file,
    /// and for what is binary or larger than 1 MiB.
    #[must_use]
    pub fn without_comments(&self, path: &RepoPath, bytes: &[u8]) -> Option<Vec<u8>> {
        if bytes.len() > LARGEST {
            return None;
        }
        let text = decode(bytes).ok()?;
        let language = self.detector.language(&self.languages, path.as_bytes(), &text)?;
        let mut code = Vec::with_capacity(text.len());
        let mut end = 0;
        for comment in lex::all_comments(&text, &self.languages, &self.grammars, language) {
            code.extend_from_slice(text.get(end..comment.whole.start).unwrap_or_default());
            end = comment.whole.end.max(end);
        }
        code.extend_from_slice(text.get(end..).unwrap_or_default());
        Some(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::languages;

    #[test]
    fn what_is_left() {
        let code = Code::new(languages().unwrap());
        for (path, text, left) in [
            ("a.rs", "// x\nfn a() {} //\n/* y */ let b = \"// no\";", Some("\nfn a() {} \n let b = \"// no\";")),
            ("a.rs", "//\n//!\n///\nx", Some("\n\n\nx")),
            (
                "a.py",
                "#!/usr/bin/python\ndef f():\n    \"\"\"Doc.\"\"\"\n    return '#'\n",
                Some("\ndef f():\n    \n    return '#'\n"),
            ),
            ("a.html", "<p><!-- x --><script>// y\nz</script>", Some("<p><script>\nz</script>")),
            ("README.md", "# Title\n", Some("# Title\n")),
            ("a.unknown", "# x", None),
            ("a.rs", "a\0b", None),
        ] {
            let found = code.without_comments(&RepoPath::new(path.as_bytes()), text.as_bytes());
            assert_eq!(found.map(|text| String::from_utf8(text).unwrap()).as_deref(), left, "{path} {text:?}");
        }
        let long = vec![b'a'; LARGEST + 1];
        assert_eq!(code.without_comments(&RepoPath::new(b"a.rs".as_slice()), &long), None);
    }
}
