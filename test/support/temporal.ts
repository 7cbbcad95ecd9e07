import type { Temporal as Judge } from 'temporal-polyfill' with { 'resolution-mode': 'import' };

/** The judge of conversions by time zone. Its package has ECMAScript modules only, which jest.config.js lets Jest transform. */
export const { Temporal } = jest.requireActual<{ readonly Temporal: typeof Judge }>('temporal-polyfill');
export type PlainDateTime = Judge.PlainDateTime;
export type Instant = Judge.Instant;
