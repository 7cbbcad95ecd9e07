import { counted } from '../../core/counted';
import type { Issue } from '../../core/issues';
import { largeIn } from '../../core/rows/large-value';
import type { TargetRow } from '../../core/mapping/wire';
import type { ChunkChecksum } from '../../core/ports/ledger';
import type { RowChecksum } from '../../core/ports/target';
import { originReader } from '../../core/rows/row-rejects';
import { transformed, type ExpectedSide, type SourcePass } from './expected-rows';
import { rejectsAtOnce } from './rejects-at-once';

/** Chunks that a finding names. */
const NAMED = 5;
const NONE: ReadonlySet<number> = new Set();

/** The checksums of an entity's chunks, made again from the source while it is read for the comparison. */
export interface LoadChecksums {
  /** Null where they cannot be made again. */
  readonly pass: SourcePass | null;
  /** Once the source was read. */
  readonly issues: () => Issue[];
}

type Side = Omit<ExpectedSide, 'checksums'>;

/**
 * What each chunk has loaded is all that the mapping accepts of it, without the rows that the target refused and those that it skipped.
 * Orphans were loaded first, and rows that were repaired since are not meant: both come from the same rows of the source.
 */
export async function openLoadChecksums(
  side: Side,
  loadedBy: 'one mapping' | 'several mappings',
): Promise<LoadChecksums> {
  const { target, plan, runId, scn } = side;
  const because = await whyNot(side, loadedBy);
  if (because !== null) return { pass: null, issues: () => [notRecomputed(plan.entity, because)] };
  const loaded = await target.ledger.chunkChecksums(runId, plan.entity);
  const sum = await target.checksums(plan.load);
  const sums = await refusedSums(side, sum);
  const unread = new Set<number>();
  let isOpen = true;
  return {
    pass: {
      add: (chunk, rows, skipped) => {
        if (!isOpen) return;
        if (rows.some(isHashOnly)) unread.add(chunk);
        else addTo(sums, chunk, BigInt(`0x${sum(rows, skipped)}`));
      },
      end: () => {
        isOpen = false;
      },
    },
    issues: () => (isOpen ? [] : checksumIssues(plan.entity, { loaded, sums, scn, unread })),
  };
}

async function whyNot({ plan, target, runId, scn, skipped }: Side, loadedBy: string): Promise<string | null> {
  if (scn === null) return ': the run has no SCN at which the rows are as it has read them';
  if (loadedBy !== 'one mapping') return ': rejected rows were loaded later by another mapping';
  const isNoted = skipped === 0 || (await target.ledger.skipped(runId, plan.entity, 0)) !== null;
  return isNoted ? null : ': which rows the run has skipped an earlier version of the ledger did not note';
}

/** By chunk, as less than none: the rows that the target has refused. */
async function refusedSums(side: Side, sum: RowChecksum): Promise<Map<number, bigint>> {
  const { plan } = side;
  const origin = originReader(plan.readByRun, plan.read);
  const sums = new Map<number, bigint>();
  for await (const rejects of rejectsAtOnce(side)) {
    const refused = rejects.filter(({ stage, chunk }) => stage === 'load' && chunk >= 0);
    for (const chunk of new Set(refused.map((reject) => reject.chunk))) {
      const { rows } = await transformed(side, refused.filter((reject) => reject.chunk === chunk).map(origin));
      addTo(sums, chunk, -BigInt(`0x${sum(rows, NONE)}`));
    }
  }
  return sums;
}

/** Values too large for memory are compared by their hashes; the checksum would need all of their bytes. */
function isHashOnly(row: TargetRow): boolean {
  return row.some((cell) => largeIn(cell)?.hasBytes === false);
}

function addTo(sums: Map<number, bigint>, chunk: number, amount: bigint): void {
  sums.set(chunk, (sums.get(chunk) ?? 0n) + amount);
}

interface Made {
  readonly loaded: readonly ChunkChecksum[];
  readonly sums: ReadonlyMap<number, bigint>;
  readonly scn: string | null;
  /** Chunks with values that are known by their hashes only. */
  readonly unread: ReadonlySet<number>;
}

function checksumIssues(entity: string, { loaded, sums, scn, unread }: Made): Issue[] {
  const again = loaded.filter((of) => of.scn === scn && of.checksum !== null && !unread.has(of.chunk));
  const differing = again.filter(({ chunk, checksum }) => checksum !== hex(sums.get(chunk) ?? 0n));
  const left = loaded.length - again.length;
  return [
    ...(differing.length === 0 ? [] : [checksumDiffers(entity, differing)]),
    ...(left === 0
      ? []
      : [
          notRecomputed(
            entity,
            ` for ${counted(left, 'chunk')}: not of the SCN of the comparison, or with values too large to be read as a whole`,
          ),
        ]),
  ];
}

function hex(sum: bigint): string {
  return BigInt.asUintN(64, sum).toString(16).padStart(16, '0');
}

function checksumDiffers(entity: string, differing: readonly ChunkChecksum[]): Issue {
  const more = differing.length - NAMED;
  const chunks = differing.slice(0, NAMED).map(({ chunk }) => chunk);
  return {
    code: 'CHECKSUM_DIFFERS',
    level: 'error',
    subject: entity,
    message: `the checksum in the ledger is not that of the rows which the source and the mapping give for chunk ${chunks.join(', ')}${more > 0 ? ` and ${counted(more, 'more chunk')}` : ''}`,
    hint: 'Either the ledger was edited, or other rows were loaded than the mapping makes now. See what the comparison of the rows says, and compare with a report kept elsewhere.',
  };
}

/** `why`: what of, or why, in words. */
function notRecomputed(entity: string, why: string): Issue {
  return {
    code: 'CHECKSUM_NOT_RECOMPUTED',
    level: 'info',
    subject: entity,
    message: `the checksum was not made again from the source${why}`,
  };
}
