import type { SequenceVerdict } from '../../core/run/outcomes';
import type { TableName } from '../../core/ports/target';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import { nextBeyond, nextOf } from './cures';
import { fedBySequence, greatestIn, type Fed, type FedColumn } from './fed';
import type { Feeding } from './feeding';
import { noteMove } from './noted-positions';
import { positionOf, setFrom, type Position } from './position';

/** Notes in the ledger where a sequence of the run is about to be left. */
type Note = (move: { readonly from: Position; readonly to: Position }) => Promise<void>;

/**
 * Sets the sequences of the tables past the greatest number in the columns they feed, never backwards, and in step with their
 * increment. A table without rows leaves its sequence alone. Where the run leaves each is noted before it is set. Safe to repeat.
 */
export async function advanceSequences(
  session: Session,
  place: Place,
  { runId, tables }: { readonly runId: string; readonly tables: readonly TableName[] },
): Promise<SequenceVerdict[]> {
  const verdicts: SequenceVerdict[] = [];
  for (const fed of await fedBySequence(session, place, tables)) {
    const note: Note = (move) => noteMove(session, place.ledgerSchema, { runId, fed, ...move });
    verdicts.push({ sequence: fed.feeding.sequence.name, ...(await advance(session, fed, note)) });
  }
  return verdicts;
}

type Standing = Omit<SequenceVerdict, 'sequence'>;

async function advance(session: Session, fed: Fed, note: Note): Promise<Standing> {
  const { feeding, columns } = fed;
  const numbers = columns.filter(({ numeric }) => numeric);
  if (!feeding.allowed) return { state: aloneState(feeding, numbers) ?? 'no-right', next: null };
  const greatest = feeding.increment < 0n ? null : await greatestIn(session, numbers, feeding.maximum);
  if (greatest !== null) return moveBeyond(session, fed, { greatest, note });
  // Its numbers may have been drawn by a default during the load all the same.
  const position = await positionOf(session, feeding.sequence);
  await note({ from: position, to: position });
  const none = numbers.length < columns.length ? 'not-a-number' : 'ahead';
  return { state: aloneState(feeding, numbers) ?? none, next: null };
}

/** Why it would be left alone whoever is asked; null where it would not. */
function aloneState({ increment }: Feeding, numbers: readonly FedColumn[]): 'descending' | 'not-a-number' | null {
  if (increment < 0n) return 'descending';
  return numbers.length === 0 ? 'not-a-number' : null;
}

/** Other sessions may draw numbers meanwhile: it is set only where it still stands as it was read. */
async function moveBeyond(
  session: Session,
  { feeding }: Fed,
  { greatest, note }: { readonly greatest: bigint; readonly note: Note },
): Promise<Standing> {
  const { sequence, increment, maximum } = feeding;
  for (;;) {
    const from = await positionOf(session, sequence);
    const next = nextOf(from, increment);
    if (next > greatest) {
      await note({ from, to: from });
      return { state: next > maximum ? 'exhausted' : 'ahead', next: next.toString() };
    }
    const beyond = nextBeyond({ increment, position: from, greatest });
    const full = beyond > maximum;
    const to = full ? { last: maximum, called: true } : { last: beyond, called: false };
    await note({ from, to });
    if (await setFrom(session, sequence, { from, to })) {
      return { state: full ? 'exhausted' : 'moved', next: beyond.toString() };
    }
  }
}
