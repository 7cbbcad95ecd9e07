import { coerce } from '../values/coerce';
import { comparable } from '../values/emit-comparison';
import { typed, type Kind, type Typed } from '../values/kind';
import type { Arguments, FunctionEmitter } from './arguments';

function converted(args: Arguments, values: readonly Typed[], kind: Kind): readonly string[] {
  return values.map((value) => coerce(value, kind, args.emission.session));
}

function coalesce(args: Arguments): Typed {
  args.between(2, 1000);
  const values = args.all();
  const kind = args.resultKind(values);
  return { sql: `coalesce(${converted(args, values, kind).join(', ')})`, type: resultType(values[0], kind) };
}

/** Length and precision of the first argument are kept where its kind is. */
function resultType(first: Typed | undefined, kind: Kind): Typed['type'] {
  if (first?.type.column === undefined || first.type.kind !== kind) return { kind };
  return { kind, column: { ...first.type.column, nullable: true } };
}

function nvl2(args: Arguments): Typed {
  args.between(3, 3);
  const values = [args.at(1), args.at(2)];
  const kind = args.resultKind(values);
  const [present, absent] = converted(args, values, kind);
  return typed(`CASE WHEN ${args.at(0).sql} IS NOT NULL THEN ${present ?? ''} ELSE ${absent ?? ''} END`, kind);
}

function nullif(args: Arguments): Typed {
  args.between(2, 2);
  const value = args.at(0);
  const [left, right] = comparable(value, args.at(1), args.emission.session);
  return typed(`CASE WHEN ${left} = ${right} THEN NULL ELSE ${value.sql} END`, args.resultKind([value]));
}

/** DECODE finds NULL equal to NULL. */
function decode(args: Arguments): Typed {
  args.between(3, 255);
  const pairs = Math.floor((args.count - 1) / 2);
  const results = Array.from({ length: pairs }, (_, pair) => args.at(pair * 2 + 2));
  const otherwise = args.count % 2 === 0 ? args.at(args.count - 1) : undefined;
  const kind = args.resultKind(results.slice(0, 1).concat(results.slice(1), otherwise ?? []));
  const whens = results.map((result, pair) => {
    return `WHEN ${decodeTest(args, pair * 2 + 1)} THEN ${coerce(result, kind, args.emission.session)}`;
  });
  const last = otherwise === undefined ? '' : ` ELSE ${coerce(otherwise, kind, args.emission.session)}`;
  return typed(`CASE ${whens.join(' ')}${last} END`, kind);
}

function decodeTest(args: Arguments, index: number): string {
  const [value, search] = [args.at(0), args.at(index)];
  if (search.sql === 'NULL') return `${value.sql} IS NULL`;
  const [left, right] = comparable(value, search, args.emission.session);
  const certain = ['number', 'string'].includes(args.expression(index).type);
  return certain ? `${left} = ${right}` : `${left} IS NOT DISTINCT FROM ${right}`;
}

/** GREATEST and LEAST are NULL as soon as one argument is; PostgreSQL's skip NULLs. */
function extreme(name: string): FunctionEmitter {
  return (args) => {
    args.between(1, 1000);
    const values = args.all();
    const kind = args.resultKind(values);
    const sql = converted(args, values, kind);
    return typed(`CASE WHEN num_nulls(${sql.join(', ')}) = 0 THEN ${name}(${sql.join(', ')}) END`, kind);
  };
}

/** Functions that choose among their arguments. */
export const CHOICE_FUNCTIONS: Readonly<Record<string, FunctionEmitter>> = {
  NVL: coalesce,
  COALESCE: coalesce,
  NVL2: nvl2,
  NULLIF: nullif,
  DECODE: decode,
  GREATEST: extreme('greatest'),
  LEAST: extreme('least'),
};
