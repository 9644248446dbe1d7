//! `debtlint labels import`, against a host on this machine that answers as it is told to.

use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;

use crate::support::History;
use crate::support::Room;
use crate::support::Told;

const PAST: &str = r#"
people: { ann: Ann <ann@example.com> }
commits:
  - name: begin
    at: 2026-01-05T09:00:00Z
    by: ann
    say: "feat: begin"
    write: { .debtlint.yml: "version: 1\npull-request-labels: .debtlint/prs.ndjson\n" }
"#;

/// A host that gives these answers (status line, headers, body, with `${host}` for its own address), one a request, and
/// what it was asked: first line and the token's header.
fn host(answers: &[(&str, &str, String)]) -> (String, mpsc::Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (asked, received) = mpsc::channel();
    let answers: Vec<_> = answers.iter().map(|(s, h, b)| ((*s).to_owned(), (*h).to_owned(), b.clone())).collect();
    let own = address.clone();
    thread::spawn(move || {
        for (status, headers, body) in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
            let lines: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let is_token = |line: &&String| {
                let line = line.to_lowercase();
                line.starts_with("authorization:") || line.starts_with("private-token:")
            };
            let token = lines.iter().find(is_token).cloned().unwrap_or_default();
            asked.send((lines[0].clone(), token)).unwrap();
            let headers = headers.replace("${host}", &own);
            let length = body.len();
            write!(stream, "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}")
                .unwrap();
        }
    });
    (address, received)
}

fn pull(number: u64, label: &str) -> String {
    format!(
        "{{\"number\":{number},\"title\":\"T {number}\",\"labels\":[{{\"name\":\"{label}\"}}],\"merged_at\":\"2026-01-02T00:00:00Z\",\
         \"updated_at\":\"2026-01-02T00:00:00Z\",\"merge_commit_sha\":\"{number:040}\"}}"
    )
}

fn import(room: &Room, host: &str, more: &[&str]) -> Told {
    let line = ["labels", "import", "--from", "github", "--repo", "o/n", "--api-url", host, "--output", "prs.ndjson"];
    room.debtlint_with([&line[..], more].concat(), &[("GITHUB_TOKEN", "secret")])
}

#[test]
fn pages_are_followed_and_limits_obeyed() {
    let (room, _) = Room::with_past(&History::parse(PAST));
    room.put(
        "prs.ndjson",
        "{\"number\":1,\"merge\":null,\"labels\":[\"old\"],\"title\":\"kept\"}\n{\"number\":5,\"labels\":[\"old\"]}\n",
    );
    let link = "link: <${host}/x?page=2>; rel=\"next\"\r\n";
    let (host, asked) = host(&[
        ("200 OK", link, format!("[{},{}]", pull(9, "debt"), pull(5, "new"))),
        ("403 Forbidden", "x-ratelimit-remaining: 0\r\nretry-after: 0\r\n", "{\"message\":\"slow down\"}".to_owned()),
        ("503 Service Unavailable", "retry-after: 0\r\n", String::new()),
        (
            "200 OK",
            "",
            format!("[{}]", pull(3, "ui")).replace("\"merged_at\":\"2026-01-02T00:00:00Z\"", "\"merged_at\":null"),
        ),
    ]);
    let told = import(&room, &host, &[]);
    assert_eq!(told.status, Some(0), "{told}");
    assert_eq!(told.stdout, "2 pull requests read, 3 pull requests in prs.ndjson\n");
    let written = std::fs::read_to_string(room.path("prs.ndjson")).unwrap();
    let expected = format!(
        "{{\"number\":1,\"merge\":null,\"labels\":[\"old\"],\"title\":\"kept\"}}\n\
         {{\"number\":5,\"merge\":\"{:040}\",\"labels\":[\"new\"],\"title\":\"T 5\"}}\n\
         {{\"number\":9,\"merge\":\"{:040}\",\"labels\":[\"debt\"],\"title\":\"T 9\"}}\n",
        5, 9
    );
    assert_eq!(written, expected);
    let asked: Vec<_> = asked.try_iter().collect();
    assert!(asked[0].0.starts_with("GET /repos/o/n/pulls?state=closed&"), "{asked:?}");
    assert!(asked.iter().all(|(_, token)| token.ends_with("Bearer secret")), "{asked:?}");
    assert_eq!(asked.iter().filter(|(line, _)| line.starts_with("GET /x?page=2 ")).count(), 3);
}

#[test]
fn what_a_host_cannot_do_is_told_and_nothing_is_written() {
    let (room, _) = Room::with_past(&History::parse(PAST));
    for (status, headers, body, said) in [
        (
            "401 Unauthorized",
            "",
            "{\"message\":\"Bad credentials\"}",
            "status 401 (the token is wrong, or has run out) Bad",
        ),
        ("404 Not Found", "", "", "there is no such repository"),
        ("429 Too Many", "retry-after: 99999\r\n", "", "asks to wait for 1666 minutes"),
        ("200 OK", "", "[{\"number\":1}]", "missing field `labels`"),
        ("200 OK", "", "<html>", "not what was asked for"),
        ("200 OK", "link: <http://127.0.0.1:1/>; rel=\"next\"\r\n", "[]", "at another address"),
    ] {
        let (host, _asked) = host(&[(status, headers, body.to_owned())]);
        let told = import(&room, &host, &[]);
        let words = told.stderr.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        assert!(told.status == Some(3) && words.contains(said) && told.stdout.is_empty(), "{said}: {told}");
        assert!(!told.stderr.contains("secret") && !room.path("prs.ndjson").exists(), "{told}");
    }
}

#[test]
fn a_file_goes_where_the_policy_says() {
    let (room, _) = Room::with_past(&History::parse(PAST));
    let list = format!("[{{\"number\":2,\"title\":\"t\",\"labels\":[],\"mergeCommit\":{{\"oid\":\"{:040}\"}}}}]", 2);
    room.put("pulls.json", &list);
    let told = room.debtlint(["labels", "import", "past.git", "--from", "pulls.json"]);
    assert_eq!(told.status, Some(0), "{told}");
    let file = room.path("past.git/.debtlint/prs.ndjson");
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text, format!("{{\"number\":2,\"merge\":\"{:040}\",\"labels\":[],\"title\":\"t\"}}\n", 2));
    room.put("pulls.json", "[{]");
    assert_eq!(room.debtlint(["labels", "import", "past.git", "--from", "pulls.json"]).status, Some(2));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "what was there stays");
    for line in ["labels import past.git --from nothing.json", "labels import past.git --from github"] {
        assert_eq!(room.debtlint(line.split_whitespace()).status, Some(2), "{line}");
    }
    // What was typed is wrong: that comes before anything that the policy does not say.
    let (silent, _) = Room::with_past(&History::parse(&PAST.replace("pull-request-labels: .debtlint/prs.ndjson", "")));
    let told = silent.debtlint(["labels", "import", "past.git", "--from", "nothing.json"]);
    assert!(told.status == Some(2) && told.stderr.contains("labels-unreadable"), "{told}");
    silent.put("pulls.json", "[]");
    let told = silent.debtlint(["labels", "import", "past.git", "--from", "pulls.json"]);
    assert!(told.status == Some(2) && told.stderr.contains("no-labels-file"), "{told}");
}

/// A job that runs at changes and by a schedule types its labels in both.
#[test]
fn what_is_typed_of_a_pull_request_is_not_dropped_in_silence() {
    let (room, past) = Room::with_past(&History::parse(PAST));
    let head = past.id("begin");
    let event = [("GITHUB_EVENT_NAME", "schedule"), ("GITHUB_SHA", &head[..])];
    for (typed, times) in [(&[][..], 0), (&["--label", "debt"], 1), (&["--label", "debt", "--title", "debt: x"], 1)] {
        let line = [&["check", "past.git", "--event"], typed].concat();
        let told = room.debtlint_with(line, &event);
        assert_eq!(told.stdout.matches("(request-not-used)").count(), times, "{typed:?}: {told}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out_of_the_repository() {
    let (room, _) = Room::with_past(&History::parse(PAST));
    std::fs::create_dir(room.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(room.path("elsewhere"), room.path("past.git/.debtlint")).unwrap();
    room.put("pulls.json", "[]");
    let told = room.debtlint(["labels", "import", "past.git", "--from", "pulls.json"]);
    assert!(told.status == Some(3) && told.stderr.contains("leads out"), "{told}");
    assert!(std::fs::read_dir(room.path("elsewhere")).unwrap().next().is_none());
}
