import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import type { DateText } from '../../../../src/core/mapping/wire';
import { inZone, nullIfRefused, oracleTimestamp } from '../../../../src/core/transforms';
import { zoneDataIssues } from '../../../../src/core/run/zone-data';
import { NO_SETTINGS } from '../../../../src/core/run/run-settings';
import { type RunRecord } from '../../../../src/core/run/run-record';

class Event {
  at!: Date | null;
}

const { from, mapTo } = legacyTable<{ AT: DateText }>('EVENTS', { key: ['AT'] });
const paris = mapTo(Event, { at: from('AT', inZone('Europe/Paris')) });
const begun = { id: 'run-1', settings: { ...NO_SETTINGS, zoneData: '2024a' } };
const found = (
  mapping: typeof paris,
  version: string | null,
  run: Pick<RunRecord, 'id' | 'settings'> = begun,
): string[] =>
  zoneDataIssues(run, [mapping], version).map(({ code, level, message }) => `${code} ${level}: ${message}`);

describe('zoneDataIssues', () => {
  it('warns where a run that converts by a zone began with other zone data', () => {
    expect(found(paris, '2025c')).toEqual([
      'ZONE_DATA_CHANGED warning: the run began with time zone data 2024a, this Node has 2025c: times of event may be converted otherwise',
    ]);
    const inner = mapTo(Event, { at: from('AT', nullIfRefused(inZone('Asia/Tokyo')), inZone('UTC')) });
    expect(found(inner, '2025c')).toHaveLength(1);
  });

  it('says nothing where the data is the same, is not known, or has no part in the mapping', () => {
    expect(found(paris, '2024a')).toEqual([]);
    expect(found(paris, null)).toEqual([]);
    expect(found(paris, '2025c', { id: 'run-0', settings: NO_SETTINGS })).toEqual([]);
    for (const zone of ['UTC', '+05:30'])
      expect(found(mapTo(Event, { at: from('AT', inZone(zone)) }), '2025c')).toEqual([]);
    expect(found(mapTo(Event, { at: from('AT', oracleTimestamp) }), '2025c')).toEqual([]);
  });
});
