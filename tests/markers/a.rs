//! TODO: yes, in module docs
const A: &str = "// TODO: no";
const B: &str = r##"a "# // TODO: no"##; // TODO: yes after a raw string
/* outer /* TODO: yes, nested */ TODO: yes, still outside */
fn f<'a>(x: &'a str) -> char { '"' } // TODO: yes after a lifetime and a quote
const C: &[u8] = br#"// TODO: no"#;
const D: &str = "over
// TODO: no
lines"; /// TODO: yes
let todo = TODO_LIST; // a TODOS b XTODO c TODO_X d
