import { orderEntities, parentsOf } from '../../../../src/migrate/jobs/order-entities';
import { aJob } from '../../../support/a-run';

const order = (...nodes: [string, string[]][]): string[] =>
  orderEntities(nodes.map(([entity, parents]) => ({ entity, parents }))).map(({ entity }) => entity);

describe('orderEntities', () => {
  it('puts parents before children and keeps the given order otherwise', () => {
    expect(order(['job', ['coil', 'customer']], ['line', []], ['coil', ['customer']], ['customer', []])).toEqual([
      'line',
      'customer',
      'coil',
      'job',
    ]);
  });

  it('loads the members of a cycle in the order given', () => {
    expect(order(['a', ['b']], ['b', ['a']], ['c', []])).toEqual(['c', 'a', 'b']);
  });

  it('has no member of a cycle look values up in an empty table where another order is possible', () => {
    const nodes = [
      { entity: 'child', parents: ['customer'] },
      { entity: 'customer', parents: ['region'] },
      { entity: 'region', parents: ['customer'] },
    ];
    const lookedUp = new Map([
      ['child', ['customer']],
      ['customer', ['region']],
    ]);
    const ordered = orderEntities(nodes, (entity) => lookedUp.get(entity) ?? []);
    expect(ordered.map(({ entity }) => entity)).toEqual(['region', 'customer', 'child']);
  });

  it('comes to an end where two look values up in each other', () => {
    const nodes = [
      { entity: 'a', parents: ['b'] },
      { entity: 'b', parents: ['a'] },
    ];
    expect(orderEntities(nodes, (entity) => (entity === 'a' ? ['b'] : ['a']))).toEqual(nodes);
  });
});

describe('parentsOf', () => {
  it('names the entities behind the foreign keys, itself excluded', () => {
    const customer = aJob({ entity: 'customer', rows: 0 });
    const coil = aJob({ entity: 'coil', rows: 0, parents: ['customer', 'coil'] });
    expect(parentsOf(coil.contract, [customer, coil])).toEqual(['customer']);
  });
});
