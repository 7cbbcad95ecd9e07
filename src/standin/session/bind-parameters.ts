import type { Parameter } from '../backend/frontend-messages';
import { parameterOf, rowidParameter, textParameter } from '../backend/parameters';
import { OraError } from '../ora-error';
import type { Translation } from '../sql/translation';
import type { BindValue } from '../ttc/bind-values';
import type { SessionContext } from './context';
import type { Prepared } from './cursor';

/** The parameters of one execution, in PostgreSQL's order. Throws ORA-01008 if a placeholder has no value. */
export async function bindParameters(
  session: SessionContext,
  { translation, prepared }: { translation: Translation; prepared: Prepared },
  values: readonly BindValue[],
): Promise<Parameter[]> {
  if (values.length < translation.bindCount) throw new OraError(1008, 'not all variables bound');
  const timeZoneMinutes = session.settings.timeZoneMinutes;
  const lobContent = (locator: Buffer): Buffer => session.lobs.contentOf(locator);
  const result: Parameter[] = [];
  for (const [index, parameter] of translation.parameters.entries()) {
    if (parameter.from === 'new-scn') {
      result.push(textParameter(String(await session.database.scns.take())));
      continue;
    }
    const value = values[parameter.index] ?? null;
    const typeOid = prepared.parameterTypes[index] ?? 0;
    const converted =
      parameter.as === 'rowid' ? rowidParameter(value) : parameterOf(value, { typeOid, timeZoneMinutes, lobContent });
    result.push(converted);
  }
  return result;
}

/** The SCN that a statement reads at, as text; undefined if it reads what is there now. */
export function asOfScn(translation: Translation, values: readonly BindValue[]): string | undefined {
  const scn = translation.asOfScn;
  if (scn === undefined || typeof scn === 'string') return scn;
  const value = values[scn.bind];
  return value?.kind === 'text' || value?.kind === 'number' ? value.text : '';
}
