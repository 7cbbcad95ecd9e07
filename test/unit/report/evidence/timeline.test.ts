import fc from 'fast-check';
import type { ChunkTime } from '../../../../src/core/run/evidence';
import { timelineOf } from '../../../../src/report/evidence/timeline';

const aChunk = (changes: Partial<ChunkTime>): ChunkTime => ({
  ...{ entity: 'coil', chunk: 0, lane: 0, read: 100, loaded: 90, fromMs: 0, toMs: 1000 },
  ...changes,
});

describe('timelineOf', () => {
  it('has no stretch of work where nothing was loaded', () => {
    expect(timelineOf([], [{ at: '2026-11-20T00:00:00Z' }])).toEqual([]);
  });

  it('parts the work by starts, so that a night between them takes no room', () => {
    const night = 10 * 3600 * 1000;
    const starts = [0, night].map((ms) => ({ at: new Date(ms).toISOString() }));
    const chunks = [aChunk({}), aChunk({ chunk: 1, fromMs: night + 500, toMs: night + 1500 })];
    expect(timelineOf(chunks, starts)).toMatchObject([
      { start: 1, fromMs: 0, toMs: 1000, rows: 100, rowsPerSecond: 100 },
      { start: 2, fromMs: night + 500, toMs: night + 1500, rows: 100, rowsPerSecond: 100 },
    ]);
  });

  it('joins chunks of an entity that overlap in time', () => {
    const chunks = [
      aChunk({}),
      aChunk({ chunk: 1, fromMs: 900, toMs: 1500 }),
      aChunk({ chunk: 2, fromMs: 1600, toMs: 1700 }),
    ];
    expect(timelineOf(chunks, [])[0]?.entities).toMatchObject([
      {
        entity: 'coil',
        chunks: 3,
        rows: 300,
        busy: [
          [0, 1500],
          [1600, 1700],
        ],
      },
    ]);
  });

  it('keeps every row in the throughput, whatever the clocks say', () => {
    const chunk = fc.record({ fromMs: fc.nat(100_000), length: fc.nat(20_000), read: fc.nat(50_000) });
    fc.assert(
      fc.property(fc.array(chunk, { minLength: 1, maxLength: 30 }), (made) => {
        const chunks = made.map(({ fromMs, length, read }, index) =>
          aChunk({ chunk: index, fromMs, toMs: fromMs + length, read }),
        );
        const [stretch] = timelineOf(chunks, []);
        if (stretch === undefined) return false;
        const width = Math.max(1, stretch.toMs - stretch.fromMs) / stretch.throughput.length;
        const shown = stretch.throughput.reduce((sum, rate) => sum + (rate * width) / 1000, 0);
        // Rates are whole numbers: half a row per second of each part may be rounded away.
        const slack = (0.5 * width * stretch.throughput.length) / 1000 + 1e-6;
        return Math.abs(shown - stretch.rows) <= slack + stretch.rows * 1e-9;
      }),
    );
  });
});
