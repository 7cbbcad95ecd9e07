import fc from 'fast-check';
import {
  bytesAs,
  codeTable,
  collapsedSpaces,
  dateFromText,
  decimal,
  email,
  integer,
  lower,
  nulRefused,
  nulReplaced,
  nulStripped,
  nullIf,
  nullIfRefused,
  oracleTimestamp,
  phone,
  trimmed,
  unpadded,
  upper,
  yesNo,
} from '../../../../src/core/transforms';
import type { DateText } from '../../../../src/core/mapping/wire';

const anyText = fc.string({ unit: 'binary', maxLength: 20 });

describe('the conversions of text', () => {
  const all = { trimmed, collapsedSpaces, upper, lower, unpadded, email, nulStripped, nulReplaced: nulReplaced('?') };

  it.each(Object.entries(all))(
    '%s never loses a value to null and changes nothing the second time',
    (name, convert) => {
      fc.assert(
        fc.property(anyText, (text) => {
          const once = convert(text);
          expect(typeof once).toBe('string');
          // Upper case has no fixed point for a few letters (U+0345 and its kin).
          if (name !== 'upper' && name !== 'lower' && name !== 'email') expect(convert(once)).toBe(once);
        }),
      );
    },
  );

  it.each(['0', 'false', '-0', 'null'])('%s survives every conversion of text', (text) => {
    for (const convert of [trimmed, collapsedSpaces, lower, unpadded, email, nulRefused, nulStripped, nullIf('x')]) {
      expect(convert(text)).toBe(text);
    }
    expect(upper(text)).toBe(text.toUpperCase());
  });

  it('keeps a blank as a value', () => {
    for (const convert of [collapsedSpaces, upper, lower, unpadded, nulRefused, nulStripped, nullIf('')]) {
      expect(convert(' ')).toBe(' ');
    }
    expect(trimmed(' ')).toBe('');
    expect(email(' ')).toBe('');
  });

  it('counts as changes those that may alter a value', () => {
    const kinds = [trimmed, collapsedSpaces, upper, lower, email, nulStripped, nullIf('x'), phone({ country: '1' })];
    expect(kinds.map((convert) => convert.alters)).toEqual(kinds.map(() => 'value'));
    expect([unpadded, integer, decimal(1, 0), yesNo, nulRefused].map((convert) => convert.alters)).toEqual(
      Array(5).fill('form'),
    );
  });
});

describe('unpadded', () => {
  it('drops the blanks of a CHAR and nothing else', () => {
    expect(unpadded('ab  ')).toBe('ab');
    expect(unpadded(' ab\t ')).toBe(' ab\t');
    expect(unpadded('ab\u00A0')).toBe('ab\u00A0');
  });

  it('makes one blank of a CHAR of blanks, which is a value', () => {
    expect(unpadded('     ')).toBe(' ');
    expect(unpadded('')).toBe('');
  });
});

describe('codes', () => {
  it('reads Y and N, padded or not, and nothing else', () => {
    expect([yesNo('Y'), yesNo('N  ')]).toEqual([true, false]);
    for (const text of ['y', '', ' ', '1', 'YES', ' Y']) expect(() => yesNo(text)).toThrow('not Y or N');
  });

  it('translates known codes and turns others away without naming them', () => {
    const status = codeTable('status', { A: 'active', C: 'closed' });
    expect([status('A'), status('C   ')]).toEqual(['active', 'closed']);
    for (const text of ['a', '', 'AC', 'constructor', '__proto__'])
      expect(() => status(text)).toThrow(/^unknown code$/);
  });

  it('translates to false and 0 as to any value', () => {
    const flags = codeTable('flag', { 0: false, 1: true, ' ': 0 });
    expect([flags('0'), flags('1'), flags('  ')]).toEqual([false, true, 0]);
  });

  it('lists its codes in the fingerprint, in whatever order they were written', () => {
    expect(codeTable('s', { B: 'b', A: 'a' }).step).toEqual(codeTable('s', { A: 'a', B: 'b' }).step);
    expect(codeTable('s', { A: 'a' }).step).not.toEqual(codeTable('s', { A: 'b' }).step);
  });
});

describe('phone', () => {
  const us = phone({ country: '1' });

  it.each([
    '(555) 123-4567',
    '555.123.4567',
    '555-123-4567',
    '+1 555 123 4567',
    '5551234567',
    '1-555-123-4567',
    '+15551234567',
  ])('reads %s', (text) => {
    expect(us(text)).toBe('+15551234567');
  });

  it.each(['5551234567 x12', '555-123-4567 ext. 12', '(555) 123-4567 #12', '+15551234567;ext=12'])(
    'keeps the extension of %s',
    (text) => {
      expect(us(text)).toBe('+15551234567;ext=12');
    },
  );

  it('turns an extension away where the plan says so', () => {
    expect(() => phone({ country: '1', extension: 'refuse' })('5551234567 x12')).toThrow(
      'phone number with an extension',
    );
  });

  it.each(['555-1234', '25551234567', '+1555123456', '+155512345678', '+123'])(
    'turns the wrong count of digits in %s away',
    (text) => {
      expect(() => us(text)).toThrow('phone number with a wrong count of digits');
    },
  );

  it.each(['CALL ME', '', 'x12', '555-CALL-NOW', '+'])('turns %s away', (text) => {
    expect(() => us(text)).toThrow('not a phone number');
  });

  it('leaves numbers of other countries in their own form', () => {
    expect(us('+44 20 7946 0958')).toBe('+442079460958');
    expect(phone({ country: '47', digits: 8 })('22 86 44 00')).toBe('+4722864400');
  });
});

describe('email', () => {
  it('trims and lower-cases, and judges nothing', () => {
    expect(email(' Buyer@Example.COM ')).toBe('buyer@example.com');
    expect(email('not an address')).toBe('not an address');
  });
});

describe('NUL', () => {
  it('is refused, stripped or replaced', () => {
    expect(() => nulRefused('a\0b')).toThrow('contains a NUL character');
    expect(nulStripped('a\0\0b')).toBe('ab');
    expect(nulReplaced('$&')('a\0b')).toBe('a$&b');
  });
});

describe('nullIf', () => {
  it('makes null of the named texts only', () => {
    const known = nullIf('N/A', '-');
    expect([known('N/A'), known('-'), known('n/a'), known('0'), known('')]).toEqual([null, null, 'n/a', '0', '']);
  });

  it('makes null of what a conversion would turn away', () => {
    const lenient = nullIfRefused(oracleTimestamp);
    expect(lenient(' 8080-80-80 00:00:00' as DateText)).toBeNull();
    expect(lenient(' 2024-01-01 00:00:00' as DateText)).toBe(' 2024-01-01 00:00:00');
    expect(nullIfRefused(dateFromText('YYYYMMDD')).step).toEqual({
      name: 'nullIfRefused',
      args: ['dateFromText', 'YYYYMMDD'],
    });
  });
});

describe('bytesAs', () => {
  it('reads windows-1252 as the standard has it, undefined bytes refused', () => {
    // Code points of 80 to 9F; Node's own TextDecoder is no oracle here, for it reads some as iso-8859-1.
    const upper =
      '20AC - 201A 192 201E 2026 2020 2021 2C6 2030 160 2039 152 - 17D - - 2018 2019 201C 201D 2022 2013 2014 2DC 2122 161 203A 153 - 17E 178';
    const c1: (number | null)[] = upper.split(' ').map((code) => (code === '-' ? null : Number.parseInt(code, 16)));
    for (let byte = 0; byte < 256; byte += 1) {
      const run = (): string => bytesAs('windows-1252')(Buffer.from([byte]));
      const expected = byte >= 0x80 && byte < 0xa0 ? (c1[byte - 0x80] ?? null) : byte;
      if (expected === null) expect(run).toThrow('not valid windows-1252');
      else expect([byte, run().codePointAt(0)]).toEqual([byte, expected]);
    }
  });

  it('reads iso-8859-1 byte by byte', () => {
    expect(bytesAs('iso-8859-1')(Buffer.from([0x41, 0x80, 0xe9]))).toBe('A\u0080é');
  });

  it('reads utf-8 strictly, a byte order mark kept', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(bytesAs('utf-8')(Buffer.from(text))).toBe(text);
      }),
    );
    expect(bytesAs('utf-8')(Buffer.from('\uFEFFa'))).toBe('\uFEFFa');
    expect(() => bytesAs('utf-8')(Buffer.from([0xed, 0xa0, 0xbd]))).toThrow('not valid utf-8');
  });

  it('asks for the bytes of the column', () => {
    expect(bytesAs('utf-8').reads).toBe('bytes');
  });
});
