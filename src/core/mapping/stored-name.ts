/** Bytes of a name that PostgreSQL keeps. */
const NAME_BYTES = 63;

/**
 * A name as PostgreSQL stores it: a longer one is cut without an error, and never within a character. `suffix` is kept whole, for names
 * that have to differ.
 */
export function storedName(name: string, suffix = ''): string {
  const bytes = Buffer.from(name);
  const room = NAME_BYTES - Buffer.byteLength(suffix);
  if (bytes.length <= room) return name + suffix;
  let end = room;
  while (isWithinCharacter(bytes[end])) end -= 1;
  return bytes.toString('utf8', 0, end) + suffix;
}

/** In UTF-8 every byte of a character but its first begins with the bits 10. */
function isWithinCharacter(byte = 0): boolean {
  return (byte & 0b1100_0000) === 0b1000_0000;
}
