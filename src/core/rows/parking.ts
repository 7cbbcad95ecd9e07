import { parkedValue } from './large-value';
import type { LegacyRow, TargetRow } from '../mapping/wire';
import type { Reject } from '../run/outcomes';
import type { Spill } from '../ports/spill';
import { heldBytes, type ValueLimits } from './value-limits';

/**
 * Bounds what the long values of a chunk take of the memory: those beyond the bound lie in a spill file until the chunk is committed, so
 * that a redo still needs no source.
 */
export class Parking {
  private held = 0;

  constructor(
    private readonly spill: Spill,
    private readonly limits: Pick<ValueLimits, 'held' | 'parked'>,
  ) {}

  /** The row and the legacy row behind it, their long values parked where there is no room left for them. */
  keep(row: TargetRow, origin: LegacyRow): readonly [TargetRow, LegacyRow] {
    const bytes = this.longBytes(row) + this.longBytes(origin);
    if (bytes === 0 || this.hasRoomFor(bytes)) return [row, origin];
    const parked = new Map<unknown, ReturnType<ReturnType<typeof parkedValue>['asCell']>>();
    const park = <Cell>(cell: Cell): Cell | ReturnType<ReturnType<typeof parkedValue>['asCell']> => {
      if (!this.isLong(cell)) return cell;
      const known = parked.get(cell) ?? parkedValue(cell, this.spill).asCell();
      parked.set(cell, known);
      return known;
    };
    return [row.map(park), origin.map(park)];
  }

  /** The same for a row that was turned away. */
  keepReject(reject: Reject): Reject {
    const { raw, ...others } = reject;
    if (raw.length < this.limits.parked || this.hasRoomFor(heldBytes(raw))) return reject;
    const place = parkedValue(raw, this.spill);
    return {
      ...others,
      get raw(): string {
        return place.whole() as string;
      },
    };
  }

  private hasRoomFor(bytes: number): boolean {
    if (this.held + bytes > this.limits.held) return false;
    this.held += bytes;
    return true;
  }

  private longBytes(row: readonly unknown[]): number {
    let bytes = 0;
    for (const cell of row) {
      if (this.isLong(cell)) bytes += heldBytes(cell);
    }
    return bytes;
  }

  private isLong(cell: unknown): cell is string | Buffer {
    return (typeof cell === 'string' || Buffer.isBuffer(cell)) && cell.length >= this.limits.parked;
  }
}
