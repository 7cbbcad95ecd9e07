import type { RunEvents } from '../core/run/events';

/** How far one entity is; numbers only, wording is the printers'. */
export interface EntityReading {
  readonly entity: string;
  readonly done: number;
  readonly total: number;
  /** 0 to 100, never above; 100 only when nothing is left. */
  readonly percent: number;
  /** Rows a second of this start; null before the first chunk. */
  readonly rowsPerSecond: number | null;
  /** Null while unknown. */
  readonly secondsLeft: number | null;
}

interface Gauge {
  readonly total: number;
  done: number;
  /** Rows moved by this start, and since when: earlier ones would flatter the rate. */
  moved: number;
  startedMs: number | null;
}

/** What all entities together are called. */
const ALL = 'all entities';

/** Adds up the chunks of each entity. Events of entities that were not planned are ignored. */
export class EntityGauges {
  readonly #gauges = new Map<string, Gauge>();

  constructor(readonly nowMs: () => number) {}

  plan({ entity, rows, doneRows }: RunEvents['entity:planned']): void {
    this.#gauges.set(entity, { total: rows, done: Math.min(doneRows, rows), moved: 0, startedMs: null });
  }

  /** Notes when the first chunk of an entity begins. */
  begin(entity: string): void {
    const gauge = this.#gauges.get(entity);
    if (gauge !== undefined) gauge.startedMs ??= this.nowMs();
  }

  /** A chunk found committed already is in `doneRows` and moves nothing. */
  add({ entity, read, already }: RunEvents['chunk:loaded']): void {
    const gauge = this.#gauges.get(entity);
    if (gauge === undefined || already) return;
    gauge.startedMs ??= this.nowMs();
    gauge.moved += read;
    gauge.done = Math.min(gauge.done + read, gauge.total);
  }

  /** Null for an entity that was not planned. */
  reading(entity: string): EntityReading | null {
    const gauge = this.#gauges.get(entity);
    return gauge === undefined ? null : this.#readingOf(entity, gauge);
  }

  /** All entities as one; null where fewer than two are planned. */
  overall(): EntityReading | null {
    const gauges = [...this.#gauges.values()];
    if (gauges.length < 2) return null;
    const sum = (of: (gauge: Gauge) => number): number => gauges.reduce((total, gauge) => total + of(gauge), 0);
    const begun = gauges.flatMap(({ startedMs }) => startedMs ?? []);
    const all: Gauge = {
      total: sum(({ total }) => total),
      done: sum(({ done }) => done),
      moved: sum(({ moved }) => moved),
      startedMs: begun.length === 0 ? null : Math.min(...begun),
    };
    return this.#readingOf(ALL, all);
  }

  #readingOf(entity: string, gauge: Gauge): EntityReading {
    const { done, total } = gauge;
    const rowsPerSecond = this.#rate(gauge);
    const secondsLeft = rowsPerSecond === null ? null : Math.ceil((total - done) / rowsPerSecond);
    const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
    return { entity, done, total, percent, rowsPerSecond, secondsLeft };
  }

  #rate({ moved, startedMs }: Gauge): number | null {
    const elapsedMs = startedMs === null ? 0 : this.nowMs() - startedMs;
    return moved === 0 || elapsedMs <= 0 ? null : (moved / elapsedMs) * 1000;
  }
}
