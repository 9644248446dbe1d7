//! Charts as coordinates: integers in tenths of a unit, written into paths of the template's SVG.
//!
//! An own drawing, since what there is does not fit: plotters writes colours into each element, which a dark page cannot
//! change, and nothing that a screen reader could say; charming brings a megabyte of script.

use crate::facts::UnixTime;
use crate::policy::BasisPoints;
use crate::policy::Kind;
use crate::policy::TeamId;
use crate::report::past::Past;
use crate::verdict::Interval;
use crate::verdict::Point;
use crate::verdict::Standing;
use crate::verdict::Verdict;

/// The drawing's area, in units of its view box: what the template knows as well.
const LEFT: i64 = 44;
const WIDTH: i64 = 620;
const TOP: i64 = 12;
const HEIGHT: i64 = 150;
/// The same of the chart of kinds.
const LOW: i64 = 90;
/// The same of the one in the table.
const SPARK: (i64, i64) = (120, 24);
/// Where an axis may end, in basis points.
const ENDS: [i64; 10] = [500, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 8_000, 9_000, 10_000];

/// A team's share over time.
pub(super) struct Course {
    /// How far the shares could be off by chance.
    pub(super) band: String,
    /// The share where there was enough work to be judged.
    pub(super) line: String,
    /// The share where there was not.
    pub(super) faint: String,
    pub(super) floor: String,
    pub(super) floor_label: String,
    pub(super) floor_text: String,
    /// The last share.
    pub(super) dot: Option<(String, String)>,
    pub(super) ticks: Vec<(String, String)>,
    pub(super) months: Vec<(String, String)>,
}

/// A team's kinds of work over time, of the whole.
pub(super) struct Balance {
    pub(super) areas: Vec<(&'static str, String)>,
    pub(super) months: Vec<(String, String)>,
}

/// A small line in the table.
pub(super) struct Spark {
    pub(super) line: String,
    pub(super) floor: String,
    pub(super) dot: Option<(String, String)>,
}

/// Where points lie.
struct Frame {
    left: i64,
    top: i64,
    width: i64,
    height: i64,
    end: i64,
    last: i64,
}

impl Frame {
    /// Tenths from the left.
    fn x(&self, at: usize) -> i64 {
        let at = i64::try_from(at).unwrap_or_default();
        self.left * 10 + (at * self.width * 10).checked_div(self.last).unwrap_or(self.width * 10)
    }

    /// Tenths from above, of a share in basis points; what lies beyond the axis ends with it.
    fn y(&self, points: i64) -> i64 {
        let up = (points.clamp(0, self.end) * self.height * 10).checked_div(self.end).unwrap_or_default();
        (self.top + self.height) * 10 - up
    }
}

pub(super) fn course(past: &Past, team: TeamId) -> Option<Course> {
    let course: Vec<&Verdict> = past.course(team).collect();
    let floor = i64::from(past.policy.team(team)?.allocation.0.get());
    let frame = frame(&course, floor, (LEFT, TOP, WIDTH, HEIGHT));
    let floor_y = frame.y(floor);
    let ticks = [0, frame.end / 2, frame.end].map(|points| (tenths(frame.y(points) + 35), per_cent(points)));
    Some(Course {
        band: band(&frame, &course),
        line: line(&frame, &course, Which::Judged),
        faint: line(&frame, &course, Which::Unjudged),
        floor: tenths(floor_y),
        floor_label: tenths(floor_y + 35),
        floor_text: past.policy.team(team)?.allocation.0.to_string(),
        dot: dot(&frame, &course),
        ticks: ticks.to_vec(),
        months: months(&frame, &past.points),
    })
}

pub(super) fn balance(past: &Past, team: TeamId) -> Option<Balance> {
    let frame = Frame { left: LEFT, top: 0, width: WIDTH, height: LOW, end: 10_000, last: last(past.points.len()) };
    let mut below: Vec<u64> = vec![0; past.points.len()];
    let mut areas = Vec::new();
    let kinds = |at: usize| {
        let point = past.points.get(at)?;
        point.kinds.get(point.verdicts.iter().position(|verdict| verdict.team == team)?)
    };
    let total =
        |at: usize| kinds(at).map_or(0, |kinds| kinds.values().fold(0_u64, |sum, one| sum.saturating_add(*one)));
    (0..past.points.len()).find(|at| total(*at) > 0)?;
    for kind in Kind::ALL {
        let edge = |sums: &[u64]| -> Vec<(i64, i64)> {
            let share = |(at, sum): (usize, &u64)| {
                let points = u128::from(*sum) * 10_000;
                let points = points.checked_div(u128::from(total(at))).unwrap_or_default();
                (frame.x(at), frame.y(i64::try_from(points).unwrap_or_default()))
            };
            sums.iter().enumerate().map(share).collect()
        };
        let lower = edge(&below);
        for (at, sum) in below.iter_mut().enumerate() {
            let part = kinds(at).and_then(|kinds| kinds.get(&kind)).copied().unwrap_or_default();
            *sum = sum.saturating_add(part);
        }
        let upper = edge(&below);
        areas.push((kind.name(), closed(&upper, &lower)));
    }
    Some(Balance { areas, months: months(&frame, &past.points) })
}

pub(super) fn spark(past: &Past, team: TeamId) -> Option<Spark> {
    let course: Vec<&Verdict> = past.course(team).collect();
    let floor = i64::from(past.policy.team(team)?.allocation.0.get());
    let frame = frame(&course, floor, (2, 3, SPARK.0 - 4, SPARK.1 - 6));
    Some(Spark { line: line(&frame, &course, Which::All), floor: tenths(frame.y(floor)), dot: dot(&frame, &course) })
}

fn frame(course: &[&Verdict], floor: i64, (left, top, width, height): (i64, i64, i64, i64)) -> Frame {
    let most = course.iter().filter_map(|verdict| share(verdict)).max().unwrap_or_default();
    // What chance alone could make of it is drawn as well, and reaches higher.
    let highest = course.iter().filter_map(|verdict| known(verdict)).map(|interval| i64::from(interval.high.get()));
    let wanted = (most + most / 8).max(floor * 3 / 2).max(highest.max().unwrap_or_default());
    let end = ENDS.into_iter().find(|end| *end >= wanted).unwrap_or(10_000);
    Frame { left, top, width, height, end, last: last(course.len()) }
}

fn last(points: usize) -> i64 {
    i64::try_from(points.saturating_sub(1)).unwrap_or_default()
}

fn share(verdict: &Verdict) -> Option<i64> {
    verdict.share.map(|share| i64::from(share.basis_points().get()))
}

/// Which weeks a line is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    Judged,
    Unjudged,
}

/// A line through the weeks; a step to or from a week that is not judged is such a step.
fn line(frame: &Frame, course: &[&Verdict], which: Which) -> String {
    let mut path = String::new();
    let mut end = None;
    for (at, pair) in course.windows(2).enumerate() {
        let [one, other] = pair else { continue };
        let (Some(from), Some(to)) = (share(one), share(other)) else { continue };
        let unjudged = |verdict: &Verdict| verdict.standing == Standing::NotEnoughWork;
        let step = if unjudged(one) || unjudged(other) { Which::Unjudged } else { Which::Judged };
        if which != Which::All && which != step {
            continue;
        }
        if end != Some(at) {
            put(&mut path, 'M', frame.x(at), frame.y(from));
        }
        put(&mut path, 'L', frame.x(at + 1), frame.y(to));
        end = Some(at + 1);
    }
    path
}

fn dot(frame: &Frame, course: &[&Verdict]) -> Option<(String, String)> {
    let last = share(course.last()?)?;
    Some((tenths(frame.x(course.len().saturating_sub(1))), tenths(frame.y(last))))
}

/// The interval of a week that is judged.
fn known(verdict: &Verdict) -> Option<Interval> {
    verdict.interval.filter(|_| verdict.standing != Standing::NotEnoughWork)
}

/// The interval, as far as it is known without a break.
fn band(frame: &Frame, course: &[&Verdict]) -> String {
    let mut path = String::new();
    let (mut upper, mut lower) = (Vec::new(), Vec::new());
    let bound = |points: BasisPoints| i64::from(points.get());
    for (at, verdict) in course.iter().enumerate() {
        let known = known(verdict);
        if let Some(interval) = known {
            upper.push((frame.x(at), frame.y(bound(interval.high))));
            lower.push((frame.x(at), frame.y(bound(interval.low))));
        }
        if known.is_none() || at + 1 == course.len() {
            if upper.len() > 1 {
                path.push_str(&closed(&upper, &lower));
            }
            upper.clear();
            lower.clear();
        }
    }
    path
}

fn closed(upper: &[(i64, i64)], lower: &[(i64, i64)]) -> String {
    let mut path = String::new();
    for (number, (x, y)) in upper.iter().chain(lower.iter().rev()).enumerate() {
        put(&mut path, if number == 0 { 'M' } else { 'L' }, *x, *y);
    }
    path.push('Z');
    path
}

fn put(path: &mut String, command: char, x: i64, y: i64) {
    path.extend([command.to_string(), tenths(x), " ".to_owned(), tenths(y)]);
}

fn tenths(tenths: i64) -> String {
    match (tenths.div_euclid(10), tenths.rem_euclid(10)) {
        (whole, 0) => whole.to_string(),
        (whole, part) => format!("{whole}.{part}"),
    }
}

fn per_cent(points: i64) -> String {
    match (points / 100, points % 100) {
        (whole, 0) => format!("{whole}%"),
        (whole, part) => format!("{whole}.{}%", part / 10),
    }
}

/// The first week of a quarter, or of every month where there are few.
fn months(frame: &Frame, points: &[Point]) -> Vec<(String, String)> {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let date = |time: UnixTime| time.day().date();
    let each: i8 = match points.len() {
        0..=30 => 1,
        31..=60 => 2,
        61..=120 => 4,
        _ => 12,
    };
    let mut told = Vec::new();
    for (at, pair) in points.windows(2).enumerate() {
        let [one, other] = pair else { continue };
        let (before, now) = (date(one.as_of), date(other.as_of));
        if before.month() == now.month() || (now.month() - 1).rem_euclid(each) != 0 {
            continue;
        }
        let name =
            usize::try_from(now.month() - 1).ok().and_then(|month| NAMES.get(month)).copied().unwrap_or_default();
        let name = if now.month() == 1 { format!("{name} {}", now.year()) } else { name.to_owned() };
        told.push((tenths(frame.x(at + 1)), name));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Sums;
    use crate::policy::Allocation;
    use crate::verdict::Share;

    fn verdict(points: Option<u64>, standing: Standing) -> Verdict {
        let bounds = |points: u64| BasisPoints::new(u16::try_from(points).unwrap()).unwrap();
        Verdict {
            team: TeamId(0),
            standing,
            share: points.and_then(|paydown| Share::of(Sums { paydown, total: 10_000 })),
            allocation: Allocation(bounds(2_000)),
            shortfall: None,
            interval: points.map(|points| Interval { low: bounds(points / 2), high: bounds(points * 2) }),
        }
    }

    #[test]
    fn a_line_breaks_where_nothing_is_known() {
        let frame = Frame { left: 0, top: 0, width: 40, height: 100, end: 10_000, last: 4 };
        let course = [
            verdict(Some(1_000), Standing::Short),
            verdict(Some(2_000), Standing::Met),
            verdict(None, Standing::NotEnoughWork),
            verdict(Some(500), Standing::NotEnoughWork),
            verdict(Some(505), Standing::Short),
        ];
        let course: Vec<&Verdict> = course.iter().collect();
        assert_eq!(line(&frame, &course, Which::Judged), "M0 90L10 80");
        assert_eq!(line(&frame, &course, Which::Unjudged), "M30 95L40 95");
        assert_eq!(line(&frame, &course, Which::All), "M0 90L10 80M30 95L40 95");
        assert_eq!(band(&frame, &course), "M0 80L10 60L10 90L0 95Z");
        assert_eq!(dot(&frame, &course), Some(("40".to_owned(), "95".to_owned())));
        // Into a week that is not judged, as out of one.
        let course = [verdict(Some(1_000), Standing::Short), verdict(Some(2_000), Standing::NotEnoughWork)];
        let course: Vec<&Verdict> = course.iter().collect();
        assert_eq!(line(&frame, &course, Which::Judged), "");
        assert_eq!(line(&frame, &course, Which::Unjudged), "M0 90L10 80");
    }

    #[test]
    fn months_stand_no_closer_than_there_is_room_for() {
        for (weeks, names) in [
            (27, &["Nov", "Dec", "Jan 2027", "Feb", "Mar", "Apr"][..]),
            (53, &["Nov", "Jan 2027", "Mar", "May", "Jul", "Sep"]),
            (105, &["Jan 2027", "May", "Sep", "Jan 2028", "May", "Sep"]),
        ] {
            let first = crate::classify::sample::at("2026-10-08");
            let point = |week: i64| Point {
                as_of: UnixTime::new(first.seconds() + week * 7 * 86_400).unwrap(),
                start: first,
                verdicts: Vec::new(),
                kinds: Vec::new(),
                walked: 0,
                counted: 0,
            };
            let points: Vec<Point> = (0..weeks).map(point).collect();
            let frame = Frame { left: 0, top: 0, width: 100, height: 1, end: 10_000, last: last(points.len()) };
            let told: Vec<String> = months(&frame, &points).into_iter().map(|(_, name)| name).collect();
            assert_eq!(told, names, "{weeks}");
        }
    }

    #[test]
    fn an_axis_ends_above_all_that_is_drawn() {
        for (most, end) in [(None, 3_000), (Some(2_100), 3_000), (Some(2_700), 4_000), (Some(9_900), 10_000)] {
            let other = Verdict { interval: None, ..verdict(None, Standing::Met) };
            let other = Verdict { share: most.and_then(|paydown| Share::of(Sums { paydown, total: 10_000 })), ..other };
            assert_eq!(frame(&[&other], 2_000, (0, 0, 1, 1)).end, end, "{most:?}");
        }
        // The range of a share reaches to twice as much here, and is not drawn where there is too little work.
        for (standing, end) in [(Standing::Short, 4_000), (Standing::NotEnoughWork, 3_000)] {
            assert_eq!(frame(&[&verdict(Some(1_950), standing)], 2_000, (0, 0, 1, 1)).end, end, "{standing:?}");
        }
    }
}
