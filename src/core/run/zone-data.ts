import type { Issue } from '../issues';
import type { TableMapping } from '../mapping/table-mapping';
import type { RunRecord } from './run-record';

/** A warning where a run goes on, or is looked at, by other zone data than it began with; none where no mapping converts by a zone. */
export function zoneDataIssues(
  { id, settings }: Pick<RunRecord, 'id' | 'settings'>,
  mappings: readonly Pick<TableMapping, 'entity' | 'fields'>[],
  version: string | null,
): Issue[] {
  const before = settings.zoneData;
  const converting = mappings.filter(convertsByZone).map(({ entity }) => entity);
  if (version === null || before === null || before === version || converting.length === 0) return [];
  return [
    {
      code: 'ZONE_DATA_CHANGED',
      level: 'warning',
      subject: id,
      message: `the run began with time zone data ${before}, this Node has ${version}: times of ${converting.join(', ')} may be converted otherwise`,
      hint: `Use the Node of the first start (node -p process.versions.tz says ${before}), or read what changed between the two; see docs/TIME.md.`,
    },
  ];
}

/** UTC and fixed offsets are the same in any data. */
function convertsByZone({ fields }: Pick<TableMapping, 'fields'>): boolean {
  return fields.some(({ transform }) =>
    transform.some(({ usesZone: zone }) => zone !== undefined && zone !== 'UTC' && !/^[+-]/.test(zone)),
  );
}
