import { rename, rm, writeFile } from 'node:fs/promises';

/** Writes a small file for its owner only; a disk that is full leaves the old file, or none, and never a part. */
export async function placeFile(path: string, text: string): Promise<void> {
  const draft = `${path}.draft`;
  try {
    await writeFile(draft, text, { mode: 0o600 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}
