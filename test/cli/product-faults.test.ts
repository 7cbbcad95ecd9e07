import { productFaults } from '../../scripts/product-faults/product-faults';

/** A small part of `npm run product-faults`: one fault of an encoder, one of an account. */
const CHOSEN = ['the sign of a numeric', 'a count of inserted rows'];

describe('a product with a mistake in it', () => {
  it('is given away by its own commands', async () => {
    const results = await productFaults({ choose: ({ name }) => CHOSEN.includes(name) });
    expect(results.map(({ fault, foundBy }) => [fault, foundBy === null ? 'not found' : 'found'])).toEqual(
      CHOSEN.map((name) => [name, 'found']),
    );
  }, 600_000);
});
