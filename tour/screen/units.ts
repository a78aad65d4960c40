// Numbers for people: counts, sizes (decimal: 1 MB is 1,000,000 bytes), times and rates.

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `14,824` */
export function count(n: number): string {
  return whole.format(n);
}

/** `1 file`, `14,824 files`; the plural is `s` appended unless given. */
export function counted(n: number, one: string, many: string = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** `512 B`, `1.4 kB`, `149.7 MB` */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** `85 µs`, `1.24 ms`, `34 ms`, and from there on as {@link duration}. */
export function shortDuration(ms: number): string {
  if (ms < 0.9995) return `${Math.round(ms * 1000)} µs`;
  return ms < 99.95 ? `${ms.toFixed(ms < 9.995 ? 2 : 1)} ms` : duration(ms);
}

/** `340 ms`, `3.76 s`, `2 min 05 s`; the argument is in milliseconds. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9_995 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** `62 %` */
export function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}
