// Which queries may leave something in their session that the next who gets it would find: a setting, a lock, a channel, a cursor.
//
// It is read from the text, and on the safe side: what is not plainly a command on rows counts as leaving something. What a
// function of the program's own does inside, its text does not say: pools of programs that have such reset always.

/** Commands on rows. */
const ON_ROWS = /^\s*(?:select|insert|update|delete|values|table|with)\b/i;

/** What a command on rows can call, or say, that outlives it. */
const OUTLIVES: readonly string[] = [
  'set_config', // as SET
  'advisory', // locks of the session
  'dblink', // connections of the session
  'temp', // tables of the session, by SELECT INTO
  'setseed', // the random numbers of the session
  'pg_logical', // slots that it holds
  'lo_open', // large objects
];
const SIGNS = new RegExp(OUTLIVES.join('|'), 'i');

/** What was found out, by text; all is dropped when it becomes too much. */
const known: Map<string, boolean> = new Map();
const MOST = 500;
/** A longer text has its values in it, and does not come again. */
const LONGEST = 10_000;

/** True for a command on rows that, as far as its text says, leaves nothing in its session. */
export function leavesNoTrace(query: string): boolean {
  const judged = known.get(query);
  if (judged !== undefined) return judged;
  const verdict = ON_ROWS.test(query) && !SIGNS.test(query) && !/;\s*\S/.test(query);
  if (known.size >= MOST) known.clear();
  if (query.length < LONGEST) known.set(query, verdict);
  return verdict;
}
