import { readdirSync, readFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import type { Machine } from '../../core/checks/machine-checks';

/** What the process has and may have, as it is now. */
export function machineHere(): Machine {
  const limit = fileLimit();
  const open = openFiles();
  return {
    heapLimit: getHeapStatistics().heap_size_limit,
    files: limit === null || open === null ? null : { open, limit },
  };
}

/** The soft limit of the process; null: none, or none is known here. */
function fileLimit(): number | null {
  try {
    const [, soft = ''] = /^Max open files +(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return numberOf(soft);
  } catch {
    return numberOf(reported());
  }
}

/** Where there is no /proc, as on macOS. */
function reported(): unknown {
  const { report } = process as { readonly report?: NodeJS.ProcessReport & { excludeNetwork?: boolean } };
  if (report === undefined) return null;
  const before = report.excludeNetwork ?? false;
  // It would ask the name server for the other end of each connection.
  report.excludeNetwork = true;
  const { userLimits } = report.getReport() as { readonly userLimits?: { readonly open_files?: { soft?: unknown } } };
  report.excludeNetwork = before;
  return userLimits?.open_files?.soft;
}

function numberOf(limit: unknown): number | null {
  const number = Number(limit ?? NaN);
  return Number.isInteger(number) && number > 0 ? number : null;
}

function openFiles(): number | null {
  try {
    // One of them is the folder itself.
    return readdirSync('/dev/fd').length - 1;
  } catch {
    return null;
  }
}
