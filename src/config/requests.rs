//! The labels of pull requests in a file: one JSON object a line, as `debtlint labels import` writes it, or one list, as
//! `gh pr list --json number,title,labels,mergeCommit` prints it.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::facts::ObjectId;
use crate::facts::Request;
use crate::facts::Untrusted;

/// A line that is no pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRequest {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in bytes.
    pub column: usize,
    /// What is wrong.
    pub reason: String,
}

/// The labels of one pull request, as a host or a file has them: texts, or objects with a text as `name`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "serde_json::Value")]
pub struct RequestLabels(pub Vec<Untrusted>);

/// Reads what can be read, sorted by number; and what cannot. Several lines of one number come to one, with all their
/// labels: two branches may have written one each, and which is newer is unknown.
#[must_use]
pub fn requests(bytes: &[u8]) -> (Vec<Request>, Vec<BadRequest>) {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let (mut found, mut bad) = (Vec::new(), Vec::new());
    if text.trim_start().starts_with('[') {
        match serde_json::from_str::<Vec<Written>>(text) {
            Ok(all) => found.extend(all.into_iter().map(Request::from)),
            Err(error) => bad.push(BadRequest::at(0, &error)),
        }
    } else {
        for (above, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match serde_json::from_str::<Written>(line) {
                Ok(one) => found.push(Request::from(one)),
                Err(error) => bad.push(BadRequest::at(above, &error)),
            }
        }
    }
    (merged(found), bad)
}

/// The file, one line a pull request, sorted by number: the same whoever writes it, and a union of two is one again.
#[must_use]
pub fn requests_file(requests: &[Request]) -> String {
    let line = |request: &Request| {
        let labels: Vec<&str> = request.labels.iter().map(Untrusted::expose).collect();
        let merge = request.merge.map(|id| id.to_string());
        // Written field by field, so that the order of the keys is ours.
        let [title, labels, merge] = [Value::from(request.title.expose()), Value::from(labels), Value::from(merge)];
        format!("{{\"number\":{},\"merge\":{merge},\"labels\":{labels},\"title\":{title}}}\n", request.number)
    };
    merged(requests.to_vec()).iter().map(line).collect()
}

fn merged(mut all: Vec<Request>) -> Vec<Request> {
    all.sort_by_key(|one| one.number);
    let mut merged: Vec<Request> = Vec::with_capacity(all.len());
    for one in all {
        match merged.last_mut().filter(|last| last.number == one.number && last.merge == one.merge) {
            Some(last) => {
                last.labels.extend(one.labels);
                last.title = one.title;
            }
            None => merged.push(one),
        }
    }
    for one in &mut merged {
        one.labels.sort();
        one.labels.dedup();
    }
    merged
}

impl BadRequest {
    fn at(above: usize, error: &serde_json::Error) -> Self {
        let reason = error.to_string();
        // The place stands in its own fields.
        let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
        Self { line: above.saturating_add(error.line().max(1)), column: error.column().max(1), reason }
    }
}

/// A pull request as either form has it; what else a line holds is passed over.
#[derive(Deserialize)]
#[serde(expecting = "a JSON object")]
struct Written {
    number: u64,
    #[serde(default)]
    title: String,
    labels: RequestLabels,
    #[serde(default, alias = "mergeCommit")]
    merge: Option<Merge>,
}

#[derive(Deserialize)]
#[serde(try_from = "WrittenMerge")]
struct Merge(ObjectId);

/// A commit as either form has it. Whatever else is there has a form too, so that it is told in our words.
#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenMerge {
    Id(String),
    Object { oid: String },
    Other(IgnoredAny),
}

impl TryFrom<WrittenMerge> for Merge {
    type Error = String;

    fn try_from(written: WrittenMerge) -> Result<Self, String> {
        let (key, text) = match written {
            WrittenMerge::Id(text) => ("merge", text),
            WrittenMerge::Object { oid } => ("mergeCommit.oid", oid),
            WrittenMerge::Other(_) => return Err("`mergeCommit` has to be null or have an `oid`".to_owned()),
        };
        let bad =
            |_no_id| format!("`{key}` has to be a full commit id of 40 or 64 digits, this is `{}`", shortened(&text));
        text.parse().map(Self).map_err(bad)
    }
}

// Whatever is there is a value first, so that it is told in our words.
impl TryFrom<Value> for RequestLabels {
    type Error = String;

    fn try_from(written: Value) -> Result<Self, String> {
        let Value::Array(all) = written else {
            let this = shortened(&written.to_string());
            return Err(format!("`labels` has to be a list such as `[\"debt\"]`, this is `{this}`"));
        };
        let name = |label: Value| match label.get("name").unwrap_or(&label) {
            Value::String(name) => Ok(Untrusted::new(name.as_str())),
            _ => {
                let this = shortened(&label.to_string());
                Err(format!("`labels` holds `{this}`: each has to be a text, or an object with a text as `name`"))
            }
        };
        all.into_iter().map(name).collect::<Result<_, _>>().map(Self)
    }
}

/// Somebody's text for a message.
fn shortened(text: &str) -> String {
    let visible = |sign: char| if sign == '"' { sign.to_string() } else { sign.escape_debug().to_string() };
    text.chars().take(60).map(visible).collect()
}

impl From<Written> for Request {
    fn from(written: Written) -> Self {
        Self {
            number: written.number,
            merge: written.merge.map(|merge| merge.0),
            title: Untrusted::new(written.title),
            labels: written.labels.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789012345678901234567890123456789";

    #[test]
    fn both_forms_say_the_same() {
        let ours = format!(
            "{{\"number\":2,\"merge\":\"{ID}\",\"labels\":[\"debt\",\"ui\"],\"title\":\"t\"}}\n\n\
             {{\"number\":1,\"merge\":null,\"labels\":[],\"title\":\"\\u001b\"}}\n"
        );
        let hosts = format!(
            " [{{\"number\": 2, \"title\": \"t\", \"mergeCommit\": {{\"oid\": \"{ID}\"}}, \"labels\": [\
             {{\"id\": \"x\", \"name\": \"ui\"}}, {{\"name\": \"debt\"}}]}},\
             {{\"number\": 1, \"title\": \"\\u001b\", \"mergeCommit\": null, \"labels\": []}}]"
        );
        let (read, bad) = requests(ours.as_bytes());
        assert_eq!((&read, &bad), (&requests(hosts.as_bytes()).0, &Vec::new()));
        assert_eq!(read.iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2]);
        let written = requests_file(&read);
        assert_eq!(requests(written.as_bytes()).0, read);
        assert_eq!(requests_file(&requests(format!("{written}{ours}").as_bytes()).0), written, "a union of two");
        assert_eq!(
            written.lines().last().unwrap(),
            format!("{{\"number\":2,\"merge\":\"{ID}\",\"labels\":[\"debt\",\"ui\"],\"title\":\"t\"}}")
        );
    }

    #[test]
    fn several_lines_of_one_number_come_to_one_where_they_name_one_merge() {
        let line = |number: u32, digit: &str, label: &str| {
            format!("{{\"number\":{number},\"merge\":\"{}\",\"labels\":[\"{label}\"]}}\n", digit.repeat(40))
        };
        let labels = |text: &str| -> Vec<Vec<String>> {
            let all = requests(text.as_bytes()).0.into_iter();
            all.map(|one| one.labels.iter().map(|label| label.expose().to_owned()).collect()).collect()
        };
        assert_eq!(labels(&(line(1, "a", "ui") + &line(1, "a", "debt"))), [["debt", "ui"]]);
        assert_eq!(labels(&(line(1, "a", "ui") + &line(1, "b", "debt"))), [["ui"], ["debt"]]);
        assert_eq!(labels(&(line(1, "a", "ui") + &line(2, "a", "debt"))), [["ui"], ["debt"]]);
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        for (text, line, column, reason) in [
            ("\n{\"number\":1}\n", 2, 12, "missing field `labels`"),
            ("7\n", 1, 1, "invalid type: integer `7`, expected a JSON object"),
            (
                "{\"number\":1,\"labels\":[\"ui\",3]}",
                1,
                30,
                "`labels` holds `3`: each has to be a text, or an object with a text as `name`",
            ),
            (
                "{\"number\":1,\"labels\":[{\"id\":7,\"name\":null}],\"title\":\"t\"}",
                1,
                43,
                "`labels` holds `{\"id\":7,\"name\":null}`: each has to be",
            ),
            (
                "{\"number\":1,\"labels\":\"debt\"}",
                1,
                28,
                "`labels` has to be a list such as `[\"debt\"]`, this is `\"debt\"`",
            ),
            (
                "{\"number\":1,\"mergeCommit\":{\"oid\":\"abc1234\"},\"labels\":[]}",
                1,
                43,
                "`mergeCommit.oid` has to be a full commit id of 40 or 64 digits, this is `abc1234`",
            ),
            (
                "{\"number\":1,\"labels\":[],\"merge\":\"abc\"}",
                1,
                38,
                "`merge` has to be a full commit id of 40 or 64 digits, this is `abc`",
            ),
            ("{\"number\":1,\"labels\":[],\"merge\":7}", 1, 34, "`mergeCommit` has to be null or have an `oid`"),
            ("<<<<<<< ours\n", 1, 1, "expected value"),
            ("[\n{\"number\":\"1\"}]", 2, 13, "invalid type: string \"1\", expected u64"),
            ("[", 1, 1, "EOF while parsing a list"),
        ] {
            let (found, bad) = requests(text.as_bytes());
            assert!(found.is_empty(), "{text}");
            assert_eq!((bad[0].line, bad[0].column), (line, column), "{text}");
            assert!(bad[0].reason.starts_with(reason), "{:?}", bad[0]);
        }
        let (found, bad) = requests(b"{\"number\":7,\"labels\":[]}\n>>>>>>> theirs\n");
        assert_eq!((found.len(), bad.len()), (1, 1), "one bad line spoils no other");
    }
}
