//! The labels of merged pull requests, asked of GitHub or GitLab: the only place that opens a connection.
//!
//! What a host answers is data to be written to a file that people review; it decides nothing here. The token goes to
//! the address that was typed or is well known, and to no other, wherever an answer points.

use std::time::Duration;

use serde::Deserialize;

use crate::cli::args::ImportArgs;
use crate::cli::error::CliError;
use crate::cli::outputs::variable;
use crate::config::RequestLabels;
use crate::facts::ObjectId;
use crate::facts::Request;
use crate::facts::UnixTime;
use crate::facts::Untrusted;

/// How often a page is asked for, and how long a host may make us wait for one.
const TRIES: u32 = 5;
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// More pages than any repository has.
const MOST_PAGES: usize = 10_000;

/// A host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    GitHub,
    GitLab,
}

/// What a host answered.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// The page that follows.
    pub(super) next: Option<String>,
    /// How long it wants us to wait.
    pub(super) wait: Option<Duration>,
}

/// Asks for an address; the error is that of the connection.
pub(super) type Ask<'a> = dyn FnMut(&str) -> Result<Answer, String> + 'a;

impl Host {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "github" => Some(Self::GitHub),
            "gitlab" => Some(Self::GitLab),
            _ => None,
        }
    }

    /// Where it is, and the variable and header of its token.
    const fn known(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::GitHub => ("https://api.github.com", "GITHUB_TOKEN", "Authorization"),
            Self::GitLab => ("https://gitlab.com/api/v4", "GITLAB_TOKEN", "PRIVATE-TOKEN"),
        }
    }

    fn first_page(self, base: &str, repo: &str, since: Option<UnixTime>) -> String {
        match self {
            Self::GitHub => {
                format!("{base}/repos/{repo}/pulls?state=closed&sort=updated&direction=desc&per_page=100")
            }
            Self::GitLab => {
                let since = since.map(|since| format!("&updated_after={}", since.rfc3339())).unwrap_or_default();
                let project = repo.replace('/', "%2F");
                format!("{base}/projects/{project}/merge_requests?state=merged&order_by=updated_at&per_page=100{since}")
            }
        }
    }
}

/// All merged pull requests of a repository.
pub(super) fn requests(host: Host, typed: &ImportArgs) -> Result<Vec<Request>, CliError> {
    let (address, token, header) = host.known();
    let base = typed.api_url.as_deref().unwrap_or(address).trim_end_matches('/');
    let repo = typed.repo.clone().or_else(|| match host {
        Host::GitHub => variable("GITHUB_REPOSITORY"),
        Host::GitLab => variable("CI_PROJECT_PATH"),
    });
    let repo = repo.ok_or(CliError::NoHostRepository)?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if !repo.contains('/') || !repo.chars().all(is_plain) || repo.split('/').any(|part| part.is_empty() || part == "..")
    {
        return Err(CliError::NoHostRepository);
    }
    let secret = variable(token).map(|secret| match host {
        Host::GitHub => format!("Bearer {secret}"),
        Host::GitLab => secret,
    });
    if secret.is_some() && !is_private(base) {
        let reason = "the token would be sent in the clear: write https".to_owned();
        return Err(CliError::HostFailed { url: base.to_owned(), reason });
    }
    let mut ask = connection(header, secret)?;
    pages(host, base, &repo, typed.since, &mut *ask, &mut std::thread::sleep)
}

/// Whether nobody on the way can read what is sent: it is encrypted, or does not leave the machine.
fn is_private(base: &str) -> bool {
    let host = base.strip_prefix("http://").map(|rest| rest.split(['/', ':', '?', '#']).next().unwrap_or_default());
    base.starts_with("https://") || matches!(host, Some("127.0.0.1" | "localhost"))
}

/// Follows the pages. `pause` waits: rate limits are obeyed, and what may pass is tried again, both within bounds.
pub(super) fn pages(
    host: Host,
    base: &str,
    repo: &str,
    since: Option<UnixTime>,
    ask: &mut Ask<'_>,
    pause: &mut dyn FnMut(Duration),
) -> Result<Vec<Request>, CliError> {
    let mut all = Vec::new();
    let mut next = Some(host.first_page(base, repo, since));
    for _page in 0..MOST_PAGES {
        let Some(url) = next.take() else { break };
        let answer = patiently(&url, ask, pause)?;
        let failed = |reason: String| CliError::HostFailed { url: url.clone(), reason };
        let pulls: Vec<Pull> = serde_json::from_slice(&answer.body)
            .map_err(|error| failed(format!("the answer is not what was asked for: {error}")))?;
        let mut is_older = false;
        for pull in pulls {
            is_older |= since.is_some_and(|since| pull.updated().is_some_and(|updated| updated < since));
            all.extend(pull.merged());
        }
        // The newest come first.
        if is_older {
            break;
        }
        if let Some(url) = answer.next {
            if !url.starts_with(&format!("{base}/")) {
                return Err(failed("the next page is said to be at another address".to_owned()));
            }
            next = Some(url);
        }
    }
    Ok(all)
}

fn patiently(url: &str, ask: &mut Ask<'_>, pause: &mut dyn FnMut(Duration)) -> Result<Answer, CliError> {
    let failed = |reason: String| CliError::HostFailed { url: url.to_owned(), reason };
    let mut said = String::new();
    for attempt in 0..TRIES {
        let wait = match ask(url) {
            Ok(answer) if answer.status == 200 => return Ok(answer),
            Ok(answer) => {
                said = explained(&answer);
                let may_pass = matches!(answer.status, 429 | 500 | 502 | 503 | 504)
                    || answer.status == 403 && answer.wait.is_some();
                if !may_pass {
                    return Err(failed(said));
                }
                answer.wait
            }
            Err(error) => {
                said = error;
                None
            }
        };
        let wait = wait.unwrap_or(Duration::from_secs(1 << attempt));
        if wait > LONGEST_WAIT {
            return Err(failed(format!("{said}; the host asks to wait for {} minutes", wait.as_secs() / 60)));
        }
        if attempt.saturating_add(1) < TRIES {
            pause(wait);
        }
    }
    Err(failed(format!("{said}; tried {TRIES} times")))
}

/// What a status means, and what the host says itself.
fn explained(answer: &Answer) -> String {
    #[derive(Deserialize)]
    struct Told {
        message: String,
    }
    let meaning = match answer.status {
        401 => " (the token is wrong, or has run out)",
        403 => " (the token may not read this)",
        404 => " (there is no such repository, or the token may not see it)",
        429 => " (too many requests)",
        _ => "",
    };
    let told = serde_json::from_slice::<Told>(&answer.body).map(|told| told.message).unwrap_or_default();
    let told: String = told.chars().take(200).flat_map(char::escape_debug).collect();
    format!("status {}{meaning} {told}", answer.status).trim_end().to_owned()
}

/// The address behind `rel="next"` in a `Link` header.
#[cfg(any(feature = "network", test))]
pub(super) fn next_page(link: &str) -> Option<String> {
    link.split(',').find_map(|one| {
        let (address, parameters) = one.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = parameters.split(';').any(|parameter| matches!(parameter.trim(), "rel=\"next\"" | "rel=next"));
        is_next.then(|| address.to_owned())
    })
}

/// A pull request or merge request as its host tells it.
#[derive(Deserialize)]
struct Pull {
    #[serde(alias = "iid")]
    number: u64,
    #[serde(default)]
    title: String,
    labels: RequestLabels,
    #[serde(default)]
    merged_at: Option<String>,
    #[serde(default)]
    updated_at: Option<String>,
    #[serde(default)]
    merge_commit_sha: Option<String>,
    #[serde(default)]
    squash_commit_sha: Option<String>,
    #[serde(default)]
    sha: Option<String>,
}

impl Pull {
    fn updated(&self) -> Option<UnixTime> {
        let time: jiff::Timestamp = self.updated_at.as_deref()?.parse().ok()?;
        UnixTime::new(time.as_second())
    }

    /// `None` for one that was closed. GitLab names what lands it by the way of merging; a merge lands what was squashed.
    fn merged(self) -> Option<Request> {
        self.merged_at.as_ref()?;
        let commits = [&self.merge_commit_sha, &self.squash_commit_sha, &self.sha];
        let merge = commits.into_iter().flatten().find_map(|id| id.parse::<ObjectId>().ok());
        Some(Request { number: self.number, merge, title: Untrusted::new(self.title), labels: self.labels.0 })
    }
}

#[cfg(not(feature = "network"))]
fn connection(_header: &'static str, _secret: Option<String>) -> Result<Box<Ask<'static>>, CliError> {
    Err(CliError::NoNetwork)
}

#[cfg(feature = "network")]
fn connection(header: &'static str, secret: Option<String>) -> Result<Box<Ask<'static>>, CliError> {
    /// A page of a hundred is far smaller.
    const LARGEST: u64 = 64 << 20;
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(60)))
        .redirect_auth_headers(ureq::config::RedirectAuthHeaders::SameHost)
        .user_agent(concat!("debtlint/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent();
    Ok(Box::new(move |url| {
        let mut request = agent.get(url).header("Accept", "application/json");
        if let Some(secret) = &secret {
            request = request.header(header, secret);
        }
        let mut response = request.call().map_err(|error| error.to_string())?;
        let text = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let answer = Answer {
            status: response.status().as_u16(),
            next: text("link").and_then(|link| next_page(&link)),
            wait: wait(&text),
            body: Vec::new(),
        };
        let body = response.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(|error| error.to_string())?;
        Ok(Answer { body, ..answer })
    }))
}

/// How long a host wants us to wait: seconds, or until its limit begins anew.
#[cfg(feature = "network")]
fn wait(header: &dyn Fn(&str) -> Option<String>) -> Option<Duration> {
    if let Some(seconds) = header("retry-after").and_then(|text| text.trim().parse().ok()) {
        return Some(Duration::from_secs(seconds));
    }
    let remaining = header("x-ratelimit-remaining").or_else(|| header("ratelimit-remaining"));
    if remaining.is_none_or(|text| text.trim() != "0") {
        return None;
    }
    let reset = header("x-ratelimit-reset").or_else(|| header("ratelimit-reset"))?;
    let reset: u64 = reset.trim().parse().ok()?;
    #[expect(clippy::disallowed_methods, reason = "this is cli; how long to wait is no part of a judgement")]
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    // One more, since both clocks are cut to seconds.
    Some(Duration::from_secs(reset.saturating_sub(now).saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://host.example/api";

    fn page(numbers: &[u64], next: Option<&str>) -> Answer {
        let pulls = numbers.iter().map(|number| {
            format!(
                "{{\"number\":{number},\"title\":\"t\",\"labels\":[{{\"name\":\"debt\"}}],\"merged_at\":\"x\",\
                 \"updated_at\":\"2026-01-{number:02}T00:00:00Z\",\"merge_commit_sha\":\"{number:040}\"}}"
            )
        });
        let body = format!("[{}]", pulls.collect::<Vec<_>>().join(","));
        Answer { status: 200, body: body.into_bytes(), next: next.map(str::to_owned), wait: None }
    }

    fn status(status: u16, wait: Option<u64>) -> Answer {
        Answer { status, wait: wait.map(Duration::from_secs), body: b"{\"message\":\"no\"}".to_vec(), next: None }
    }

    /// What comes of these answers, how long was waited in between, and how many were asked for.
    fn asked(since: Option<&str>, answers: Vec<Result<Answer, String>>) -> (Result<Vec<u64>, String>, Vec<u64>, usize) {
        let mut answers = answers.into_iter();
        let (mut waits, mut count) = (Vec::new(), 0);
        let since = since.map(|text| crate::cli::settings::since(text).unwrap());
        let mut ask = |_: &str| {
            count += 1;
            answers.next().unwrap()
        };
        let found = pages(Host::GitHub, BASE, "o/n", since, &mut ask, &mut |wait| waits.push(wait.as_secs()));
        let found = found.map(|all| all.iter().map(|one| one.number).collect());
        (found.map_err(|error| error.to_string()), waits, count)
    }

    #[test]
    fn pages_limits_and_failures() {
        let second = format!("{BASE}/x?page=2");
        let all = asked(None, vec![Ok(page(&[9, 8], Some(&second))), Ok(page(&[7], None))]);
        assert_eq!(all, (Ok(vec![9, 8, 7]), vec![], 2));
        let newest = asked(Some("2026-01-08"), vec![Ok(page(&[9, 8, 7], Some(&second)))]);
        assert_eq!(newest, (Ok(vec![9, 8, 7]), vec![], 1), "what is older ends it");
        let patient =
            vec![Ok(status(403, Some(7))), Ok(status(503, None)), Err("reset".to_owned()), Ok(page(&[1], None))];
        assert_eq!(asked(None, patient), (Ok(vec![1]), vec![7, 2, 4], 4));
        for (answers, said, count) in [
            (vec![Ok(status(401, None))], "status 401 (the token is wrong, or has run out) no", 1),
            (vec![Ok(status(403, None))], "status 403 (the token may not read this) no", 1),
            (vec![Ok(status(404, Some(1)))], "status 404", 1),
            (vec![Ok(status(429, Some(9_000)))], "the host asks to wait for 150 minutes", 1),
            (vec![Ok(status(500, None)); 5], "tried 5 times", 5),
            (vec![Ok(Answer { status: 200, body: b"{}".to_vec(), ..Answer::default() })], "not what was asked for", 1),
            (vec![Ok(page(&[1], Some("https://elsewhere.example/")))], "at another address", 1),
            (vec![Ok(page(&[1], Some("https://host.example/api.evil/")))], "at another address", 1),
        ] {
            let (found, _, asked) = asked(None, answers);
            assert_eq!(asked, count, "{said}");
            assert!(found.as_ref().is_err_and(|error| error.contains(said)), "{found:?}");
        }
    }

    #[test]
    fn where_a_token_may_go() {
        for (base, expected) in [
            ("https://host.example/api", true),
            ("http://127.0.0.1:8080/api", true),
            ("http://localhost", true),
            ("http://host.example", false),
            ("http://127.0.0.1.host.example", false),
            ("http://127.0.0.1@host.example", false),
            ("ftp://127.0.0.1", false),
        ] {
            assert_eq!(is_private(base), expected, "{base}");
        }
    }

    #[test]
    fn links() {
        let link = "<https://x/1>; rel=\"prev\", <https://x/3?a=1>; rel=\"next\", <https://x/9>; rel=\"last\"";
        assert_eq!(next_page(link).as_deref(), Some("https://x/3?a=1"));
        assert_eq!(next_page("<https://x/1>; rel=\"last\""), None);
        assert_eq!(next_page("nonsense, <"), None);
    }

    #[test]
    fn which_commit_lands() {
        let id = |digit: char| digit.to_string().repeat(40);
        for (text, expected) in [
            (format!("\"merged_at\":\"x\",\"merge_commit_sha\":null,\"squash_commit_sha\":\"{}\"", id('2')), Some('2')),
            (
                format!(
                    "\"merged_at\":\"x\",\"merge_commit_sha\":\"{}\",\"squash_commit_sha\":\"{}\"",
                    id('1'),
                    id('2')
                ),
                Some('1'),
            ),
            (format!("\"merged_at\":\"x\",\"sha\":\"{}\"", id('3')), Some('3')),
            (format!("\"merged_at\":null,\"merge_commit_sha\":\"{}\"", id('1')), None),
        ] {
            let pull: Pull = serde_json::from_str(&format!("{{\"iid\":1,\"labels\":[\"debt\"],{text}}}")).unwrap();
            let merge = pull.merged().and_then(|one| one.merge).map(|id| id.to_string());
            assert_eq!(merge, expected.map(id), "{text}");
        }
    }
}
