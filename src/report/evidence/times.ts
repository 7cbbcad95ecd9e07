/** `2026-11-20 22:15:00 UTC` of an ISO 8601 time or of milliseconds since 1970. */
export function timeText(time: string | number): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
