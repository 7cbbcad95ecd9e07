import type { Emit, RunEvents } from '../../core/run/events';
import { LobTally } from '../../core/run/lob-speed';
import type { RunOutcome } from '../../core/run/outcomes';

/** Listens to what all lanes of a run say of the large values that they have read. */
export function tallyingLobs(emit: Emit): { readonly emit: Emit; readonly read: () => Pick<RunOutcome, 'lobs'> } {
  const tally = new LobTally();
  return {
    emit: (name, facts) => {
      if (name === 'lobs:read') for (const read of (facts as RunEvents['lobs:read']).lobs) tally.add(read);
      emit(name, facts);
    },
    read: () => {
      const lobs = tally.list();
      return lobs.length === 0 ? {} : { lobs };
    },
  };
}
