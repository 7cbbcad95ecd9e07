import { BufferReader } from '../../../src/standin/ttc/format/buffer-reader';
import { BufferWriter } from '../../../src/standin/ttc/format/buffer-writer';
import { readDataTypes, writeDataTypes, writeProtocol } from '../../../src/standin/ttc/negotiation';

/** What a client sends of message 2, behind the type of the message. */
function dataTypes({ charset = 873, version = 24, timeZones = 1 } = {}): BufferReader {
  const compile = Buffer.alloc(53);
  compile[7] = version;
  const runtime = Buffer.from([2, timeZones, 0, 0, 0, 0, 0]);
  const out = new BufferWriter().u16le(charset).u16le(charset).u8(1).clr(compile).clr(runtime);
  return new BufferReader(out.raw(Buffer.alloc(11)).u16be(0).written());
}

describe('negotiation', () => {
  it('offers a field version, both character sets and no long strings', () => {
    const out = new BufferWriter();
    writeProtocol(out, 12);
    const reader = new BufferReader(out.written());
    expect([reader.u8(), reader.u8(), reader.u8()]).toEqual([1, 6, 0]);
    let banner = '';
    for (let byte = reader.u8(); byte !== 0; byte = reader.u8()) banner += String.fromCharCode(byte);
    expect(banner.length).toBeLessThanOrEqual(47);
    expect([reader.u16le(), reader.u8(), reader.u16le()]).toEqual([873, 1, 0]);
    const fdo = reader.bytes(reader.u16be());
    const at = 6 + fdo[5]! + fdo[6]!;
    expect(fdo.readUInt16BE(at + 3)).toBe(2000);
    const compile = reader.clr()!;
    expect([compile.length <= 45, compile[7]]).toEqual([true, 12]);
    const runtime = reader.clr()!;
    expect([runtime[1]! & 1, runtime[6]! & 4, runtime.length < 13]).toEqual([1, 0, true]);
    expect(reader.remaining).toBe(0);
  });

  it('reads what the client can do, and answers with the time zone only if it is wanted', () => {
    for (const timeZones of [0, 1]) {
      const request = readDataTypes(dataTypes({ version: 18, timeZones }));
      expect(request).toEqual({ kind: 'data-types', fieldVersion: 18, timeZones: timeZones === 1 });
      const out = new BufferWriter();
      writeDataTypes(out, request);
      const zone = timeZones === 1 ? '800000003c3c3c80000000' : '';
      expect(out.written().toString('hex')).toBe(`02${zone}0000`);
    }
  });

  it('refuses a client of another character set', () => {
    expect(() => readDataTypes(dataTypes({ charset: 1 }))).toThrow('ORA-12705');
  });
});
