/** Prints what the entities of the reference application and of the example say of themselves, as JSON, and by which TypeORM. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { abisEntities } from '../../src/entities';
import type { EntityClass } from '../../src/config/define-config';
import { contractsOf } from '../../src/typeorm/entity-contract';

const ROOT = join(__dirname, '..', '..');
// By a path of its own: the example is a project of its own, with settings of its own for the compiler.
// eslint-disable-next-line @typescript-eslint/no-require-imports -- as above
const { Order } = require(join(ROOT, 'examples/orders/src/order.entity')) as { Order: EntityClass };

/** Of the package that is really loaded. */
function typeormVersion(): string {
  const path = join(dirname(require.resolve('typeorm')), 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

process.stdout.write(JSON.stringify({ version: typeormVersion(), contracts: contractsOf([...abisEntities, Order]) }));
