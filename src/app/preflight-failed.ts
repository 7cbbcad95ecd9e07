import { counted } from '../core/counted';
import { MigrationError } from '../core/errors';
import type { Issue } from '../core/issues';
import { entityOptions, shellWord } from '../core/words/shell-word';
import type { RunRecord } from '../core/run/run-record';
import type { Target } from '../core/ports/target';
import { resumeCommand } from '../core/run/resume-command';
import type { AllowanceRequest } from './run-guards';

interface Refused extends AllowanceRequest {
  readonly entities: readonly string[];
}

/** The pre-flight of `request` has found errors. `begun`: the run to be resumed; null for a new one. */
export async function preflightFailed(
  issues: readonly Issue[],
  { request, begun, target }: { readonly request: Refused; readonly begun: RunRecord | null; readonly target: Target },
): Promise<MigrationError> {
  const errors = issues.filter(({ level }) => level === 'error');
  const warnings = issues.filter(({ level }) => level === 'warning');
  const found = [
    counted(errors.length, 'error'),
    ...(warnings.length > 0 ? [counted(warnings.length, 'warning')] : []),
  ];
  return new MigrationError('PREFLIGHT_FAILED', `the pre-flight found ${found.join(' and ')}`, {
    hint:
      begun === null
        ? `Correct the errors above; "cutover check${optionsOf(request)}" lists them again.`
        : `Correct the errors above; "${await resuming(begun, request, target)}" lists those that are left, and goes on where there are none.`,
    facts: { errors: errors.length, first: errors[0]?.code ?? null },
  });
}

/** A check knows nothing of what the run has loaded already, and would advise as for a new one. */
async function resuming(begun: RunRecord, request: Refused, { ledger }: Target): Promise<string> {
  const command = resumeCommand(begun, await ledger.progress(begun.id));
  return `${command}${optionsOf(request)}`;
}

/** Without them other entities would be looked at, or findings refused that were allowed. */
function optionsOf({ entities, allowTriggers = [], allowUnlogged = false }: Refused): string {
  return [
    entityOptions(entities),
    ...(allowTriggers.length > 0 ? [` --allow-triggers ${shellWord(allowTriggers.join(','))}`] : []),
    ...(allowUnlogged ? [' --allow-unlogged'] : []),
  ].join('');
}
