import { allowancesOf, NOTHING_ALLOWED, together, type Allowances } from '../core/run/hazards';
import type { RunRecord } from '../core/run/run-record';
import type { Target } from '../core/ports/target';
import type { Guards } from '../migrate/preflight/guards';
import { resumableRun, type Resume } from '../migrate/run/open-run';
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

interface GuardRequest extends AllowanceRequest {
  readonly mode: 'load' | 'rehearse' | 'check-only';
  readonly resume: 'no' | Resume;
  readonly restart?: 'no' | 'unfinished';
  readonly onConflict?: unknown;
  readonly snapshot: Guards['snapshot'];
}

/** What a pre-flight has to hold against a migration; a resumed run keeps to what its start allowed, and reads as it did. */
export async function guardsOf(project: Project, request: GuardRequest, target: Target): Promise<Guards> {
  const { resume, mode, restart = 'no', onConflict, snapshot } = request;
  const asked = allowancesAsked(project, request);
  const earlierRuns = onConflict !== undefined || restart !== 'no' ? 'decided' : 'refuse';
  const overwrites = onConflict === 'update';
  if (resume === 'no')
    return { start: mode === 'rehearse' ? 'rehearsal' : 'new', allowed: asked, earlierRuns, snapshot, overwrites };
  const run = await target.ledger.findRun(await resumableRun(target, resume.runId));
  const { allowed, overwrote, ...reading } = begunWith(run);
  return {
    ...{ start: 'resume', allowed: together(allowed, asked), earlierRuns, ...reading },
    overwrites: overwrites || overwrote,
  };
}

type Begun = Pick<Guards, 'allowed' | 'snapshot'> & { readonly overwrote: boolean };

function begunWith(run: RunRecord | null): Begun {
  if (run === null) return { allowed: NOTHING_ALLOWED, snapshot: 'scn', overwrote: false };
  const { settings, scn } = run;
  return {
    allowed: allowancesOf(settings),
    snapshot: scn === null ? 'none' : 'scn',
    overwrote: settings['onConflict'] === 'update',
  };
}
