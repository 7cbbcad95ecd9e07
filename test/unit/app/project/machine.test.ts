import { closeSync, openSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { machineHere } from '../../../../src/app/project/machine';

describe('machineHere', () => {
  it('knows how much heap the process may have', () => {
    expect(machineHere().heapLimit).toBe(getHeapStatistics().heap_size_limit);
  });

  it('counts the files that are open now', () => {
    const before = machineHere().files?.open ?? NaN;
    const opened = Array.from({ length: 5 }, () => openSync(__filename, 'r'));
    const during = machineHere().files?.open;
    opened.forEach((file) => {
      closeSync(file);
    });
    expect(during).toBe(before + 5);
  });

  it('knows how many may be open', () => {
    const { files } = machineHere();
    expect(files?.limit).toBeGreaterThan(files?.open ?? NaN);
  });
});
