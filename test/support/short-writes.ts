import { open, type FileHandle } from 'node:fs/promises';

type Write = (buffer: Buffer, offset: number, length: number) => Promise<{ bytesWritten: number }>;

/** How many bytes a write of `length` bytes takes; what it throws, the write throws. */
export type Taking = (length: number) => number;

/** Runs `work` while every file of this process takes writes only as `taking` says. `claims`: what a write says it took, where that is a lie. */
export async function withShortWrites<T>(
  {
    taking,
    claims = (taken) => taken,
  }: { readonly taking: Taking; readonly claims?: (taken: number, length: number) => number },
  work: () => Promise<T>,
): Promise<T> {
  const handle = await open('/dev/null', 'r');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const real = Object.getOwnPropertyDescriptor(prototype, 'write')?.value as Write;
  const short: Write = async function (this: FileHandle, buffer, offset, length) {
    const taken = taking(length);
    if (taken > 0) await real.call(this, buffer, offset, taken);
    return { bytesWritten: claims(taken, length) };
  };
  Object.assign(prototype, { write: short });
  try {
    return await work();
  } finally {
    Object.assign(prototype, { write: real });
  }
}

/** A disk that has room for so many bytes, then says ENOSPC. */
export function diskOf(bytes: number): Taking {
  let left = bytes;
  return (length) => {
    if (left === 0)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
    const taken = Math.min(left, length);
    left -= taken;
    return taken;
  };
}
