// TODO(@ada, TD-12, due: 2026-12-31, 4h): yes, all of them
// FIXME[ada]: yes, other brackets
// TODO (grace): yes, after a blank
// TODO (perhaps) do it
// TODO(this should be fixed): yes, malformed
// TODO(ada: not closed
// HACK: yes, and a second marker XXX: yes, on one line
// TODO: yes, text that goes on
//       in the next line

/* TODO: yes, up to
 *   a blank line
 *
 * not this */
let x = 1; // TODO: yes, behind code
// not this: it says something of y
let y = 1; // debtlint:ignore marker-without-ticket -- a reason
