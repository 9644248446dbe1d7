//! What was written becomes what was agreed: the values of a policy are held against each other.

mod markers;
mod roster;
mod rules;
mod safeguards;

use crate::config::error::Problems;
use crate::config::pack::Layer;
use crate::config::raw;
use crate::config::read::At;
use crate::finding::Finding;
use crate::policy::Allocation;
use crate::policy::BasisPoints;
use crate::policy::MinimumEffort;
use crate::policy::Policy;
use crate::policy::PolicySource;
use crate::policy::PolicyText;
use crate::policy::RequireLabel;

/// Makes the policy out of its own file, the files whose rules it takes over, and the one with the settings that hold
/// where it says nothing. `None` only when the last of them lacks a setting.
pub(super) fn policy(
    source: PolicySource,
    own: Option<Layer>,
    packs: Vec<Layer>,
    settings: Option<Layer>,
    problems: &mut Problems,
) -> (Option<Policy>, Vec<Finding>) {
    let mut warnings = Vec::new();
    let policy = agreed(source, own, packs, settings, problems, &mut warnings);
    (policy, warnings)
}

fn agreed(
    source: PolicySource,
    mut own: Option<Layer>,
    mut packs: Vec<Layer>,
    settings: Option<Layer>,
    problems: &mut Problems,
    warnings: &mut Vec<Finding>,
) -> Option<Policy> {
    let settings = settings?;
    let mut texts: Vec<PolicyText> = own.iter().chain(&packs).map(text).collect();
    let written = own.iter_mut().chain(&mut packs).flat_map(|layer| std::mem::take(&mut layer.written)).collect();
    let settings_text = text(&settings);
    let (mut own, mut settings) = (own.map(|own| own.file), settings.file);

    let window = either(&mut own, &mut settings, |file| file.window.take())?;
    let effort = either(&mut own, &mut settings, |file| file.effort.take())?;
    let attribution = either(&mut own, &mut settings, |file| file.attribution.take())?;
    let allocation = either(&mut own, &mut settings, |file| file.allocation.take())?;
    let fail_when = either(&mut own, &mut settings, |file| file.fail_when.take())?;
    let unproven = either(&mut own, &mut settings, |file| file.unproven_credit.take());
    let people = either(&mut own, &mut settings, |file| file.minimum_effort.as_mut()?.value.people.take())?;
    let weeks = either(&mut own, &mut settings, |file| file.minimum_effort.as_mut()?.value.developer_weeks.take())?;
    if allocation.at.file == settings_text.name && texts.iter().all(|text| text.name != settings_text.name) {
        texts.push(settings_text);
    }

    let sponsor = own.as_mut().and_then(|own| own.sponsor.take()).map(|sponsor| sponsor.value.0);
    let guards = own.as_mut().map(safeguards::Written::take).unwrap_or_default();
    let teams = own.as_mut().and_then(|own| own.teams.take());
    let allocation = At { value: Allocation(allocation.value), at: allocation.at };
    let (teams, roster) = roster::teams(teams, attribution.value, &allocation, problems, warnings);
    let safeguards = safeguards::safeguards(guards, sponsor.as_deref(), &teams, problems);
    let requests_file = own.as_mut().and_then(|own| own.pull_request_labels.take());
    let require_label = own.as_mut().and_then(|own| own.require_label.take());
    let exempt_changes = own.as_mut().and_then(|own| own.exempt_changes.take());
    let exempt_changes = rules::exempt_changes(exempt_changes, problems);
    let markers = own.as_mut().and_then(|own| own.markers.take());
    let mut markers = markers.map(|said| markers::markers(said, &teams, problems)).unwrap_or_default();
    if let Some(flow) = own.as_mut().and_then(|own| own.marker_flow.take()) {
        (markers.flow, markers.flow_at) = (flow.value, Some(flow.at));
    }
    let ranked = rules::ranked(own, packs.into_iter().map(|pack| pack.file));
    let rules::Rules { labels, exempt, ignore, ignored, bot_paths, bot_path_rules } = rules::rules(ranked, problems);
    Some(Policy {
        source,
        texts,
        written,
        sponsor,
        window_days: window.value.0,
        effort: effort.value,
        attribution: attribution.value,
        minimum: MinimumEffort { people: people.value.0, developer_week_hundredths: weeks.value.0 },
        fail_when: fail_when.value,
        unproven_credit: unproven.map_or(BasisPoints::WHOLE, |unproven| unproven.value),
        teams,
        roster,
        labels,
        requests_file: requests_file.map(|path| (path.value.0, path.at)),
        require_label: require_label.map(|level| RequireLabel { level: level.value, at: level.at }),
        exempt_changes,
        exempt,
        ignore,
        ignored,
        safeguards,
        bot_paths,
        bot_path_rules,
        markers,
    })
}

fn text(layer: &Layer) -> PolicyText {
    PolicyText { name: layer.name.clone(), text: layer.text.clone() }
}

/// What the policy says, or else the default.
fn either<T>(
    own: &mut Option<raw::File>,
    settings: &mut raw::File,
    field: impl Fn(&mut raw::File) -> Option<At<T>>,
) -> Option<At<T>> {
    own.as_mut().and_then(&field).or_else(|| field(settings))
}
