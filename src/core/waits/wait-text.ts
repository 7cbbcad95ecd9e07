import type { ErrorCode } from '../errors';

export type Side = 'source' | 'target';

/** Each database of a run for people, and the code of an error that says it cannot be reached. */
export const SIDES = {
  source: { name: 'the legacy database', code: 'SOURCE_UNREACHABLE' },
  target: { name: 'the target', code: 'TARGET_UNREACHABLE' },
} as const satisfies Record<Side, { readonly name: string; readonly code: ErrorCode }>;

/** An answer that has not come. */
export interface Wait {
  readonly side: Side;
  readonly asked: string;
  /** When it was asked. */
  readonly since: Date;
  /** How long nothing came or went. */
  readonly silentMs: number;
}

/** A lock that a statement waits for. */
export interface LockWait {
  /** The table; null where the lock is not one of a table. */
  readonly on: string | null;
  /** `backend 4711 (user app, application psql, since 2026-11-20 22:15:00+00)`. */
  readonly holder: string;
}

/** `the target has not answered since 22:04:10 UTC (30 s): commit` */
export function silenceText({ side, asked, since, silentMs }: Wait): string {
  return `${SIDES[side].name} has not answered since ${clockText(since)} (${lengthText(silentMs)} of silence): ${asked}`;
}

/** For what takes its time rightly. */
export function atWorkText({ side, asked, since, silentMs }: Wait): string {
  return `${SIDES[side].name} is at work since ${clockText(since)} (${lengthText(silentMs)}): ${asked}`;
}

export function lockText({ asked, silentMs }: Wait, { on, holder }: LockWait): string {
  const lock = on === null ? 'a lock' : `a lock on ${on}`;
  return `waits for ${lock} held by ${holder}, for ${lengthText(silentMs)} so far: ${asked}`;
}

/** A statement for people: in one line, cut where it is long. */
export function statementText(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS - 1)}…`;
}

const MOST_CHARACTERS = 100;

function clockText(moment: Date): string {
  return `${moment.toISOString().slice(11, 19)} UTC`;
}

function lengthText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
