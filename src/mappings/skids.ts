import { legacyTable } from '../core/mapping/legacy-table';
import type { CharText, DateText, NumberText } from '../core/mapping/wire';
import { decimal, integer, oracleTimestamp, trimmed, yesNo } from '../core/transforms';
import { Skid } from '../entities/skid';

/** AB_SKID, one row per pallet; its primary key was switched off in 2006, so a few numbers are there twice. */
interface SkidRow {
  SKID_ID: NumberText;
  SKID_NO: CharText;
  JOB_ID: NumberText;
  PIECES: NumberText;
  NET_KG: NumberText;
  GROSS_KG: NumberText | null;
  WHSE_CD: string | null;
  BIN_NO: NumberText | null;
  PACKED_DTM: DateText | null;
  SHIPPED_FLG: CharText;
  BARCODE: string | null;
}

const { from, computed, mapTo } = legacyTable<SkidRow>('AB_SKID', { key: ['SKID_ID'] });

// prettier-ignore
export const skids = mapTo(Skid, {
  id:            from('SKID_ID', integer),
  skidNumber:    from('SKID_NO', trimmed),
  jobId:         from('JOB_ID', integer),
  pieces:        from('PIECES', integer),
  netWeightKg:   from('NET_KG', decimal(9, 3)),
  grossWeightKg: from('GROSS_KG', decimal(9, 3)),
  location:      computed(['WHSE_CD', 'BIN_NO'], 'warehouseBin@1', warehouseBin),
  packedAt:      from('PACKED_DTM', oracleTimestamp),
  isShipped:     from('SHIPPED_FLG', yesNo),
  barcode:       from('BARCODE', trimmed),
});

/** `EAST-12`; the warehouse alone where the bin is not known, null where neither is. */
function warehouseBin(warehouse: string | null, bin: NumberText | null): string | null {
  if (warehouse === null) return null;
  return bin === null ? warehouse : `${warehouse}-${bin}`;
}
