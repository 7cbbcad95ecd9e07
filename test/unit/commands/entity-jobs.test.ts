import { entityJobs } from '../../../src/commands/entity-jobs';
import { abisEntities } from '../../../src/entities';
import { abisMappings } from '../../../src/mappings';
import { errorOf } from '../../support/error-of';

const project = { mappings: abisMappings, entities: abisEntities };

describe('entityJobs', () => {
  it('refuses a condition for an entity that is misspelt, which would otherwise load the whole table', () => {
    const misspelt = { entities: [], where: { coli: 'COIL_ID > 5' } };
    expect(errorOf(() => entityJobs(project, misspelt))).toMatchObject({ code: 'USAGE' });
  });

  it('refuses a condition for an entity that is not among those chosen', () => {
    const elsewhere = { entities: ['line'], where: { coil: 'COIL_ID > 5' } };
    expect(errorOf(() => entityJobs(project, elsewhere))).toMatchObject({ code: 'USAGE' });
  });

  it('joins the condition to the mapping, so that the fingerprint tells it', () => {
    const [plain] = entityJobs(project, { entities: ['line'], where: {} });
    const [chosen] = entityJobs(project, { entities: ['line'], where: { line: 'LINE_ID > 5' } });
    expect(chosen?.read.where).toContain('LINE_ID > 5');
    expect(chosen?.fingerprint).not.toBe(plain?.fingerprint);
  });
});
