// Spans of time and amounts, short: for columns.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Of a task that has been made just now, nothing. */
export function formatAge(milliseconds: number): string {
  return milliseconds === 0 ? '' : formatSpan(milliseconds);
}

/** A span in milliseconds, in at most six characters: `3ms`, `1.2s`, `4m05s`, `2h07m`, `3d04h`. */
export function formatSpan(milliseconds: number): string {
  const span = Math.max(0, milliseconds);
  if (span < 0.95) return `${span === 0 ? 0 : Math.max(0.1, span).toFixed(1)}ms`;
  if (span < 999.5) return `${Math.round(span)}ms`;
  if (span < 99.95 * SECOND) return `${(span / SECOND).toFixed(1)}s`;
  if (span < HOUR) return pair(span, MINUTE, 'm', SECOND, 's');
  if (span < DAY) return pair(span, HOUR, 'h', MINUTE, 'm');
  if (span < 1000 * DAY) return pair(span, DAY, 'd', HOUR, 'h');
  return `${Math.floor(span / DAY)}d`;
}

/** Bytes, in at most five characters: `512B`, `1.5M`, `23M`. */
export function formatBytes(bytes: number): string {
  let amount = bytes;
  for (const unit of ['B', 'K', 'M', 'G']) {
    if (amount < 1000)
      return `${amount < 10 && unit !== 'B' ? amount.toFixed(1) : Math.round(amount)}${unit}`;
    amount /= 1024;
  }
  return `${Math.round(amount)}T`;
}

function pair(span: number, large: number, largeName: string, small: number, smallName: string): string {
  const whole = Math.floor(span / large);
  const rest = Math.floor((span % large) / small);
  return `${whole}${largeName}${String(rest).padStart(2, '0')}${smallName}`;
}
