import { durationText } from '../../core/counted';

/** `2026-11-20 22:15:00 UTC` of an ISO 8601 time or of milliseconds since 1970. */
export function timeText(time: string | number): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** `4.2 s`, `3 min 5 s`, `2 h 4 min`. */
export function secondsText(seconds: number): string {
  return Math.round(seconds * 10) < 600 ? `${seconds.toFixed(1)} s` : durationText(Math.round(seconds));
}
