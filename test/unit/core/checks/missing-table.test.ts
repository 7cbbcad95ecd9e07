import { missingTableHint } from '../../../../src/core/checks/missing-table';

describe('the hint for a legacy table that is not there', () => {
  it('asks for the owner only where none is named', () => {
    expect(missingTableHint('AB_COIL')).toContain('OWNER.AB_COIL');
    expect(missingTableHint('ABIS.AB_COIL')).toMatch(/^Check owner and name/);
  });
});
