/**
 * How many variants a random test on databases tries: `suite` of them in `npm test`, `all` in `npm run test:variants`, any number with
 * `CUTOVER_VARIANTS=300 npx jest <file>`. The samples are seeded: a smaller number takes the first ones of a larger.
 */
export function variantCount({ suite, all }: { readonly suite: number; readonly all: number }): number {
  const asked = process.env['CUTOVER_VARIANTS'];
  if (asked === undefined) return suite;
  return asked === 'all' ? all : Number(asked);
}
