/** Time of transform and checks per 19-column row: `node -r @swc-node/register scripts/bench-transform.ts`. */
import 'reflect-metadata';
import { IsEmail, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, MaxLength, Min } from 'class-validator';
import { compileRowCheck } from '../src/class-validator/compile-checks';
import { legacyTable } from '../src/core/mapping/legacy-table';
import type { CharText, DateText, LegacyRow, NumberText, TimestampText } from '../src/core/mapping/wire';
import { readPlanFor } from '../src/core/rows/read-plan';
import { compileMapping } from '../src/core/rows/transform-rows';
import * as t from '../src/core/transforms';

interface CoilRow {
  COIL_ID: NumberText;
  CUST_ID: NumberText;
  COIL_NO: string;
  ALLOY: string;
  TEMPER: CharText;
  STATUS: CharText;
  GAUGE: NumberText;
  WIDTH: NumberText;
  NET_WT: NumberText;
  GROSS_WT: NumberText | null;
  HEAT_NO: string | null;
  MILL: string | null;
  RCV_DT: DateText;
  SHIP_DT: DateText | null;
  ENTRY_DT: string;
  HOLD_FLG: CharText | null;
  EMAIL: string | null;
  NOTES: string | null;
  UPD_TS: TimestampText;
}

class Coil {
  @IsInt() @Min(1) id!: number;
  @IsInt() customerId!: number;
  @IsString() @IsNotEmpty() @MaxLength(30) number!: string;
  @IsString() @MaxLength(10) alloy!: string;
  @IsString() @MaxLength(5) temper!: string;
  @IsIn(['active', 'closed']) status!: string;
  gauge!: string;
  width!: string;
  netWeight!: string;
  grossWeight!: string | null;
  @IsOptional() @MaxLength(40) heat!: string | null;
  @IsOptional() @MaxLength(40) mill!: string | null;
  receivedAt!: Date;
  shippedAt!: Date | null;
  enteredOn!: string;
  onHold!: boolean;
  @IsOptional() @IsEmail() email!: string | null;
  @IsOptional() @MaxLength(2000) notes!: string | null;
  updatedAt!: Date;
}

const { from, mapTo } = legacyTable<CoilRow>('AB_COIL', { key: ['COIL_ID'] });
const mapping = mapTo(Coil, {
  id: from('COIL_ID', t.integer),
  customerId: from('CUST_ID', t.integer),
  number: from('COIL_NO', t.trimmed),
  alloy: from('ALLOY', t.trimmed, t.upper),
  temper: from('TEMPER', t.unpadded),
  status: from('STATUS', t.codeTable('status', { A: 'active', C: 'closed' })),
  gauge: from('GAUGE', t.decimal(8, 4)),
  width: from('WIDTH', t.decimal(8, 3)),
  netWeight: from('NET_WT', t.decimal(12, 2)),
  grossWeight: from('GROSS_WT', t.decimal(12, 2)),
  heat: from('HEAT_NO', t.trimmed),
  mill: from('MILL', t.trimmed),
  receivedAt: from('RCV_DT', t.oracleTimestamp),
  shippedAt: from('SHIP_DT', t.oracleTimestamp),
  enteredOn: from('ENTRY_DT', t.dateFromText('YYYYMMDD', 'MM/DD/YYYY')),
  onHold: from('HOLD_FLG', t.yesNo).or(false),
  email: from('EMAIL', t.email),
  notes: from('NOTES'),
  updatedAt: from('UPD_TS', t.oracleTimestamp),
});

function row(n: number): LegacyRow {
  const id = String(n);
  return [
    'AAAB12AADAAAAwPAAA',
    id,
    String(n % 1000),
    `COIL-${id}`,
    '5052',
    'H32  ',
    'A',
    '.125',
    '1219.2',
    `${id}.5`,
    n % 3 === 0 ? null : '1234.25',
    ` H${id}`,
    'Mill of the north',
    ' 2019-03-04 11:12:13',
    n % 2 === 0 ? null : ' 2019-04-04 00:00:00',
    '20190304',
    n % 5 === 0 ? null : 'N',
    `Buyer.${id}@Example.com`,
    n % 4 === 0 ? `edge crack at ${id} mm` : null,
    ' 2019-03-04 11:12:13.123456000',
  ];
}

const BATCH = 1000;
const BATCHES = 20;
const batches = Array.from({ length: BATCHES }, (_, b) =>
  Array.from({ length: BATCH }, (_x, n) => row(b * BATCH + n + 1)),
);
const check = compileRowCheck(Coil, mapping.fields);

function microsecondsPerRow(withCheck: boolean): number {
  const start = compileMapping({ mapping, plan: readPlanFor(mapping), check: withCheck ? check : null });
  const samples: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    const chunk = start();
    const began = process.hrtime.bigint();
    for (const batch of batches) chunk.add(batch);
    samples.push(Number(process.hrtime.bigint() - began) / 1000 / (BATCH * BATCHES));
    if (chunk.prepared({ entity: 'coil', chunk: 0 }).rejects.length > 0)
      process.stdout.write('some rows were rejected\n');
  }
  return samples.sort((a, b) => a - b)[7] ?? NaN;
}

process.stdout.write(`transform          ${microsecondsPerRow(false).toFixed(2)} µs per row (median of 15)\n`);
process.stdout.write(`transform + checks ${microsecondsPerRow(true).toFixed(2)} µs per row (median of 15)\n`);
