import { durationText, secondsText } from '../../../src/core/counted';

describe('the text of a duration', () => {
  it.each([
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min 0 s'],
    [3_599, '59 min 59 s'],
    [3_600, '1 h 0 min'],
    [93_784, '26 h 3 min'],
  ])('of %d whole seconds is %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it.each([
    [4.23, '4.2 s'],
    [59.94, '59.9 s'],
    [59.97, '1 min 0 s'],
    [184.6, '3 min 5 s'],
  ])('has tenths of a second below a minute: %d is %s', (seconds, text) => {
    expect(secondsText(seconds)).toBe(text);
  });
});
