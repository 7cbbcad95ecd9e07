import fc from 'fast-check';
import { BufferReader } from '../../../../src/standin/ttc/format/buffer-reader';
import { BufferWriter } from '../../../../src/standin/ttc/format/buffer-writer';
import { sliceOf } from '../../../../src/standin/ttc/values/slice';
import { encodeBytes, encodeNationalText, encodeText, storableText } from '../../../../src/standin/ttc/values/text';

function sent(encode: typeof encodeText, text: string): Buffer {
  const bytes = Buffer.from(text);
  const out = new BufferWriter(16);
  out.reserve(2 * bytes.length + 64);
  encode(sliceOf(bytes), out);
  const reader = new BufferReader(Buffer.from(out.written()));
  const value = reader.clr() ?? Buffer.alloc(0);
  expect(reader.remaining).toBe(0);
  return value;
}

describe('text', () => {
  it('passes every text through, NUL by way of what PostgreSQL can store', () => {
    const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary', maxLength: 400 }));
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(!/[\u{10FF00}-\u{10FFFF}]/u.test(text) && !/\p{Surrogate}/u.test(text));
        expect(storableText(text)).not.toContain('\0');
        expect(sent(encodeText, storableText(text)).toString('utf8')).toBe(text);
        expect(sent(encodeNationalText, storableText(text)).swap16().toString('utf16le')).toBe(text);
      }),
    );
  });

  it('sends a kept byte as itself below 80, as U+FFFD above', () => {
    for (let byte = 0; byte < 256; byte++) {
      const stored = `a${String.fromCodePoint(0x10ff00 + byte)}b`;
      expect(sent(encodeText, stored).toString('utf8')).toBe(
        byte < 0x80 ? `a${String.fromCharCode(byte)}b` : 'a\ufffdb',
      );
    }
  });

  it('leaves other characters of the last plane alone', () => {
    expect(sent(encodeText, '\u{10FEFF}\u{100000}').toString('utf8')).toBe('\u{10FEFF}\u{100000}');
  });

  it.each([0, 1, 252, 253, 32767, 32768, 100_000])('frames a value of %i bytes', (length) => {
    expect(sent(encodeBytes, 'x'.repeat(length)).toString()).toBe('x'.repeat(length));
  });
});
