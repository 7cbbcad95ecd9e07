import { createHash } from 'node:crypto';
import type { TableMapping } from '../../../../src/core/mapping/table-mapping';
import type { TargetValue } from '../../../../src/core/mapping/wire';
import { readPlanFor } from '../../../../src/core/rows/read-plan';
import { compileMapping } from '../../../../src/core/rows/transform-rows';
import { abisLegacy, type LegacyDatabase } from '../../../../src/demo/legacy/generate';
import { FAULTS, type Entity, type PlannedReject } from '../../../../src/demo/legacy/planned-faults';
import type { ExpectedRow, LegacyTableData } from '../../../../src/demo/legacy/recipe';
import { TARGET_TABLES } from '../../../../src/demo/target-tables';
import { abisMappings } from '../../../../src/mappings';
import { entityRules } from '../../../support/entity-rules';
import { columnTypes, readerRows } from '../../../support/reader-form';

const ROWS = { carrier: 25, line: 10, customer: 1234, coil: 45678, job: 23456, skid: 8901, qa: 12345, shipment: 6789 };

function table(legacy: LegacyDatabase, entity: string): LegacyTableData {
  return legacy.tables.find((data) => data.entity === entity)!;
}

function digest(legacy: LegacyDatabase): string {
  const hash = createHash('sha256');
  for (const { rows } of legacy.tables)
    for (const row of rows)
      for (const cell of row) hash.update(Buffer.isBuffer(cell) ? cell : JSON.stringify(cell)).update('\x1f');
  return hash.digest('hex');
}

describe('abisLegacy', () => {
  it('makes the same bytes for the same size and seed, and others for another seed', () => {
    const once = digest(abisLegacy({ scale: 0.02, seed: 7 }));
    expect(digest(abisLegacy({ scale: 0.02, seed: 7 }))).toBe(once);
    expect(digest(abisLegacy({ scale: 0.02, seed: 8 }))).not.toBe(once);
  });

  it('has the rows of the old system at scale 1, and twice as many at scale 2', () => {
    const counts = (scale: number): Record<string, number> =>
      Object.fromEntries(abisLegacy({ scale }).tables.map(({ entity, rowCount }) => [entity, rowCount]));
    expect(counts(1)).toEqual(ROWS);
    expect(counts(2)['coil']).toBe(91_356);
  });

  it('yields as many rows as it says, each as wide as its table in the DDL', () => {
    const legacy = abisLegacy({ scale: 0.01 });
    for (const data of legacy.tables) {
      const rows = [...data.rows];
      expect(rows).toHaveLength(data.rowCount);
      expect(data.columns).toEqual([...columnTypes(legacy.ddl, data.table).keys()]);
      expect(rows.every((row) => row.length === data.columns.length)).toBe(true);
    }
  });

  it('fits its cells into the columns of the DDL', () => {
    const legacy = abisLegacy({ scale: 0.05 });
    for (const data of legacy.tables) {
      const limits = [...columnTypes(legacy.ddl, data.table).values()].map((type) => {
        const [, kind, length] = /^(CHAR|VARCHAR2|RAW)\((\d+)\)$/.exec(type) ?? [];
        return { kind, length: Number(length ?? Infinity) };
      });
      for (const row of data.rows) {
        row.forEach((cell, index) => {
          if (typeof cell !== 'string' && !Buffer.isBuffer(cell)) return;
          const { kind, length = Infinity } = limits[index] ?? {};
          const fits = kind === 'CHAR' ? cell.length === length : cell.length <= length;
          if (!fits) throw new Error(`${data.table}.${data.columns[index]!}: ${String(cell)}`);
        });
      }
    }
  });

  it('keeps text columns to ASCII, for the old database declares US7ASCII; only raw bytes go beyond', () => {
    for (const { rows } of abisLegacy({ scale: 0.05 }).tables) {
      const foreign = (cell: unknown): boolean => typeof cell === 'string' && Buffer.byteLength(cell) > cell.length;
      for (const row of rows) if (row.some(foreign)) expect(row).toEqual([]);
    }
  });

  it('knows exactly the properties that the mappings fill and the comparison reads', () => {
    const legacy = abisLegacy({ scale: 0.01 });
    for (const mapping of abisMappings) {
      const properties = mapping.fields.map(({ property }) => property).sort();
      const [first] = legacy.expected.rows(mapping.entity as Entity);
      const compared = TARGET_TABLES.find(({ entity }) => entity === mapping.entity)!.columns;
      expect(Object.keys(first!).sort()).toEqual(properties);
      expect(Object.keys(compared).sort()).toEqual(properties);
    }
  });

  it('plans less than one reject in a hundred rows at scale 1', () => {
    const { rejects } = abisLegacy().expected;
    expect(rejects.length).toBeGreaterThan(300);
    expect(rejects.length).toBeLessThan(984);
    for (const [entity, rows] of Object.entries(ROWS)) {
      expect(rejects.filter((reject) => reject.entity === entity).length).toBeLessThan(rows / 100);
    }
  });

  it.each([0.05, 1])('plans every kind of fault at scale %d', (scale) => {
    const { rejects } = abisLegacy({ scale }).expected;
    const planned = new Set(rejects.map(({ entity, property, reason }) => `${entity} ${property!} ${reason}`));
    for (const [entity, faults] of Object.entries(FAULTS)) {
      for (const { property, reason } of Object.values(faults))
        expect(planned).toContain(`${entity} ${property} ${reason}`);
    }
  });

  it.each([0.0001, 0.001, 0.003, 0.05])('closes the families of rejected rows at scale %d', (scale) => {
    expect(orphansByHand(abisLegacy({ scale }))).toEqual(plannedOrphans(abisLegacy({ scale })));
  });

  it.each([0.001, 0.05])('gives each legacy row a place: expected, or a planned reject, at scale %d', (scale) => {
    const { tables } = abisLegacy({ scale });
    for (const { rowCount, expected, rejects } of tables)
      expect([...expected].length + [...rejects].length).toBe(rowCount);
  });
});

describe('the size of the legacy database', () => {
  it.each([0.0001, 0.01, 0.05, 1])('is that of its rows and planned rejects at scale %d', (scale) => {
    const { size, tables, expected } = abisLegacy({ scale });
    const rows = tables.reduce((sum, { rowCount }) => sum + rowCount, 0);
    expect(size).toEqual({ rows, rejects: expected.rejects.length });
  });
});

describe('the mappings over generated rows', () => {
  const legacy = abisLegacy({ scale: 0.05, seed: 3 });

  it.each(abisMappings.map((mapping) => [mapping.entity, mapping] as const))(
    'give the expected row of %s or the planned reject',
    (entity, mapping) => {
      const outcome = runThrough(legacy, mapping);
      const planned = legacy.expected.rejects.filter((reject) => reject.entity === entity);
      const early = planned.filter(({ stage }) => stage === 'transform' || stage === 'validation');
      // The rules are the library's own here, which names them and does not say what they ask for.
      const named = early.map((reject) => ({ ...reject, reason: reject.reason.replace(/^(\w+): must .*/, '$1') }));
      expect(outcome.rejects).toEqual(named);
      const late = new Map(planned.filter((reject) => !early.includes(reject)).map((reject) => [reject.key, reject]));
      const expected = new Map([...legacy.expected.rows(entity as Entity)].map((row) => [row['id'], row]));
      for (const row of outcome.rows) {
        const wanted = expected.get(row['id'] ?? '');
        if (wanted === undefined) expect(late.has(JSON.stringify([row['id']]))).toBe(true);
        else expect(row).toEqual(trimmedZeros(wanted));
      }
      expect(new Set(outcome.rows.map((row) => row['id'])).size).toBeGreaterThanOrEqual(expected.size);
    },
  );
});

interface Outcome {
  readonly rows: readonly ExpectedRow[];
  readonly rejects: readonly PlannedReject[];
}

function runThrough(legacy: LegacyDatabase, mapping: TableMapping): Outcome {
  const plan = readPlanFor(mapping);
  const transformer = compileMapping({ mapping, plan, check: entityRules(mapping) })();
  transformer.add([...readerRows(table(legacy, mapping.entity), plan, legacy.ddl)]);
  const { rows, rejects } = transformer.prepared({ entity: mapping.entity, chunk: 0 });
  const { columns } = TARGET_TABLES.find(({ entity }) => entity === mapping.entity)!;
  return {
    rows: rows.map((row) =>
      Object.fromEntries(
        mapping.fields.map(({ property }, index) => [property, asText(row[index] ?? null, columns[property]![1])]),
      ),
    ),
    rejects: rejects.map(({ entity, key, stage, property, reason }) => ({
      entity: entity as Entity,
      key,
      stage,
      property,
      reason,
    })),
  };
}

/** A value on the wire in the form that the comparison asks PostgreSQL for. */
function asText(value: TargetValue, form: string): string | null {
  if (value === null) return null;
  if (Buffer.isBuffer(value)) return value.toString('hex');
  const text = String(value);
  if (!form.startsWith('timestamp')) return form === 'text' ? withoutZeros(text) : text;
  const [, moment = '', fraction = '.000000', offset = '+00:00'] =
    /^(.{19})(\.\d{6})?([+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const utc = offset === '+00:00' ? moment : new Date(`${moment.replace(' ', 'T')}${offset}`).toISOString();
  return utc.slice(0, 19).replace('T', ' ') + fraction;
}

/** PostgreSQL pads numerics to their scale, the wire does not. */
function trimmedZeros(row: ExpectedRow): ExpectedRow {
  return Object.fromEntries(
    Object.entries(row).map(([property, value]) => [property, value === null ? null : withoutZeros(value)]),
  );
}

function withoutZeros(text: string): string {
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text;
}

function plannedOrphans(legacy: LegacyDatabase): string[] {
  const orphans = legacy.expected.rejects.filter(({ stage }) => stage === 'orphan');
  return orphans.map(({ entity, key, property, reason }) => `${entity} ${key} ${property!}: ${reason}`).sort();
}

const RELATIONS: readonly [child: string, column: string, property: string, parent: string][] = [
  ['coil', 'CUST_ID', 'customerId', 'customer'],
  ['coil', 'PARENT_COIL_ID', 'parentCoilId', 'coil'],
  ['job', 'CUST_ID', 'customerId', 'customer'],
  ['job', 'COIL_ID', 'coilId', 'coil'],
  ['skid', 'JOB_ID', 'jobId', 'job'],
  ['qa', 'JOB_ID', 'jobId', 'job'],
  ['shipment', 'CARRIER_ID', 'carrierId', 'carrier'],
  ['shipment', 'CUST_ID', 'customerId', 'customer'],
];

/** The closure of orphans, from the legacy rows alone: rows without a living parent die, until nothing changes. */
function orphansByHand(legacy: LegacyDatabase): string[] {
  const column = (data: LegacyTableData, name: string): (string | null)[] =>
    [...data.rows].map((row) => row[data.columns.indexOf(name)] as string | null);
  const keysOf = new Map(legacy.tables.map((data) => [data.entity as string, column(data, data.columns[0]!)]));
  const ever = new Map([...keysOf].map(([entity, keys]) => [entity, new Set(keys)]));
  const alive = new Map([...keysOf].map(([entity, keys]) => [entity, new Set(keys)]));
  for (const { entity, key, stage, reason } of legacy.expected.rejects) {
    if (stage !== 'orphan' && reason !== 'duplicate key') alive.get(entity)!.delete((JSON.parse(key) as [string])[0]);
  }
  const references = RELATIONS.map((relation) => ({ relation, keys: column(table(legacy, relation[0]), relation[1]) }));
  const orphans: string[] = [];
  for (let changed = true; changed;) {
    changed = false;
    for (const { relation, keys } of references) {
      const [child, , property, parent] = relation;
      keys.forEach((parentKey, index) => {
        const key = keysOf.get(child)![index]!;
        if (parentKey === null || alive.get(parent)!.has(parentKey) || !alive.get(child)!.delete(key)) return;
        const reason = ever.get(parent)!.has(parentKey) ? 'parent rejected' : `no parent in ${parent}`;
        orphans.push(`${child} ${JSON.stringify([key])} ${property}: ${reason}`);
        changed = true;
      });
    }
  }
  return orphans.sort();
}
