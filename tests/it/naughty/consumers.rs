//! Who reads a report: what each takes for more than text.

use base64ct::Encoding as _;
use serde_json::Value;
use sha2::Digest as _;

/// `Err` is what the consumer would fall for.
pub(super) type Model = fn(&str) -> Result<(), String>;

/// A terminal without colours: nothing steers it, nothing hides, lines end with a line feed only.
pub(super) fn terminal(output: &str) -> Result<(), String> {
    let steers = |c: &char| c.is_control() && *c != '\n';
    let hides = |c: &char| {
        matches!(c, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{3164}' | '\u{feff}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e0fff}')
    };
    match output.chars().find(|c| steers(c) || hides(c)) {
        Some(harm) => Err(format!("{harm:?} gets to the terminal: {}", around(output, harm))),
        None => Ok(()),
    }
}

/// GitHub's runner trims a line and takes `::name` for a command; the older `##[name]` it finds anywhere. So do others.
pub(super) fn build_log(output: &str) -> Result<(), String> {
    for line in output.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}']) {
        if line.trim_start().starts_with("::") || ["##[", "##vso[", "##teamcity["].iter().any(|one| line.contains(one))
        {
            return Err(format!("a command: {line}"));
        }
    }
    Ok(())
}

fn parsed(output: &str) -> Result<Value, String> {
    // Nothing harmful before it is parsed either.
    terminal(output)?;
    serde_json::from_str(output).map_err(|error| error.to_string())
}

/// One document.
pub(super) fn json(output: &str) -> Result<(), String> {
    parsed(output)?.is_object().then_some(()).ok_or_else(|| "no object".to_owned())
}

/// One document a line.
pub(super) fn json_lines(output: &str) -> Result<(), String> {
    output.lines().try_for_each(json)
}

/// One list, of paths inside the repository.
pub(super) fn gitlab(output: &str) -> Result<(), String> {
    let issues = parsed(output)?;
    for issue in issues.as_array().ok_or("no list")? {
        let path = issue["location"]["path"].as_str().ok_or("no path")?;
        if path.starts_with('/') || path.split('/').any(|part| part == "..") {
            return Err(format!("{path:?} leads out of the repository"));
        }
    }
    Ok(())
}

/// One document whose places are relative and encoded.
pub(super) fn sarif(output: &str) -> Result<(), String> {
    let mut open = vec![parsed(output)?];
    while let Some(value) = open.pop() {
        if let Some(uri) = value.pointer("/artifactLocation/uri").and_then(Value::as_str) {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
            if !uri.chars().all(plain) || uri.starts_with('/') || uri.split('/').any(|part| part == "..") {
                return Err(format!("a place outside of the repository: {uri}"));
            }
        }
        match value {
            Value::Array(values) => open.extend(values),
            Value::Object(fields) => open.extend(fields.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
    Ok(())
}

/// GitHub's runner: `::name key=value,key=value::data`, and nothing else on the line.
pub(super) fn github(output: &str) -> Result<(), String> {
    terminal(output)?;
    for line in output.lines() {
        let wrong = || format!("not one annotation: {line}");
        let (command, data) = line.strip_prefix("::").and_then(|rest| rest.split_once("::")).ok_or_else(wrong)?;
        let (name, properties) = command.split_once(' ').ok_or_else(wrong)?;
        let keys: Vec<&str> = properties.split(',').map(|one| one.split('=').next().unwrap_or_default()).collect();
        let is_known = keys.iter().all(|key| ["file", "line", "col", "title"].contains(key));
        let once = keys.iter().all(|key| keys.iter().filter(|other| *other == key).count() == 1);
        // The older form, `##[name]`, is looked for where the runner does not know the name of the newer one.
        build_log(line.trim_start_matches(':'))?;
        if !matches!(name, "error" | "warning" | "notice") || !is_known || !once {
            return Err(wrong());
        }
        terminal(&data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%"))?;
    }
    Ok(())
}

/// The agent of Azure Pipelines: a command from `##vso[` to the first `]`, its properties behind the first blank.
pub(super) fn azure(output: &str) -> Result<(), String> {
    terminal(output)?;
    for line in output.lines() {
        let wrong = || format!("not one issue: {line}");
        let rest = line.strip_prefix("##vso[task.logissue ").ok_or_else(wrong)?;
        let (properties, message) = rest.split_once(']').ok_or_else(wrong)?;
        build_log(rest)?;
        let keys: Vec<&str> = properties.split(';').map(|one| one.split('=').next().unwrap_or_default()).collect();
        let is_one = keys == ["type", "sourcepath", "linenumber", "columnnumber", "code"];
        if !is_one || message.contains("\r") {
            return Err(wrong());
        }
    }
    Ok(())
}

/// A reader of JUnit's XML: well-formed, and no character that XML has no place for.
pub(super) fn junit(output: &str) -> Result<(), String> {
    terminal(output)?;
    quick_junit::Report::deserialize_from_str(output).map(drop).map_err(|error| error.to_string())
}

/// A spreadsheet: rows of one length, a line each, and no field that is a formula.
pub(super) fn csv(output: &str) -> Result<(), String> {
    terminal(output)?;
    for record in ::csv::Reader::from_reader(output.as_bytes()).records() {
        for field in &record.map_err(|error| error.to_string())? {
            if field.trim_start().starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠']) {
                return Err(format!("a formula: {field}"));
            }
            if field.contains(['\n', '\r']) {
                return Err(format!("a field of several lines: {field:?}"));
            }
        }
    }
    Ok(())
}

/// What a host renders: outside of code no tag but those of the report, no link, no mention, no title; and tables whose
/// lines all have as many cells as the first.
pub(super) fn markdown(output: &str) -> Result<(), String> {
    const TAGS: [&str; 5] = ["<details>", "</details>", "<summary>", "</summary>", "<br>"];
    terminal(output)?;
    let mut cells = None;
    for line in output.lines() {
        let wrong = |what: &str| Err(format!("{what}: {line}"));
        cells = match (line.starts_with('|'), cells) {
            (false, _) => None,
            (true, Some(before)) if before != line.matches('|').count() => return wrong("another number of cells"),
            (true, _) => Some(line.matches('|').count()),
        };
        let mut plain = without(line, "<code>", "</code>", "<|`")?;
        plain = without(&plain, "`", "`", "<|")?;
        plain = without(&plain, "&#", ";", " <&")?;
        for tag in TAGS {
            plain = plain.replace(tag, "");
        }
        plain = plain.replace("**", "");
        if line != "### debtlint" && plain.contains(['<', '>', '`', '@', '[', ']', '#', '*', '\\', '!']) {
            return wrong("markup");
        }
        if plain.contains("//") || plain.to_lowercase().contains("www.") {
            return wrong("a link");
        }
    }
    Ok(())
}

/// The text without what stands between two words, in which some characters may not be.
fn without(text: &str, open: &str, close: &str, forbidden: &str) -> Result<String, String> {
    let (mut rest, mut kept) = (text, String::new());
    while let Some((before, inside)) = rest.split_once(open) {
        let (inside, behind) = inside.split_once(close).ok_or_else(|| format!("{open} without an end: {text}"))?;
        if inside.contains(|c| forbidden.contains(c)) {
            return Err(format!("{inside:?} in {open}: {text}"));
        }
        kept.push_str(before);
        rest = behind;
    }
    Ok(kept + rest)
}

fn around(text: &str, harm: char) -> String {
    let line = text.lines().find(|line| line.contains(harm)).unwrap_or_default();
    format!("{:?}", line.chars().take(200).collect::<String>())
}

/// A browser: no element and no attribute but those of the page, nothing that leads out of it, and no script but its own.
pub(super) fn html(output: &str) -> Result<(), String> {
    const ELEMENTS: &str = "!doctype html head meta title style body a header p strong h1 h2 h3 dl div dt dd nav ul li main \
        section form label input span table caption thead tbody tr th td svg line path circle text rect article figure \
        figcaption details summary code br footer script";
    const ATTRIBUTES: &str = "lang charset http-equiv content name class href id aria-label aria-labelledby aria-hidden \
        role tabindex scope hidden type autocomplete data-team data-title data-tone viewBox x y x1 x2 y1 y2 d cx cy r width height \
        preserveAspectRatio html";
    terminal(output)?;
    let mut rest = output;
    while let Some((_, tag)) = rest.split_once('<') {
        let (tag, behind) = tag.split_once('>').ok_or("a tag without an end")?;
        rest = behind;
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let name = name.trim_start_matches('/').trim_end_matches('/');
        if !ELEMENTS.split_whitespace().any(|known| known == name) {
            return Err(format!("an element {name}: <{tag}>"));
        }
        while !attributes.trim_matches([' ', '/']).is_empty() {
            let key = attributes.trim_start().split(['=', ' ']).next().unwrap_or_default();
            if !ATTRIBUTES.split_whitespace().any(|known| known == key) {
                return Err(format!("an attribute {key}: <{tag}>"));
            }
            let behind = attributes.trim_start().strip_prefix(key).unwrap_or_default();
            let Some(value) = behind.strip_prefix('=') else {
                attributes = behind;
                continue;
            };
            let value = value.strip_prefix('"').and_then(|value| value.split_once('"'));
            let (value, behind) = value.ok_or_else(|| format!("a value without quotes: <{tag}>"))?;
            if key == "href" && !value.starts_with('#') {
                return Err(format!("a link that leads out: {value}"));
            }
            attributes = behind;
        }
        // What the page's own policy lets through is told by its digest.
        if matches!(tag, "style" | "script") {
            let (text, behind) = rest.split_once(&format!("</{tag}>")).ok_or("no end")?;
            let digest = base64ct::Base64::encode_string(&sha2::Sha256::digest(text.as_bytes()));
            if !output.contains(&format!("{tag}-src 'sha256-{digest}'")) {
                return Err(format!("a {tag} of somebody else's: {text}"));
            }
            rest = behind;
        }
    }
    Ok(())
}
