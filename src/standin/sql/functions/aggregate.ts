import { refuseLong } from '../values/coerce';
import { typed, type Typed } from '../values/kind';
import type { Arguments, FunctionEmitter } from './arguments';

function modifier(args: Arguments): string {
  return args.call.distinct ? 'DISTINCT ' : '';
}

function count(args: Arguments): Typed {
  if (args.call.star) return typed(`count(*)${over(args)}::numeric`, 'number');
  args.between(1, 1);
  const value = args.at(0);
  refuseLongUnlessCounted(args, value);
  return typed(`count(${modifier(args)}${value.sql})${over(args)}::numeric`, 'number');
}

function refuseLongUnlessCounted(args: Arguments, value: Typed): void {
  if (args.call.distinct) refuseLong(value, args.call.position);
}

function sum(args: Arguments): Typed {
  args.between(1, 1);
  return typed(
    `sum(${modifier(args)}${args.number(0)})${over(args)}`,
    args.at(0).type.kind === 'double' ? 'double' : 'number',
  );
}

/** PostgreSQL's avg keeps 16 digits, Oracle's 40: divided by our own function. */
function average(args: Arguments): Typed {
  args.between(1, 1);
  const value = `${modifier(args)}${args.number(0)}`;
  return typed(`"SYS".divide(sum(${value})${over(args)}, count(${value})${over(args)}::numeric)`, 'number');
}

function extreme(name: string): FunctionEmitter {
  return (args) => {
    args.between(1, 1);
    const value = args.at(0);
    if (value.type.kind === 'rowid') throw args.refuse(`${args.call.name}(ROWID)`);
    refuseLong(value, args.call.position);
    const { column } = value.type;
    const type =
      column === undefined
        ? { kind: value.type.kind }
        : { kind: value.type.kind, column: { ...column, nullable: true } };
    const operand = value.type.kind === 'unknown' ? `${value.sql}::text` : value.sql;
    return { sql: `${name}(${operand})${over(args)}`, type };
  };
}

function listagg(args: Arguments): Typed {
  args.between(1, 2);
  const order = orderBy(args, args.call.withinGroup ?? []);
  const separator = args.count === 2 ? `coalesce(${args.text(1)}, '')` : "''";
  return typed(`NULLIF(string_agg(${args.text(0)}, ${separator}${order})${over(args)}, '')`, 'text');
}

function orderBy(args: Arguments, items: NonNullable<Arguments['call']['withinGroup']>): string {
  if (items.length === 0) return '';
  const written = items.map(({ by, descending, nulls }) => {
    return `${args.emission.expression(by, args.scope).sql}${descending ? ' DESC' : ''}${nulls === undefined ? '' : ` NULLS ${nulls}`}`;
  });
  return ` ORDER BY ${written.join(', ')}`;
}

function over(args: Arguments): string {
  const window = args.call.over;
  if (window === undefined) return '';
  const partition = window.partitionBy.map((by) => args.emission.expression(by, args.scope).sql);
  const by = partition.length === 0 ? '' : `PARTITION BY ${partition.join(', ')}`;
  return ` OVER (${by}${orderBy(args, window.orderBy)})`;
}

function ranking(name: string): FunctionEmitter {
  return (args) => {
    if (args.call.over === undefined) throw args.refuse(`${args.call.name} without OVER`);
    const values = args.count === 0 ? '' : `${args.number(0)}::int`;
    return typed(`${name}(${values})${over(args)}::numeric`, 'number');
  };
}

/** Aggregates and the analytic functions that go with them. */
export const AGGREGATE_FUNCTIONS: Readonly<Record<string, FunctionEmitter>> = {
  COUNT: count,
  SUM: sum,
  AVG: average,
  MIN: extreme('min'),
  MAX: extreme('max'),
  LISTAGG: listagg,
  ROW_NUMBER: ranking('row_number'),
  RANK: ranking('rank'),
  DENSE_RANK: ranking('dense_rank'),
  NTILE: ranking('ntile'),
};

/** Names whose presence in a select list makes it a grouped one. */
export const AGGREGATE_NAMES: ReadonlySet<string> = new Set(['COUNT', 'SUM', 'AVG', 'MIN', 'MAX', 'LISTAGG']);
