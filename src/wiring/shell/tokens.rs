//! The words of a shell script, and the texts that it hands to commands.

/// A piece of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    /// A here-document, where its `<<END` stands.
    Text(String),
    /// `;` and the end of a line.
    End,
    Or,
    And,
    Pipe,
    Background,
}

impl Token {
    /// Whether it belongs to a command, and does not end one.
    pub(super) const fn is_of_command(&self) -> bool {
        matches!(self, Self::Word(_) | Self::Text(_))
    }

    /// The word, if it is one.
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The here-document, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The word behind which a command reads another word: `bash <<< 'debtlint check'`.
pub(super) const HERE_WORD: &str = "<<<";

/// The pieces of a script.
pub(super) fn tokens(script: &str) -> Vec<Token> {
    let mut reader = Reader { rest: script, found: Vec::new(), word: None, texts: Vec::new(), is_number: false };
    let (mut quote, mut substitutions) = (None, 0_usize);
    while let Some(char) = reader.next() {
        // `"$(cat <<END` begins a text within quotes.
        match (quote, char) {
            (Some('"'), '(') if reader.word.as_ref().is_some_and(|word| word.ends_with('$')) => {
                substitutions = substitutions.saturating_add(1);
            }
            (Some('"'), ')') => substitutions = substitutions.saturating_sub(1),
            (None, _) => substitutions = 0,
            _ => {}
        }
        match (quote, char) {
            (Some('"') | None, '(') if reader.rest.starts_with('(') => reader.is_number = true,
            (Some('"') | None, ')') if reader.rest.starts_with(')') => reader.is_number = false,
            _ => {}
        }
        match (quote, char) {
            (Some(open), close) if open == close => quote = None,
            (Some('\''), inner) => reader.push(inner),
            (_, '\\') => {
                if let Some(escaped) = reader.next().filter(|next| *next != '\n') {
                    reader.push(escaped);
                }
            }
            (Some(_), '<') if substitutions > 0 && reader.begins_text(false) => {}
            (Some(_), inner) => {
                reader.push(inner);
                if inner == '\n' {
                    reader.read_texts();
                }
            }
            (None, '\'' | '"') => {
                quote = Some(char);
                reader.word.get_or_insert_default();
            }
            (None, '#') if reader.word.is_none() => {
                reader.rest = reader.rest.find('\n').and_then(|end| reader.rest.get(end..)).unwrap_or_default();
            }
            (None, ' ' | '\t' | '\r') => reader.end_word(),
            (None, '<') if reader.begins_text(true) => {}
            (None, '>' | '<') if reader.rest.starts_with('&') => {
                // `2>&1` is no background.
                reader.push(char);
                reader.next();
                reader.push('&');
            }
            (None, '&') if reader.rest.starts_with('>') => {
                reader.next();
                reader.word.get_or_insert_default().push_str("&>");
            }
            (None, ';' | '\n' | '|' | '&') => reader.operator(char),
            (None, other) => reader.push(other),
        }
    }
    reader.end_word();
    reader.found
}

struct Reader<'s> {
    rest: &'s str,
    found: Vec<Token>,
    word: Option<String>,
    /// The here-documents that begin behind this line.
    texts: Vec<HereText>,
    /// Whether it stands in `((`, where `1 << 2` is a number.
    is_number: bool,
}

struct HereText {
    /// The line that ends it.
    end: String,
    /// `<<-END`: tabs before a line do not count.
    is_indented: bool,
    /// Where it stands among the tokens; nowhere, when it is a part of a word.
    token: Option<usize>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let char = chars.next()?;
        self.rest = chars.as_str();
        Some(char)
    }

    fn next_if(&mut self, wanted: impl Fn(char) -> bool) -> bool {
        let is_next = self.rest.chars().next().is_some_and(wanted);
        if is_next {
            self.next();
        }
        is_next
    }

    fn push(&mut self, char: char) {
        self.word.get_or_insert_default().push(char);
    }

    fn end_word(&mut self) {
        self.found.extend(self.word.take().map(Token::Word));
    }

    /// Behind a `<`: whether a here-document begins there. One within quotes is a part of the word.
    fn begins_text(&mut self, is_apart: bool) -> bool {
        let Some(behind) = self.rest.strip_prefix('<').filter(|_| !self.is_number) else { return false };
        if let Some(rest) = behind.strip_prefix('<') {
            if is_apart {
                self.end_word();
                self.found.push(Token::Word(HERE_WORD.to_owned()));
                self.rest = rest;
            }
            return is_apart;
        }
        let (is_indented, behind) = behind.strip_prefix('-').map_or((false, behind), |behind| (true, behind));
        let behind = behind.trim_start_matches([' ', '\t']);
        let (end, rest) = delimiter(behind);
        if end.is_empty() {
            return false;
        }
        let token = is_apart.then(|| {
            // `3<<END` names the file by a number.
            self.word.take_if(|word| word.chars().all(|char| char.is_ascii_digit()));
            self.end_word();
            self.found.push(Token::Text(String::new()));
            self.found.len().saturating_sub(1)
        });
        self.rest = rest;
        self.texts.push(HereText { end, is_indented, token });
        true
    }

    /// Behind the end of a line: the here-documents that began in it.
    fn read_texts(&mut self) {
        self.is_number = false;
        for text in std::mem::take(&mut self.texts) {
            let mut body = String::new();
            while !self.rest.is_empty() {
                let end = self.rest.find('\n').map_or(self.rest.len(), |end| end.saturating_add(1));
                let (line, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
                self.rest = rest;
                let line = if text.is_indented { line.trim_start_matches('\t') } else { line };
                if line.trim_end_matches(['\n', '\r']) == text.end {
                    break;
                }
                body.push_str(line);
            }
            if let Some(token) = text.token.and_then(|at| self.found.get_mut(at)) {
                *token = Token::Text(body);
            }
        }
    }

    fn operator(&mut self, char: char) {
        self.end_word();
        let is_double = matches!(char, '|' | '&') && self.next_if(|next| next == char);
        let token = match (char, is_double) {
            ('|', true) => Token::Or,
            ('&', true) => Token::And,
            ('|', false) => {
                self.next_if(|next| next == '&');
                Token::Pipe
            }
            ('&', false) => Token::Background,
            _ => Token::End,
        };
        // A line may end behind an operator.
        let goes_on = matches!(token, Token::Or | Token::And | Token::Pipe);
        self.found.push(token);
        if char == '\n' {
            self.read_texts();
        }
        while goes_on && self.rest.chars().next().is_some_and(char::is_whitespace) {
            if self.next() == Some('\n') {
                self.read_texts();
            }
        }
    }
}

/// The word that ends a here-document, without its quotes, and what follows it.
fn delimiter(text: &str) -> (String, &str) {
    let (mut word, mut rest, mut quote) = (String::new(), text, None);
    while let Some(char) = rest.chars().next() {
        let behind = rest.get(char.len_utf8()..).unwrap_or_default();
        match (quote, char) {
            (_, '\n') => break,
            (Some(open), close) if open == close => quote = None,
            (None, '\'' | '"') => quote = Some(char),
            (None, '\\') => {}
            (None, ' ' | '\t' | '\r' | ';' | '|' | '&' | '<' | '>' | '(' | ')') => break,
            (_, inner) => word.push(inner),
        }
        rest = behind;
    }
    (word, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_commands_are_handed() {
        let word = |text: &str| Token::Word(text.to_owned());
        let text = |text: &str| Token::Text(text.to_owned());
        for (script, expected) in [
            ("cat <<END > x\na\nEND\nb", vec![word("cat"), text("a\n"), word(">"), word("x"), Token::End, word("b")]),
            ("cat<<-'END OF IT'\n\ta\n\tEND OF IT\nb", vec![word("cat"), text("a\n"), Token::End, word("b")]),
            // Without the dash only the bare line ends it.
            ("cat <<\\END\n END\nEND\nb", vec![word("cat"), text(" END\n"), Token::End, word("b")]),
            ("a <<A <<B\n1\nA\n2\nB\nb", vec![word("a"), text("1\n"), text("2\n"), Token::End, word("b")]),
            ("a <<A |\n1\nA\nb", vec![word("a"), text("1\n"), Token::Pipe, word("b")]),
            ("a <<A \\\n b\n1\nA\n", vec![word("a"), text("1\n"), word("b"), Token::End]),
            ("a 3<<A\n1\nA\n", vec![word("a"), text("1\n"), Token::End]),
            ("a <<A\n1", vec![word("a"), text("1"), Token::End]),
            // What is quoted begins none.
            ("a \"x<<A\"\nb 'x<<A'\n", vec![word("a"), word("x<<A"), Token::End, word("b"), word("x<<A"), Token::End]),
            ("a \"$(cat <<A\nit \"s\nA\n)\"\nb", vec![word("a"), word("$(cat \n)"), Token::End, word("b")]),
            ("a <<< A\nb", vec![word("a"), word("<<<"), word("A"), Token::End, word("b")]),
            ("a=$((1<<2))\nb", vec![word("a=$((1<<2))"), Token::End, word("b")]),
            ("a \"$((1<<2))\"\nb", vec![word("a"), word("$((1<<2))"), Token::End, word("b")]),
            ("# <<A\nb", vec![Token::End, word("b")]),
        ] {
            assert_eq!(tokens(script), expected, "{script}");
        }
    }
}
