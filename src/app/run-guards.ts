import { together, type Allowances } from '../core/run/hazards';
import { DEFAULT_LOAD, type LoadRequest } from '../core/run/options';
import type { RunRecord } from '../core/run/run-record';
import type { Guards } from '../migrate/preflight/guards';
import type { Project } from './project/databases';
import { selectedMappings } from './project/entity-jobs';

/** What a command allows beside the project itself. */
export interface AllowanceRequest {
  /** Entities whose triggers may fire where this user may not disable them; those of the config are added. */
  readonly allowTriggers?: readonly string[];
  /** Whether rows may be loaded into unlogged tables; no where neither this nor the config says so. */
  readonly allowUnlogged?: boolean;
}

/** What the project and a command allow together. Throws USAGE for a name that no mapping has. */
export function allowancesAsked(project: Project, request: AllowanceRequest): Allowances {
  const asked = [project, request].map(({ allowTriggers = [], allowUnlogged = false }) => ({
    // A config file is not type checked when it is loaded.
    triggers: [allowTriggers].flat(),
    unlogged: allowUnlogged,
  }));
  const allowed = together(...asked);
  selectedMappings(project.mappings, allowed.triggers);
  return allowed;
}

/** What the config allows commands that have no options for it. */
export function allowedBy({ allowUnlogged }: Project): Pick<AllowanceRequest, 'allowUnlogged'> {
  return allowUnlogged === true ? { allowUnlogged } : {};
}

/** `onConflict`: as the command says; absent or null where it does not. */
interface GuardRequest extends AllowanceRequest, Pick<LoadRequest, 'onConflict' | 'snapshot'> {
  readonly mode: 'load' | 'rehearse' | 'check-only';
}

/**
 * What a pre-flight checks a migration for. `--restart` decides nothing about complete runs: it takes an unfinished one back. A resumed
 * run keeps what its start allowed, and reads as it did. `begun`: that run; null for a new one.
 */
export function guardsOf(project: Project, request: GuardRequest, begun: RunRecord | null): Guards {
  const { mode, onConflict = null, snapshot = DEFAULT_LOAD.snapshot } = request;
  const allowed = allowancesAsked(project, request);
  const earlierRuns = onConflict === null ? 'refuse' : 'decided';
  const overwrites = onConflict === 'update';
  if (begun === null)
    return { start: mode === 'rehearse' ? 'rehearsal' : 'new', allowed, earlierRuns, snapshot, overwrites };
  const { settings, scn } = begun;
  return {
    start: 'resume',
    allowed: together(settings.allowed, allowed),
    earlierRuns,
    snapshot: scn === null ? 'none' : 'scn',
    overwrites: overwrites || settings.onConflict === 'update',
  };
}
