import { forecastLines } from '../../../../src/report/screen/forecast';

describe('forecastLines', () => {
  it('says how long the real run takes in the words of every duration', () => {
    const duration = { seconds: 59.97, fromSeconds: 59.94, toSeconds: 3_725, chunks: 3 };
    expect(forecastLines({ conflicts: [], duration })[0]).toBe(
      'Forecast: the real run takes about 1 min 0 s, from 59.9 s to 1 h 2 min.',
    );
  });

  it('says nothing where nothing was rehearsed', () => {
    expect(forecastLines(undefined)).toEqual([]);
  });
});
