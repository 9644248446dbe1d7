//! Which new marker an old one was rewritten into.

use std::collections::BTreeMap;

use crate::facts::RepoPath;
use crate::marker::item::Marker;
use crate::marker::turnover::Gone;

/// In a file with more new and old markers than this nobody rewrote them one by one.
const MOST: usize = 100;

type New = (RepoPath, Marker);

/// The pairs, and what of both is left.
pub(super) fn pairs(added: Vec<New>, removed: Vec<Gone>) -> (Vec<(Gone, New)>, Vec<New>, Vec<Gone>) {
    let (mut added, mut removed): (Vec<Option<New>>, Vec<Option<Gone>>) =
        (added.into_iter().map(Some).collect(), removed.into_iter().map(Some).collect());
    let mut pairs = Vec::new();
    // The same words with other brackets in another file: moved and edited at once.
    let mut by_text: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, gone) in removed.iter().enumerate().rev() {
        let text = gone.iter().map(|gone| gone.marker.text.expose()).find(|text| !text.is_empty());
        by_text.entry(text.unwrap_or_default().to_owned()).or_default().push(place);
    }
    for new in &mut added {
        let text = new.iter().map(|(_, marker)| marker.text.expose()).find(|text| !text.is_empty());
        let place = text.and_then(|text| by_text.get_mut(text)).and_then(Vec::pop);
        take(place.and_then(|place| removed.get_mut(place)), new, &mut pairs);
    }
    // Other words in the same file.
    let mut by_path: BTreeMap<RepoPath, Vec<usize>> = BTreeMap::new();
    for (place, gone) in removed.iter().enumerate() {
        if let Some(gone) = gone {
            by_path.entry(gone.path.clone()).or_default().push(place);
        }
    }
    for new in &mut added {
        let Some((path, marker)) = new.as_ref() else { continue };
        let Some(places) = by_path.get(path).filter(|places| places.len() <= MOST) else { continue };
        let alike = |place: &usize| removed.get(*place)?.as_ref().and_then(|gone| likeness(&gone.marker, marker));
        let best = places.iter().filter_map(|place| Some((alike(place)?, std::cmp::Reverse(*place)))).max();
        take(best.and_then(|(_, place)| removed.get_mut(place.0)), new, &mut pairs);
    }
    (pairs, added.into_iter().flatten().collect(), removed.into_iter().flatten().collect())
}

fn take(gone: Option<&mut Option<Gone>>, new: &mut Option<New>, pairs: &mut Vec<(Gone, New)>) {
    if let Some(slot) = gone
        && let (Some(gone), Some(there)) = (slot.take(), new.take())
    {
        pairs.push((gone, there));
    }
}

/// How much two markers are alike; `None` where they are not the same debt: a ticket in common, or half of the words of
/// the longer one and two at least.
fn likeness(old: &Marker, new: &Marker) -> Option<usize> {
    let tickets = |marker: &Marker| -> Vec<String> {
        marker.attributes.tickets.iter().map(|ticket| ticket.expose().to_owned()).collect()
    };
    let named = tickets(old);
    let same_ticket = tickets(new).iter().any(|ticket| named.contains(ticket));
    let mut words: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut olds, mut news, mut common) = (0_usize, 0_usize, 0_usize);
    for word in old.text.expose().split_whitespace() {
        olds = olds.saturating_add(1);
        let count = words.entry(word).or_default();
        *count = count.saturating_add(1);
    }
    for word in new.text.expose().split_whitespace() {
        news = news.saturating_add(1);
        if let Some(count) = words.get_mut(word).filter(|count| **count > 0) {
            *count = count.saturating_sub(1);
            common = common.saturating_add(1);
        }
    }
    let is_alike = common >= 2 && common.saturating_mul(2) >= olds.max(news);
    // A ticket says more than any words.
    (same_ticket || is_alike).then(|| common.saturating_add(if same_ticket { MOST.saturating_mul(MOST) } else { 0 }))
}
