import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from './make-folder';
import { notWritable, writeWhole } from './write-whole';

/** One rendering of a report and its file. */
export interface ReportFile {
  /** Name in the folder, e.g. `report.html`. */
  readonly name: string;
  readonly text: string;
}

/** The renderings of the evidence of a run, by the ends of their names. */
export const REPORT_EXTENSIONS = ['html', 'json', 'md'] as const;

/** Longer than the head of report.json up to the id of its run. */
const HEAD_BYTES = 512;

/** Writes the files into a folder, which is made where it is missing; mode 0600, for keys of rows stand in them. Throws FILE_NOT_WRITABLE. */
export async function writeReportFiles(directory: string, files: readonly ReportFile[]): Promise<void> {
  try {
    makeFolder(directory);
  } catch (error) {
    throw notWritable(directory, error);
  }
  for (const { name, text } of files) await writeWhole(join(directory, name), [text]);
}

/**
 * Renames the report of another run, so that a new one does not overwrite it: `report.html` to `report_<its run id>.html`, and its other
 * renderings likewise. Does nothing where there is none. Throws FILE_NOT_WRITABLE.
 */
export async function setAsideReport(directory: string, runId: string): Promise<void> {
  const owner = await ownerOf(join(directory, 'report.json'));
  if (owner === null || owner === runId) return;
  for (const extension of REPORT_EXTENSIONS) {
    const path = join(directory, `report.${extension}`);
    try {
      await rename(path, join(dirname(path), `report_${owner}.${extension}`));
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 'ENOENT') throw notWritable(path, error);
    }
  }
}

/** Id of the run that a report is of; null where the file is none of ours, or cannot be read: writing it will tell why. */
async function ownerOf(path: string): Promise<string | null> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      const head = buffer.toString('utf8', 0, bytesRead);
      return /^\{\s*"format": "cutover\.report",[^{]*"run": \{\s*"id": "([\w-]+)"/.exec(head)?.[1] ?? null;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}
