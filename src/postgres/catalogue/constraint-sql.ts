/** SQL: names of the columns of a constraint `c` of pg_constraint, in its order: those of its own table, or those that a foreign key leads to. */
export function columnNames(which: 'own' | 'parent'): string {
  const [numbers, table] = which === 'own' ? ['c.conkey', 'c.conrelid'] : ['c.confkey', 'c.confrelid'];
  return `array(select a.attname::text from unnest(${numbers}) with ordinality k(number, nth)
      join pg_attribute a on a.attrelid = ${table} and a.attnum = k.number order by k.nth)`;
}

/** SQL: the server holds the constraint `c`; from PostgreSQL 18 on one may be NOT ENFORCED. */
export const IS_ENFORCED = `coalesce((to_jsonb(c) ->> 'conenforced')::boolean, true)`;
