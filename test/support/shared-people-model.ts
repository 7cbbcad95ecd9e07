import type { OrphanPolicy } from '../../src/core/mapping/table-mapping';
import type { LegacyPerson, Recognised } from './shared-people';

/** One of two mappings of a variant: it takes the people from `first` to `last`. */
export interface ModelSlice {
  readonly entity: string;
  readonly first: number;
  readonly last: number;
  readonly orphans: OrphanPolicy;
}

/** What somebody else does to one row of the table. */
export type Damage = 'update' | 'touch' | 'delete';

interface Row {
  /** For whom it was written last; null: by somebody else. */
  owner: string | null;
  /** The entity that brought it first. */
  readonly kind: string;
  readonly id: number;
  name: string;
  desk: number | null;
}

type Wanted = Pick<Row, 'id' | 'name' | 'desk'>;

/** Nobody has it, until somebody brings it. */
export const NO_DESK = 9;

/** What a table that two mappings fill should hold, row by row with its owner, by no code of the product. */
export class PeopleModel {
  rows: Row[] = [];
  private readonly wanted = new Map<string, Map<number, Wanted>>();
  private readonly rejected = new Map<string, LegacyPerson[]>();
  private edits = 0;
  hasDesk = false;

  constructor(
    private readonly recognised: Recognised,
    private readonly slices: readonly ModelSlice[],
    people: readonly LegacyPerson[],
  ) {
    for (const slice of slices) this.load(slice, people);
    for (const slice of slices) this.settleOrphans(slice);
  }

  /** How many rows of each kind of difference a comparison finds, by entity; zeros are left out. */
  compared(): Record<string, Record<string, number>> {
    return Object.fromEntries(this.slices.map(({ entity }) => [entity, this.countsOf(entity)]));
  }

  /** Rows that may be damaged without leaving open whose they are: of a person that both bring, that of one alone. */
  damageable(): Row[] {
    return this.rows.filter(({ kind, id }) => {
      const bringing = this.slices.filter(({ first, last }) => id >= first && id <= last);
      return bringing[id % bringing.length]?.entity === kind || this.recognised === 'primary key';
    });
  }

  /** The statement's new name for the row, where it gets one. */
  damage(row: Row, how: Damage): string {
    if (how === 'delete') this.rows.splice(this.rows.indexOf(row), 1);
    else row.owner = null;
    if (how === 'update') row.name = `damaged ${(this.edits += 1)}`;
    return row.name;
  }

  add(id: number): void {
    this.rows.push({ owner: null, kind: 'app', id, name: 'added', desk: null });
  }

  repair(): void {
    const found = this.slices.map(({ entity }) => [entity, this.differences(entity)] as const);
    for (const [entity, differences] of found) {
      for (const { want, row } of differences) {
        if (row !== null) Object.assign(row, want, { owner: entity });
        else if (!this.isTaken(want.id)) this.rows.push({ ...want, kind: entity, owner: entity });
      }
    }
  }

  retry(): void {
    for (const { entity } of this.slices) {
      const left = (this.rejected.get(entity) ?? []).filter((person) => {
        // An orphan that carries no key is not found in the source again.
        const isOpen = person.desk !== NO_DESK || (this.hasDesk && this.recognised !== 'whole row');
        if (this.isTaken(person.id) || !isOpen) return true;
        this.bring(entity, person);
        return false;
      });
      this.rejected.set(entity, left);
    }
  }

  /** Rows that nothing tells any more. */
  reset(entity: string): number {
    const own = this.rows.filter(({ owner }) => owner === entity);
    const left = (this.wanted.get(entity)?.size ?? 0) - own.length;
    this.rows = this.rows.filter(({ owner }) => owner !== entity);
    this.wanted.delete(entity);
    return left;
  }

  private load({ entity, first, last }: ModelSlice, people: readonly LegacyPerson[]): void {
    this.wanted.set(entity, new Map());
    this.rejected.set(entity, []);
    for (const person of people.filter(({ id }) => id >= first && id <= last)) {
      if (this.isTaken(person.id)) this.rejected.get(entity)?.push(person);
      else this.bring(entity, person);
    }
  }

  private bring(entity: string, { id, name, desk }: LegacyPerson): void {
    this.rows.push({ owner: entity, kind: entity, id, name, desk });
    this.wanted.get(entity)?.set(id, { id, name, desk });
  }

  private settleOrphans({ entity, orphans }: ModelSlice): void {
    for (const row of this.rows.filter(({ owner, desk }) => owner === entity && desk === NO_DESK)) {
      const { id, name, desk } = row;
      if (orphans === 'null') {
        row.desk = null;
        this.wanted.get(entity)?.set(id, { id, name, desk: null });
        continue;
      }
      this.rows.splice(this.rows.indexOf(row), 1);
      this.wanted.get(entity)?.delete(id);
      this.rejected.get(entity)?.push({ id, kind: '', name, desk });
    }
  }

  /** Only the primary key lets no second row in. */
  private isTaken(id: number): boolean {
    return this.recognised === 'primary key' && this.rows.some((row) => row.id === id);
  }

  private countsOf(entity: string): Record<string, number> {
    const found = this.differences(entity);
    const different = found.filter(({ row }) => row !== null).length;
    const missing = found.length - different;
    return { ...(missing > 0 ? { missing } : {}), ...(different > 0 ? { different } : {}) };
  }

  /** What is not as it should be, each with the row that is its damaged form. */
  private differences(entity: string): { readonly want: Wanted; readonly row: Row | null }[] {
    return [...(this.wanted.get(entity)?.values() ?? [])].flatMap((want) => {
      const mine = this.rows.filter(({ owner }) => owner === entity || owner === null);
      const form = ({ kind, id, name, desk }: Row): string => JSON.stringify([kind, id, name, desk]);
      const whole = form({ ...want, kind: entity, owner: null });
      if (mine.some((row) => form(row) === whole)) return [];
      const candidates = this.recognised === 'whole row' ? [] : mine.filter(({ id }) => id === want.id);
      return [{ want, row: candidates.find(({ kind }) => kind === entity) ?? null }];
    });
  }
}
