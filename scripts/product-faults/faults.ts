/** A mistake in the product itself, as a programmer might make it. */
export interface ProductFault {
  readonly name: string;
  /** Paths below `src`; each text is there exactly once. */
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
  /** What the user does; a migration, its comparison by rows and its report where absent. */
  readonly steps?: readonly string[];
  /** How the commands of the sound product end; all with 0 where absent. */
  readonly exitCodes?: readonly number[];
}

function fault(name: string, file: string, [find, replace]: readonly [string, string]): ProductFault {
  return { name, edits: [{ file, find, replace }] };
}

/** One at a time; each has to be found by a command that a user runs anyway. */
export const FAULTS: readonly ProductFault[] = [
  fault('the sign of a numeric', 'postgres/encode/numeric.ts', [
    'digits.negative && kept > 0 ? NEGATIVE : 0',
    'digits.negative && kept > 0 ? 0 : 0',
  ]),
  fault('the microseconds of a timestamp', 'postgres/encode/dates.ts', [
    'writeMicros(seconds, moment.micros, out)',
    'writeMicros(seconds, 0, out)',
  ]),
  fault('a day of a date', 'postgres/encode/dates.ts', ['out.int32(days);', 'out.int32(days + 1);']),
  fault('a boolean turned round', 'postgres/encode/integers.ts', ['truth ? 1 : 0', 'truth ? 0 : 1']),
  fault('the last byte of a bytea', 'postgres/encode/texts.ts', [
    'out.int32(value.length);\n  out.bytes(value);',
    'out.int32(value.length - 1);\n  out.bytes(value.subarray(1));',
  ]),
  fault('a row that is left out', 'postgres/encode/encode-rows.ts', [
    'if (fault === null) {',
    'if (index === 3) {\n      out.dropRow();\n    } else if (fault === null) {',
  ]),
  fault('a count of inserted rows', 'postgres/load/chunk-loader.ts', [
    'inserted: chunk.rows.length - refused - updated - skipped,',
    'inserted: chunk.rows.length - refused - updated - skipped + 1,',
  ]),
  fault('a reject that is not kept', 'postgres/load/chunk-loader.ts', [
    'await recordRejects(session, id, allRejects(chunk, filled));',
    'await recordRejects(session, id, [...allRejects(chunk, filled)].slice(1));',
  ]),
  fault('the sign of an interval', 'postgres/encode/intervals.ts', [
    'out.view.setBigInt64(out.position, micros)',
    'out.view.setBigInt64(out.position, micros < 0n ? -micros : micros)',
  ]),
  {
    name: 'a transaction number that is not the row’s',
    edits: [
      {
        file: 'postgres/load/shape/chunk-record.ts',
        find: 'written_by = array[txid_current()]',
        replace: 'written_by = array[txid_current() - 1]',
      },
    ],
    steps: ['migrate --yes --batch-size 500 --max-rejects 20% --log-dir .', 'reset --run {run} --yes --log-dir .'],
  },
  {
    name: 'a transaction booked for two entities',
    edits: [
      { file: 'postgres/ledger/writing-for.ts', find: `'savepoint writing'`, replace: `'select 1'` },
      { file: 'postgres/ledger/writing-for.ts', find: `'release savepoint writing'`, replace: `'select 1'` },
    ],
    steps: [
      'migrate --yes --batch-size 500 --max-rejects 20% --log-dir .',
      `sql: update people set name = 'changed' where id in (1, 2)`,
      'validate --level rows --differences differences.json',
      'repair --from differences.json --yes',
      'validate --level rows',
    ],
    exitCodes: [0, 3, 0, 0],
  },
  fault('a checksum of other rows', 'postgres/load/shape/chunk-record.ts', [
    'updated, skipped, rejected, checksum],',
    "updated, skipped, rejected, '0'.repeat(16)],",
  ]),
  fault('a count of rows that a mapping takes', 'oracle/dictionary/count-taken.ts', [
    '...{ total, once, several, leftByChoice, ofOthers, none }',
    '...{ total, once: once + 1, several, leftByChoice, ofOthers, none }',
  ]),
  fault('a foreign key that does not come back', 'postgres/foreign-keys/add-constraint.ts', [
    "if (standing === 'valid') return 'valid';",
    "if (standing === 'valid' || standing === 'wanting') return 'valid';",
  ]),
  fault('rows that a comparison drops on both sides', 'validate/compare/sum-both-sides.ts', [
    'const place = spread(placeText(plan, row, digest));',
    'const place = spread(placeText(plan, row, digest));\n  if (place % 97 === 0) return;',
  ]),
  fault('rows that only the sums of a comparison drop', 'validate/compare/sum-both-sides.ts', [
    'side.sums.add(place % side.sums.buckets, digest);',
    'if (place % 97 !== 0) side.sums.add(place % side.sums.buckets, digest);',
  ]),
  fault('a change that a column makes, not counted', 'core/canonical/narrowing.ts', [
    'if (SURE.test(text)) return false;',
    'if (SURE.test(text) || text.length > 0) return false;',
  ]),
  fault('a write that is cut short', 'files/write-whole.ts', [
    'while (written < bytes.length) {',
    'while (written < bytes.length - 100) {',
  ]),
  fault('orphans that are not cleared', 'postgres/foreign-keys/orphans.ts', [
    '${ident(column)} = null`',
    '${ident(column)} = ${ident(column)} - 1`',
  ]),
];
