import type { LoadFault, PreparedChunk } from '../../core/run/outcomes';

/** The chunk without the rows at fault, by index, which are rejected. */
export function withoutRows(chunk: PreparedChunk, faults: ReadonlyMap<number, LoadFault>): PreparedChunk {
  if (faults.size === 0) return chunk;
  const staying = [...chunk.rows.keys()].filter((index) => !faults.has(index));
  const pick = <T>(items: readonly T[]): T[] => staying.flatMap((index) => items.slice(index, index + 1));
  const rejects = [...faults]
    .sort(([a], [b]) => a - b)
    .map(([index, fault]) => chunk.rejectFor(chunk.origins[index] ?? [], fault));
  return {
    ...chunk,
    rows: pick(chunk.rows),
    origins: pick(chunk.origins),
    rejects: [...chunk.rejects, ...rejects],
    changesWithout: (left) => {
      return chunk.changesWithout(new Set([...faults.keys(), ...[...left].flatMap((at) => staying[at] ?? [])]));
    },
  };
}
