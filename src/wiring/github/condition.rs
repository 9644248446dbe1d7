//! The `if:` of steps and jobs.

/// Whether a condition holds at each of these events, whatever a change says: what asks for anything that a change decides
/// (its title, its draft state, who made it, what an earlier step found) is not harmless, and neither is what is not
/// understood.
pub(super) fn is_harmless(condition: &str, events: &[&str]) -> bool {
    let text = expression(condition);
    let holds = |event: &str| text.split("||").any(|all| all.split("&&").all(|one| atom(one, event)));
    events.iter().all(|event| holds(event))
}

/// Whether a condition holds at no change of an event, as far as it plainly says so.
pub(super) fn excludes(condition: &str, event: &str) -> bool {
    let text = expression(condition);
    let is_other = |one: &str| {
        let text = squeezed(one);
        let named = |operator: &str| {
            let (name, value) = text.split_once(operator)?;
            (name == "github.event_name").then(|| literal(value).map(str::to_owned))?
        };
        text == "false"
            || named("==").is_some_and(|name| name != event)
            || named("!=").is_some_and(|name| name == event)
    };
    !text.contains(['(', ')']) && text.split("||").all(|all| all.split("&&").any(is_other))
}

/// What a condition asks for: with one thing less the gate runs at more. All of it, where that is not plain.
pub(super) fn parts(condition: &str) -> Vec<&str> {
    let text = expression(condition).trim();
    let is_whole = |one: &str| {
        let count = |char: char| one.matches(char).count();
        count('(') == count(')') && count('\'') % 2 == 0
    };
    // Without one of these, `success()` is asked for.
    let asks_of_status = ["always(", "cancelled(", "failure(", "success("].iter().any(|word| text.contains(word));
    let all: Vec<&str> = text.split("&&").map(str::trim).collect();
    let is_plain =
        !asks_of_status && !text.contains("||") && !text.contains("${{") && all.iter().all(|one| is_whole(one));
    if is_plain { all } else { vec![text] }
}

/// A condition without the `${{ }}` that it may be written in.
fn expression(condition: &str) -> &str {
    let text = condition.trim();
    text.strip_prefix("${{").and_then(|text| text.strip_suffix("}}")).unwrap_or(text)
}

/// A part of a condition without its blanks, which decide nothing, and with one kind of quotes.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<String>().replace('"', "'")
}

fn atom(text: &str, event: &str) -> bool {
    let text = squeezed(text);
    // `'true'` is what an input is.
    if ["true", "always()", "success()", "!cancelled()", "'true'"].contains(&text.as_str()) {
        return true;
    }
    let compared = |operator: &str| {
        let (left, right) = text.split_once(operator)?;
        Some((left.to_owned(), right.strip_prefix('\'')?.strip_suffix('\'')?.to_owned()))
    };
    match (compared("!="), compared("==")) {
        (Some((left, right)), _) => match literal(&left) {
            Some(left) => !left.eq_ignore_ascii_case(&right),
            None => left == "github.event_name" && right != event,
        },
        (_, Some((left, right))) => match left.as_str() {
            "github.event_name" => right == event,
            // In a fork's own runs there is nothing to guard.
            "github.repository" | "github.repository_owner" => true,
            left => literal(left) == Some(&right),
        },
        _ => false,
    }
}

fn literal(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.strip_suffix('\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions() {
        let both = ["pull_request", "merge_group"];
        for (condition, events, expected) in [
            ("always()", &both[..], true),
            ("${{ !cancelled() }}", &both, true),
            ("github.event_name == 'pull_request'", &both[..1], true),
            ("github.event_name == 'pull_request'", &both, false),
            ("github.event_name == 'pull_request' || github.event_name == 'merge_group'", &both, true),
            ("${{ github.event_name != 'push' }}", &both, true),
            ("github.event_name != 'merge_group'", &both, false),
            ("github.repository == 'owner/name'", &both, true),
            ("github.event_name != 'push' && github.repository_owner == \"owner\"", &both, true),
            ("failure()", &both, false),
            ("github.actor != 'dependabot[bot]'", &both, false),
            ("!github.event.pull_request.draft", &both, false),
            ("!contains(github.event.pull_request.title, '[skip]')", &both, false),
            ("steps.changed.outputs.any == 'true'", &both, false),
            ("'true'", &both, true),
            ("'false'", &both, false),
            ("'yes' == 'yes'", &both, true),
            ("'yes' == 'no'", &both, false),
            ("'yes' != 'no'", &both, true),
            ("'No' != 'no'", &both, false),
            ("'pull_request' == github.event_name", &both, false),
            ("", &both, false),
        ] {
            assert_eq!(is_harmless(condition, events), expected, "{condition}");
        }
    }
}
