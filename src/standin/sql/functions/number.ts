import { OraError } from '../../contract/ora-error';
import { typed } from '../values/kind';
import { literal } from '../values/quote';
import type { Arguments, FunctionEmitter } from './arguments';

function one(name: string): FunctionEmitter {
  return (args) => {
    args.between(1, 1);
    const kind = args.at(0).type.kind === 'double' ? 'double' : 'number';
    return typed(`${name}(${args.number(0)})`, kind);
  };
}

/** ROUND and TRUNC of a number; the date forms are in moment.ts. */
export function roundNumber(args: Arguments, name: 'round' | 'trunc'): ReturnType<FunctionEmitter> {
  args.between(1, 2);
  const digits = args.count === 2 ? `, ${args.integer(1)}` : '';
  return typed(`${name}((${args.number(0)})::numeric${digits})`, 'number');
}

/** MOD(x, 0) is x in Oracle, an error in PostgreSQL. */
function mod(args: Arguments): ReturnType<FunctionEmitter> {
  args.between(2, 2);
  const [value, by] = [args.number(0), args.number(1)];
  return typed(`coalesce(mod(${value}, nullif(${by}, 0)), CASE WHEN ${by} = 0 THEN ${value} END)`, 'number');
}

/** TO_CHAR of a number: no format and TM9 give the shortest text (`.5`), others PostgreSQL's own where the models agree. */
export function formatNumber(sql: string, format: string | undefined): string {
  if (format === undefined || /^TM9?$/i.test(format)) return `"SYS".number_text(${sql})`;
  if (!/^(FM)?S?[09,.DGV$]+(MI|PR|S)?$/i.test(format)) throw new OraError(1481, 'invalid number format model');
  const shortest = /^FM/i.test(format) ? 'NULLIF' : '';
  const call = `to_char(${sql}, ${literal(format.replaceAll('$', '"$"'))})`;
  return shortest === '' ? call : `${shortest}(${call}, '')`;
}

function toNumber(args: Arguments): ReturnType<FunctionEmitter> {
  args.between(1, 3);
  const value = args.at(0);
  if (value.type.kind === 'number') return value;
  if (args.count === 1) return typed(`"SYS".to_number(${args.text(0)})`, 'number');
  return typed(`to_number(${args.text(0)}, ${literal(args.literal(1))})`, 'number');
}

/** Numeric functions. */
export const NUMBER_FUNCTIONS: Readonly<Record<string, FunctionEmitter>> = {
  ABS: one('abs'),
  CEIL: one('ceil'),
  FLOOR: one('floor'),
  SIGN: one('sign'),
  SQRT: one('sqrt'),
  MOD: mod,
  POWER: (args) => typed(`power(${args.number(0)}, ${args.number(1)})`, 'number'),
  TO_NUMBER: toNumber,
  TO_BINARY_DOUBLE: (args) => typed(`(${args.number(0)})::float8`, 'double'),
};
