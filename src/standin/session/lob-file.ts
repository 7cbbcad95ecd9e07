import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Where LOBs of a session lie that are too large for memory: a file without a name, which goes with the process. */
export class LobFile {
  #descriptor: number | undefined;
  #length = 0;

  /** Where the bytes begin. */
  append(bytes: Buffer): number {
    this.#descriptor ??= unnamedFile();
    const start = this.#length;
    for (let done = 0; done < bytes.length;) {
      done += writeSync(this.#descriptor, bytes, done, bytes.length - done, start + done);
    }
    this.#length += bytes.length;
    return start;
  }

  read(at: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    let done = 0;
    while (this.#descriptor !== undefined && done < length) {
      const read = readSync(this.#descriptor, bytes, done, length - done, at + done);
      if (read === 0) break;
      done += read;
    }
    return bytes.subarray(0, done);
  }

  /** Nothing in it is needed any more. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#length = 0;
  }
}

function unnamedFile(): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'standin-lobs-'));
  const descriptor = openSync(path.join(folder, 'lobs'), 'wx+', 0o600);
  rmSync(folder, { recursive: true, force: true });
  return descriptor;
}
