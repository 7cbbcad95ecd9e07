import { isIPv4, isIPv6 } from 'node:net';
import type { CellEncoder } from './encoder';
import { HOST_BITS, NOT_ADDRESS, NOT_HARDWARE_ADDRESS } from './faults';

/** How the server calls the two families on the wire. */
const FAMILY = { 4: 2, 16: 3 } as const;

interface Address {
  readonly bytes: readonly number[];
  /** Length of the network's part. */
  readonly bits: number;
}

/** `inet` takes a host with or without the length of its network, `cidr` networks only. */
export function addressEncoder(type: 'inet' | 'cidr'): CellEncoder {
  return (value, out) => {
    const address = typeof value === 'string' ? readAddress(value) : null;
    if (address === null) return NOT_ADDRESS;
    const { bytes, bits } = address;
    if (type === 'cidr' && hasHost(address)) return HOST_BITS;
    out.int32(4 + bytes.length);
    out.bytes(Buffer.from([FAMILY[bytes.length as 4 | 16], bits, type === 'cidr' ? 1 : 0, bytes.length, ...bytes]));
    return null;
  };
}

/** Whole addresses only: what `10.1` is short for depends on whom one asks. */
function readAddress(text: string): Address | null {
  const [host = '', length, ...more] = text.split('/');
  const bytes = isIPv4(host) ? host.split('.').map(Number) : isIPv6(host) ? bytesOfSix(host) : null;
  if (bytes === null || more.length > 0) return null;
  const most = bytes.length * 8;
  const bits = length === undefined ? most : /^(?:0|[1-9]\d{0,2})$/.test(length) ? Number(length) : NaN;
  return bits <= most ? { bytes, bits } : null;
}

/** Of a text that `isIPv6` takes; null for one with a zone. */
function bytesOfSix(text: string): number[] | null {
  if (text.includes('%')) return null;
  const [before = '', behind] = text.split('::');
  const [first, last] = [bytesOfGroups(before), bytesOfGroups(behind ?? '')];
  return [...first, ...Array.from({ length: 16 - first.length - last.length }, () => 0), ...last];
}

function bytesOfGroups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const number = parseInt(group, 16);
    return [number >> 8, number & 0xff];
  });
}

function hasHost({ bytes, bits }: Address): boolean {
  return bytes.some((byte, at) => {
    const networkBits = Math.min(Math.max(bits - at * 8, 0), 8);
    return (byte & (0xff >> networkBits)) !== 0;
  });
}

const HARDWARE =
  /^(?:[\da-f]{2}([:-]))(?:[\da-f]{2}\1)+[\da-f]{2}$|^(?:[\da-f]{4}([.-]))+[\da-f]{4}$|^[\da-f]{6}[:-]?[\da-f]{6}$|^[\da-f]{16}$/i;

/** `macaddr` of six bytes and `macaddr8` of eight; one is not made of the other. */
export function hardwareEncoder(bytes: 6 | 8): CellEncoder {
  return (value, out) => {
    if (typeof value !== 'string' || !HARDWARE.test(value)) return NOT_HARDWARE_ADDRESS;
    const digits = value.replace(/[:.-]/g, '');
    if (digits.length !== bytes * 2) return NOT_HARDWARE_ADDRESS;
    out.int32(bytes);
    out.bytes(Buffer.from(digits, 'hex'));
    return null;
  };
}
