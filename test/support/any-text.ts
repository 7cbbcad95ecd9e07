import fc from 'fast-check';

/** What a terminal obeys, or what nobody sees: C0, C1, DEL, bidi, zero width, fillers, tags, line separators, lone surrogates. */
export const ODD = [
  0x00, 0x07, 0x09, 0x0d, 0x1b, 0x7f, 0x85, 0x9b, 0x9d, 0xad, 0x034f, 0x061c, 0x115f, 0x200b, 0x200d, 0x200e,
].concat([
  ...[0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0x3164, 0xd800, 0xdfff, 0xe000, 0xfe0f, 0xfeff, 0xfff9],
  ...[0xe0001, 0xe0041, 0xf0000],
]);
const odd = fc.constantFrom(...ODD).map((code) => String.fromCodePoint(code));
export const anyText = fc
  .array(
    fc.oneof(odd, fc.constantFrom('\n', 'ä', '漢', '😀', '"', '\\', ' '), fc.string({ unit: 'binary', maxLength: 3 })),
  )
  .map((parts) => parts.join(''));
