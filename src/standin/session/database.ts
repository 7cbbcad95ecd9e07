import type { FaultPlan } from '../contract/faults';
import type { ScnRegistry } from '../backend/scn';
import type { Dialect, Release } from '../contract/translation';

/** What all sessions of one stand-in share. */
export interface Database {
  readonly pgUrl: string;
  /** Upper case, unless quoted at creation. */
  readonly users: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly release: Release;
  /** Oracle's own number where absent. */
  readonly verifierRounds?: number | undefined;
  readonly dialect: Dialect;
  readonly scns: ScnRegistry;
  readonly faults: FaultPlan;
  /** Grows with each DDL: what was translated before is to be translated again. */
  generation: number;
}

/** How a release shows itself on the wire. */
export interface WireIdentity {
  /** Of the ACCEPT packet; below 315 the Thin driver gives up with NJS-138. */
  readonly tnsVersion: number;
  /** Layout of the messages, the most that the server offers. */
  readonly fieldVersion: number;
  /** AUTH_VERSION_NO: the server's version packed into 32 bits. */
  readonly versionNumber: number;
}

export const WIRE_IDENTITIES: Readonly<Record<Release, WireIdentity>> = {
  '19c': { tnsVersion: 318, fieldVersion: 12, versionNumber: 0x13030000 },
  '11.2': { tnsVersion: 314, fieldVersion: 6, versionNumber: 0x0b200400 },
  '11.2-thin': { tnsVersion: 315, fieldVersion: 6, versionNumber: 0x0b200400 },
};
