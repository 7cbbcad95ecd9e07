import { legacyTable } from '../core/mapping/legacy-table';
import type { CharText, NumberText } from '../core/mapping/wire';
import { decimal, integer, trimmed, unpadded } from '../core/transforms';
import { Line } from '../entities/line';

/** AB_LINE, one row per production line. */
interface LineRow {
  LINE_ID: NumberText;
  LINE_CD: CharText;
  LINE_DESC: string | null;
  MAX_WIDTH: NumberText;
}

const { from, mapTo } = legacyTable<LineRow>('AB_LINE', { key: ['LINE_ID'] });

// prettier-ignore
export const lines = mapTo(Line, {
  id:          from('LINE_ID', integer),
  code:        from('LINE_CD', unpadded),                // as AB_JOB.LINE_CD
  description: from('LINE_DESC', trimmed).or(''),
  maxWidthMm:  from('MAX_WIDTH', decimal(8, 2)),
});
