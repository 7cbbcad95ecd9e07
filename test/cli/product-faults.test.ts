import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULTS } from '../../scripts/product-faults/faults';
import { productFaults } from '../../scripts/product-faults/product-faults';

/** A small part of `npm run product-faults`: one fault of an encoder, one of an account. */
const CHOSEN = ['the sign of a numeric', 'a count of inserted rows'];

describe('a product with a mistake in it', () => {
  it.each(FAULTS)('can be made: $name', ({ edits }) => {
    for (const { file, find } of edits) {
      const text = readFileSync(join(__dirname, '..', '..', 'src', file), 'utf8');
      expect([file, text.split(find).length - 1]).toEqual([file, 1]);
    }
  });

  it('is given away by its own commands', async () => {
    const results = await productFaults({ choose: ({ name }) => CHOSEN.includes(name) });
    expect(results.map(({ fault, foundBy }) => [fault, foundBy === null ? 'not found' : 'found'])).toEqual(
      CHOSEN.map((name) => [name, 'found']),
    );
  }, 600_000);
});
