import type { LegacyRow } from '../../src/core/mapping/wire';
import type { Answer } from './recording-oracle-driver';

/** A table as the fake dictionary shows it. */
export interface FakeTable {
  readonly owner: string;
  readonly name: string;
  readonly kind?: 'TABLE' | 'VIEW';
  /** `[name, type, nullable, length]`. */
  readonly columns: readonly (readonly [string, string, 'Y' | 'N', string?])[];
  readonly primaryKey?: readonly string[];
  readonly dataObjectId?: string | null;
  readonly iotType?: string | null;
  readonly partitioned?: 'YES' | 'NO';
  readonly averageRowBytes?: string;
}

/** Answers the dictionary and session statements for these tables; other statements go to `rest`. */
export function answering(tables: readonly FakeTable[], rest: Answer = () => []): Answer {
  return (sql, binds) => {
    if (sql.includes("'SESSION_USER'")) return [['LEGACY', 'LEGACY', 'ABISDB', 'ABIS']];
    if (sql.includes('NLS_DATABASE_PARAMETERS')) {
      return [
        ['NLS_CHARACTERSET', 'WE8MSWIN1252'],
        ['NLS_NCHAR_CHARACTERSET', 'AL16UTF16'],
      ];
    }
    const about = Object.entries(SECTIONS).find(([view]) => sql.includes(`FROM ${view} `));
    if (about === undefined) return rest(sql, binds);
    const table = tables.find(({ owner, name }) => owner === binds['owner'] && name === binds['name']);
    return table === undefined ? rest(sql, binds) : about[1](table);
  };
}

const SECTIONS: Readonly<Record<string, (table: FakeTable) => readonly LegacyRow[]>> = {
  ALL_OBJECTS: ({ kind = 'TABLE', dataObjectId = '73000' }) => [[kind, kind === 'VIEW' ? null : dataObjectId]],
  ALL_TAB_COLS: ({ columns }) =>
    columns.map(([name, type, nullable, length = '10']) => [name, type, length, length, null, null, nullable]),
  ALL_CONSTRAINTS: ({ primaryKey = [] }) => primaryKey.map((name) => [name]),
  ALL_TABLES: ({ kind, iotType = null, partitioned = 'NO', averageRowBytes = '100' }) =>
    kind === 'VIEW' ? [] : [['1000', averageRowBytes, iotType, null, partitioned]],
};
