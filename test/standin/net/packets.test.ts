import fc from 'fast-check';
import { parseConnect, wantedBy } from '../../../src/standin/net/connect-packet';
import { PacketParser } from '../../../src/standin/net/packet-parser';
import {
  acceptPacket,
  DATA_HEADER_BYTES,
  dataPackets,
  MARKER,
  markerPacket,
  PACKET,
} from '../../../src/standin/net/packets';
import { refusePacket } from '../../../src/standin/net/packets';
import { everySplit } from '../support/split';

function parsed(chunks: readonly Buffer[], parser = new PacketParser()): { type: number; bytes: Buffer }[] {
  return chunks.flatMap((chunk) =>
    [...parser.push(chunk)].map(({ type, bytes }) => ({ type, bytes: Buffer.from(bytes) })),
  );
}

function large(): PacketParser {
  const parser = new PacketParser();
  parser.largeLengths = true;
  return parser;
}

/** A CONNECT packet as the driver builds it. */
function connectPacket(connectData: string, inline = true): Buffer {
  const bytes = Buffer.alloc(74 + (inline ? connectData.length : 0));
  bytes.writeUInt16BE(bytes.length, 0);
  bytes.writeUInt8(PACKET.connect, 4);
  bytes.writeUInt16BE(319, 8);
  bytes.writeUInt16BE(8192, 14);
  bytes.writeUInt16BE(connectData.length, 24);
  bytes.writeUInt16BE(74, 26);
  bytes.writeUInt32BE(8192, 58);
  if (inline) bytes.write(connectData, 74, 'latin1');
  return bytes;
}

const DATA = '(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=legacy)(CID=(PROGRAM=node)(HOST=h)(USER=u))))';

describe('packets', () => {
  it('are put together however the bytes arrive', () => {
    const stream = Buffer.concat([connectPacket(DATA), refusePacket(12514)]);
    const whole = parsed([stream]);
    expect(whole.map(({ type }) => type)).toEqual([PACKET.connect, PACKET.refuse]);
    for (const chunks of everySplit(stream)) expect(parsed(chunks)).toEqual(whole);
  });

  it('change to long lengths between two packets of one chunk', () => {
    const parser = new PacketParser();
    const types: number[] = [];
    for (const { type } of parser.push(Buffer.concat([connectPacket(DATA), markerPacket(MARKER.reset)]))) {
      types.push(type);
      parser.largeLengths = true;
    }
    expect(types).toEqual([PACKET.connect, PACKET.marker]);
  });

  it('carry a payload of any size in pieces of the negotiated size', () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.integer({ min: 20, max: 400 }), (payload, sdu) => {
        const packets = parsed([dataPackets(payload, sdu)], large());
        expect(packets.every(({ type, bytes }) => type === PACKET.data && bytes.length <= sdu)).toBe(true);
        const joined = Buffer.concat(packets.map(({ bytes }) => bytes.subarray(DATA_HEADER_BYTES)));
        expect(joined.equals(Buffer.concat(payload))).toBe(true);
      }),
    );
  });

  it('of impossible length are an error', () => {
    expect(() => parsed([Buffer.from([0, 3, 0, 0, 1, 0, 0, 0])])).toThrow('ORA-12592');
    expect(() => parsed([Buffer.from([0xff, 0xff, 0xff, 0xff, 6, 0, 0, 0])], large())).toThrow('ORA-12592');
  });

  it('accept in the form of the announced version', () => {
    expect(acceptPacket(318, 8192)).toHaveLength(45);
    expect(acceptPacket(318, 8192).readUInt32BE(32)).toBe(8192);
    expect(acceptPacket(314, 8192)).toHaveLength(32);
  });
});

describe('CONNECT', () => {
  it('tells the size of packets and the service, inline or announced', () => {
    expect(parseConnect(connectPacket(DATA))).toEqual({ version: 319, sdu: 8192, connectData: DATA });
    expect(parseConnect(connectPacket(DATA, false)).connectData).toBeUndefined();
    expect(parseConnect(Buffer.alloc(8))).toEqual({ version: 0, sdu: 0, connectData: undefined });
  });

  it.each([
    [DATA, { service: 'LEGACY', sid: null }],
    ['(CONNECT_DATA=( service_name = a.b.c ))', { service: 'A.B.C', sid: null }],
    ['(CONNECT_DATA=(CID=(PROGRAM=x))(SID=orcl))', { service: null, sid: 'ORCL' }],
    ['(CONNECT_DATA=(CID=(PROGRAM=x)))', { service: null, sid: null }],
  ])('names its service or SID in %s', (data, wanted) => {
    expect(wantedBy(data)).toEqual(wanted);
  });
});
