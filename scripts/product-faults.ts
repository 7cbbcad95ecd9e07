/**
 * npm run product-faults [-- --only "part of a name"]
 *
 * Puts mistakes into the product itself, one at a time (an encoder's sign, a count, a row that is left out, …), and does with it what
 * a user does: migrate, validate --level rows, report. Ends with 1 where a mistake is found by none of these commands.
 */
import { parseArgs } from 'node:util';
import { productFaults } from './product-faults/product-faults';
import { runScript } from './run-script';

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { only: { type: 'string', default: '' } } });
  const results = await productFaults({
    choose: ({ name }) => name.includes(values.only),
    onResult: ({ fault, foundBy, codes }) => {
      console.log(foundBy === null ? `NOT FOUND  ${fault}` : `found      ${fault}: ${foundBy} (${codes.join(', ')})`);
    },
  });
  const missed = results.filter(({ foundBy }) => foundBy === null).length;
  console.log(`${results.length - missed} of ${results.length} faults of the product are found by its own commands`);
  return results.length > 0 && missed === 0 ? 0 : 1;
}

runScript(main);
