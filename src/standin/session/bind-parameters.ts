import type { Parameter } from '../backend/frontend-messages';
import { parameterOf, rowidParameter, textParameter } from '../backend/parameters';
import { OraError } from '../contract/ora-error';
import { mixedScns } from '../sql/parse/syntax-error';
import type { Translation } from '../contract/translation';
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
  const { timeZoneMinutes, formats } = session.settings;
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
      parameter.as === 'rowid'
        ? rowidParameter(value)
        : parameterOf(value, { typeOid, timeZoneMinutes, formats, lobContent });
    result.push(converted);
  }
  return result;
}

/** The SCN that a statement reads at, as text; undefined if it reads what is there now. ORA-03001 when its tables differ in it. */
export function asOfScn({ asOfScn }: Translation, values: readonly BindValue[]): string | undefined {
  if (asOfScn === undefined) return undefined;
  const [scn = '', ...others] = new Set(
    asOfScn.map((one) => (typeof one === 'string' ? one : scnText(values[one.bind]))),
  );
  if (others.length > 0) throw mixedScns();
  return scn;
}

function scnText(value: BindValue | undefined): string {
  return value?.kind === 'text' || value?.kind === 'number' ? value.text : '';
}
