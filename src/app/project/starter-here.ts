import { hostname, userInfo } from 'node:os';
import { packageVersion, versionIn } from '../../config/package-version';
import type { Starter } from '../../migrate/run/note-start';

/** Who works here and with what, as the evidence of a run says it. */
export function starterHere(): Omit<Starter, 'findings'> {
  const driver = `oracledb ${versionIn(require.resolve('oracledb/package.json'))}`;
  const zoneData = zoneDataHere();
  return {
    operator: operatorHere(),
    versions: { driver, cutover: packageVersion(), node: process.versions.node, ...(zoneData && { zoneData }) },
  };
}

/** Version of the time zone data that `inZone` converts by; null where Node was built without its own. */
export function zoneDataHere(): string | null {
  return process.versions['tz'] ?? null;
}

/** In a container the user may have no name. */
function operatorHere(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}@${hostname()}`;
  }
}
