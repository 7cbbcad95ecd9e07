/* eslint max-params: ['error', 4] -- a conversion is a name, its arguments, a function and, where more is known of it, its traits */
import type { ConversionTraits } from './conversion-traits';
import type { TransformStep } from './table-mapping';
import type { Holds } from './value-type';

/** A named, pure conversion of one non-null legacy value. It throws ValueRejected (by `reject`) to turn the row away. */
export interface Transform<In, Out> extends ConversionTraits {
  (value: In): Out;
  /** Its name and arguments. */
  readonly step: Pick<TransformStep, 'name' | 'args'>;
  /** `value`: an output unlike the input is a change to be counted; `form`: the same value written otherwise. */
  readonly alters: 'value' | 'form';
  /** The source column is fetched as bytes (UTL_RAW.CAST_TO_RAW), not as text. */
  readonly reads: 'text' | 'bytes';
  /** The same conversion, where it notes by itself which values it had to choose for. */
  readonly choosing?: (value: In, field: ChoosingField) => Out;
}

/** What a conversion that chooses must know of the field it is in. */
export interface ChoosingField {
  /** Notes that a value left a choice to the conversion, which is counted as a change; `kind` names conversion and choice: `inZone gap`. */
  readonly noteChange: (kind: string) => void;
  /** What a column of times holds: moments, or times without a zone; null where that is not known, or it holds something else. */
  readonly holds: Holds | null;
}

const UNHEARD: ChoosingField = { noteChange: () => undefined, holds: null };

type Arguments = TransformStep['args'];

/**
 * Gives a conversion its name and arguments, which the printed plan and the fingerprint of a mapping are made of; its output is
 * the same value written otherwise. A user's own conversion carries its version in the name: `transform('grade@2', [], fn)`. What it
 * gives and handles may be said as well, for the checks: `transform('grade@2', [], fn, { gives: 'integer' })`.
 */
export function transform<In, Out>(
  name: string,
  args: Arguments,
  convert: (value: In) => Out,
  traits: ConversionTraits = {},
): Transform<In, Out> {
  return named(convert, { ...traits, step: { name, args }, alters: 'form', reads: 'text' });
}

/** A conversion that may change a value (trim, strip, replace): each output unlike its input is counted as a change. */
export function alteration<In, Out>(
  name: string,
  args: Arguments,
  convert: (value: In) => Out,
  traits: ConversionTraits = {},
): Transform<In, Out> {
  return named(convert, { ...traits, step: { name, args }, alters: 'value', reads: 'text' });
}

/** A conversion that writes the same value otherwise, but for values that leave it a choice: those it notes itself. */
export function choosing<In, Out>(
  name: string,
  args: Arguments,
  convert: (value: In, field: ChoosingField) => Out,
  traits: ConversionTraits = {},
): Transform<In, Out> {
  const unheard = (value: In): Out => convert(value, UNHEARD);
  return Object.assign(transform(name, args, unheard, traits), { choosing: convert });
}

/** A conversion that reads the raw bytes of a column; for `fromBytes`. */
export function decoding<Out>(
  name: string,
  args: Arguments,
  decode: (bytes: Buffer) => Out,
  traits: ConversionTraits = {},
): Transform<Buffer, Out> {
  return named(decode, { ...traits, step: { name, args }, alters: 'form', reads: 'bytes' });
}

function named<In, Out>(
  convert: (value: In) => Out,
  traits: ConversionTraits & Pick<Transform<In, Out>, 'step' | 'alters' | 'reads'>,
): Transform<In, Out> {
  return Object.assign((value: In): Out => convert(value), traits);
}

/** A conversion as the step of a field. */
export function stepOf<In, Out>(conversion: Transform<In, Out>): TransformStep {
  const { step, gives, zone, handles, writes, usesZone, takesNulls, shown } = conversion;
  const traits = { gives, zone, handles, writes, usesZone, takesNulls, shown };
  const known = Object.entries(traits).filter(([, trait]) => trait !== undefined);
  return { ...step, ...(Object.fromEntries(known) as ConversionTraits) };
}
