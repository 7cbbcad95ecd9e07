import { ValueRejected } from '../errors';
import { stepText } from '../mapping/step-text';
import { alteration, stepOf, type Transform } from '../mapping/transform';

/** Makes null of the given texts (exact, after the conversions before it); the null rule of the field applies to the result. */
export function nullIf(...values: readonly string[]): Transform<string, string | null> {
  const nulls = new Set(values);
  return alteration('nullIf', [...values].sort(), (value: string) => (nulls.has(value) ? null : value), {
    gives: 'same',
  });
}

/** Makes null, counted, of a value that the given conversion would turn away: for impossible dates and other lost data. */
export function nullIfRefused<In extends string, Out extends string>(
  inner: Transform<In, Out>,
): Transform<In, In | null> {
  return alteration(
    'nullIfRefused',
    [inner.step.name, ...inner.step.args],
    (value: In) => {
      try {
        inner(value);
        return value;
      } catch (error) {
        if (error instanceof ValueRejected) return null;
        throw error;
      }
    },
    {
      gives: 'same',
      shown: [stepText(stepOf(inner))],
      ...(inner.usesZone === undefined ? {} : { usesZone: inner.usesZone }),
    },
  );
}
