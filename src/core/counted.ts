/** 1234567 → `1,234,567`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 row`, `1,234 rows`; `plural` where it is not made by an s. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** The verb after such a count: `1 row was`, `2 rows were`. */
export function were(count: number): 'was' | 'were' {
  return count === 1 ? 'was' : 'were';
}

/** The same for now: `1 row is`, `2 rows are`. */
export function are(count: number): 'is' | 'are' {
  return count === 1 ? 'is' : 'are';
}

/** `42 s`, `3 min 5 s`, `2 h 4 min`, of whole seconds. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** `4.2 s`, `3 min 5 s`, `2 h 4 min`. */
export function secondsText(seconds: number): string {
  return Math.round(seconds * 10) < 600 ? `${seconds.toFixed(1)} s` : durationText(Math.round(seconds));
}
