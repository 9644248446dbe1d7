//! The program in a `Jenkinsfile`, as far as it takes to see its texts, and the blocks in which they stand.

/// So deep blocks are followed; what lies deeper is taken for a part of what is around it.
const DEEPEST: usize = 64;

/// The length of `return`.
const RETURN: usize = "return".len();
/// So many of a block's are kept, and so much of what each hangs on: a file may have any number, below any text.
const MOST_RETURNS: usize = 200;
const LONGEST: usize = 400;
/// Blocks that a `return` goes through.
const PASSED: [&str; 9] = ["if", "else", "for", "while", "switch", "case", "try", "catch", "finally"];

/// A text in quotes.
pub(super) struct Text<'s> {
    /// What it says.
    pub(super) says: &'s str,
    /// Where it begins in the file.
    pub(super) start: usize,
    /// The blocks around it, the outermost first.
    pub(super) around: Vec<usize>,
    /// The statement in which it stands, from its beginning to its end.
    pub(super) statement: (usize, usize),
}

/// What stands in braces.
pub(super) struct Block<'s> {
    /// The words before the brace, and what is in it.
    pub(super) header: &'s str,
    pub(super) body: &'s str,
    /// The block around it.
    pub(super) parent: Option<usize>,
    /// Those in it.
    pub(super) inner: Vec<usize>,
    pub(super) start: usize,
    /// The `return`s that leave it.
    pub(super) returns: Vec<Return>,
}

/// A `return`: where it stands, and what it hangs on.
pub(super) struct Return {
    pub(super) at: usize,
    pub(super) under: String,
}

/// A file, taken apart.
#[derive(Default)]
pub(super) struct Program<'s> {
    pub(super) texts: Vec<Text<'s>>,
    /// The `return`s that leave the whole.
    pub(super) returns: Vec<Return>,
    pub(super) blocks: Vec<Block<'s>>,
}

/// What is read, byte by byte: all signs that matter are of ASCII.
pub(super) fn read(source: &str) -> Program<'_> {
    let mut reader = Reader {
        source,
        program: Program::default(),
        open: Vec::new(),
        too_deep: 0,
        parentheses: 0,
        begins: 0,
        from: 0,
    };
    let mut at = 0;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        at = at.saturating_add(reader.step(rest, at));
    }
    reader.end_statement(source.len());
    while let Some(block) = reader.open.pop() {
        reader.close(block, source.len());
    }
    reader.program
}

struct Reader<'s> {
    source: &'s str,
    program: Program<'s>,
    open: Vec<(usize, usize)>,
    /// How many more are open.
    too_deep: usize,
    parentheses: usize,
    /// Where the statement begins.
    begins: usize,
    /// The first text of the statement.
    from: usize,
}

impl Reader<'_> {
    /// Reads what stands at a place; says how long it is.
    fn step(&mut self, rest: &str, at: usize) -> usize {
        let Some(first) = rest.chars().next() else { return 1 };
        let until = |end: &str, from: usize| {
            let behind = rest.get(from..).unwrap_or_default();
            behind.find(end).map_or(rest.len(), |found| from.saturating_add(found))
        };
        if rest.starts_with("//") {
            return until("\n", 2);
        }
        if rest.starts_with("/*") {
            return until("*/", 2).saturating_add(2).min(rest.len());
        }
        for quote in ["'''", "\"\"\"", "'", "\""] {
            if rest.starts_with(quote) {
                let end = end_of_text(rest, quote);
                let start = at.saturating_add(quote.len());
                let says = self.source.get(start..at.saturating_add(end)).unwrap_or_default();
                let around = self.open.iter().map(|(block, _)| *block).collect();
                self.program.texts.push(Text { says, start, around, statement: (self.begins, start) });
                return end.saturating_add(quote.len()).min(rest.len());
            }
        }
        if rest.starts_with("return") {
            self.take_return(rest, at);
        }
        let next = at.saturating_add(first.len_utf8());
        match first {
            '(' | '[' => self.parentheses = self.parentheses.saturating_add(1),
            ')' | ']' => self.parentheses = self.parentheses.saturating_sub(1),
            '{' => {
                let header = self.source.get(self.begins..at).unwrap_or_default().trim();
                if self.open.len() < DEEPEST {
                    let parent = self.open.last().map(|(block, _)| *block);
                    let number = self.program.blocks.len();
                    if let Some(around) = parent.and_then(|parent| self.program.blocks.get_mut(parent)) {
                        around.inner.push(number);
                    }
                    self.open.push((number, next));
                    let block =
                        Block { header, body: "", parent, inner: Vec::new(), start: self.begins, returns: Vec::new() };
                    self.program.blocks.push(block);
                } else {
                    self.too_deep = self.too_deep.saturating_add(1);
                }
                self.end_statement(next);
                self.parentheses = 0;
            }
            '}' => {
                self.end_statement(at);
                self.begins = next;
                if self.too_deep > 0 {
                    self.too_deep = self.too_deep.saturating_sub(1);
                } else if let Some(block) = self.open.pop() {
                    self.close(block, at);
                }
            }
            ';' => self.end_statement(next),
            '\n' if self.parentheses == 0 => self.end_statement(next),
            _ => {}
        }
        first.len_utf8()
    }

    /// A `return` leaves the innermost block around it that is no condition or loop.
    fn take_return(&mut self, rest: &str, at: usize) {
        let is_of_name = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || "_$.".contains(char));
        let before = self.source.get(..at).and_then(|before| before.chars().next_back());
        if is_of_name(before) || is_of_name(rest.chars().nth(RETURN)) || self.too_deep > 0 {
            return;
        }
        let header = |block: usize| self.program.blocks.get(block).map_or("", |block| block.header);
        let is_passed = |block: &usize| {
            let follows = |word: &&str| header(*block).strip_prefix(*word);
            PASSED.iter().filter_map(follows).any(|rest| !rest.starts_with(|next: char| next.is_ascii_alphabetic()))
        };
        let all: Vec<usize> = self.open.iter().map(|(block, _)| *block).collect();
        let passed = all.iter().rev().take_while(|block| is_passed(block)).count();
        let (outer, inner) = all.split_at(all.len().saturating_sub(passed));
        let statement = self.source.get(self.begins..at).unwrap_or_default();
        let parts = inner.iter().map(|block| header(*block)).chain([statement]);
        let under = parts.flat_map(|part| part.chars().chain([' '])).take(LONGEST).collect::<String>();
        let returns = match outer.last().and_then(|block| self.program.blocks.get_mut(*block)) {
            Some(block) => &mut block.returns,
            None => &mut self.program.returns,
        };
        if returns.len() < MOST_RETURNS {
            returns.push(Return { at, under: under.trim_end().to_owned() });
        }
    }

    fn end_statement(&mut self, end: usize) {
        let from = std::mem::replace(&mut self.from, self.program.texts.len());
        for text in self.program.texts.iter_mut().skip(from) {
            text.statement.1 = end;
        }
        self.begins = end;
    }

    fn close(&mut self, (block, start): (usize, usize), end: usize) {
        if let Some(block) = self.program.blocks.get_mut(block) {
            block.body = self.source.get(start..end).unwrap_or_default();
        }
    }
}

/// Where a text ends that begins with a quote. One of a line ends with it.
fn end_of_text(rest: &str, quote: &str) -> usize {
    let mut is_escaped = false;
    for (at, char) in rest.char_indices().skip(quote.len()) {
        match char {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\n' if quote.len() == 1 => return at,
            _ if rest.get(at..).is_some_and(|rest| rest.starts_with(quote)) => return at,
            _ => {}
        }
    }
    rest.len()
}
