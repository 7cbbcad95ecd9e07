import type { Machine } from '../../core/checks/machine-checks';
import type { Issue } from '../../core/issues';
import { MigrationError } from '../../core/errors';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { Target } from '../../core/ports/target';
import type { OracleSettings } from '../../oracle/session/driver';
import { openOracleSource } from '../../oracle/source/oracle-source';
import { openPostgresTarget } from '../../postgres/open-target';
import type { PostgresTargetSettings, Tell } from '../../postgres/session/connection-settings';
import { causesOf, firstLine } from '../../core/faults/causes';
import type { MappedProject } from './entity-jobs';
import { closingAfter } from '../closing-after';

/** How long databases are waited for; the defaults where absent. */
export type WaitLimits = Pick<PostgresTargetSettings, 'stallTimeoutMs' | 'lockTimeoutMs'>;

/** Where the target is, and how long it is waited for. */
export type TargetSettings = Pick<PostgresTargetSettings, 'url'> & WaitLimits;

/** The same for commands that meet the target alone. */
export interface TargetAt extends TargetSettings {
  readonly tell?: Tell;
}

/** A project with its two databases: what every use case starts from. */
export interface Project extends MappedProject {
  readonly source: OracleSettings;
  readonly target: TargetSettings;
  /** Hears what is waited for: a database that does not answer, a lock that somebody holds. */
  readonly tell?: Tell;
  /**
   * The file that exports these very mappings and entities, as a cutover.config does, absolute. With it lanes run in threads, each
   * of which loads the file once more; without it they share this thread.
   */
  readonly configPath?: string;
  /** What this process has and may have; asked of the system where absent. */
  readonly machine?: Machine;
  /** Entities whose triggers may fire where the user may not disable them. */
  readonly allowTriggers?: readonly string[];
  /** Whether rows may be loaded into unlogged tables, which a crash of the server empties. */
  readonly allowUnlogged?: boolean;
}

export interface Databases {
  readonly source: LegacySource;
  readonly target: Target;
}

/** Opens both databases for the time of `work` and closes what was opened, whatever happens. */
export function withDatabases<T>(project: Project, work: (databases: Databases) => Promise<T>): Promise<T> {
  return withTarget({ ...project.target, ...heardBy(project) }, async (target) => {
    const source = await openOracleSource(project.source, heardBy(project));
    return closingAfter(
      () => work({ source, target }),
      () => source.close(),
    );
  });
}

function heardBy({ tell }: Pick<Project, 'tell'>): { readonly tell?: Tell } {
  return tell === undefined ? {} : { tell };
}

/** The same with the target alone. */
export async function withTarget<T>({ tell, ...at }: TargetAt, work: (target: Target) => Promise<T>): Promise<T> {
  const target = await openPostgresTarget(at, tell);
  return closingAfter(
    () => work(target),
    () => target.close(),
  );
}

/** Why a database cannot be reached, as issues; empty when both can. */
export function connectionIssues(project: Project): Promise<Issue[]> {
  return withReachable(project, { work: () => Promise.resolve<Issue[]>([]), unreachable: (faults) => [...faults] });
}

/** As `withDatabases`, and says why where one cannot be reached. Both are tried, so that both faults are seen at once. */
export async function withReachable<T>(
  project: Project,
  {
    work,
    unreachable,
  }: {
    readonly work: (databases: Databases) => Promise<T>;
    readonly unreachable: (faults: readonly Issue[]) => T;
  },
): Promise<T> {
  const [source, target] = await Promise.allSettled([
    openOracleSource(project.source, heardBy(project)),
    openPostgresTarget(project.target, project.tell),
  ]);
  return closingAfter(
    async () =>
      source.status === 'fulfilled' && target.status === 'fulfilled'
        ? work({ source: source.value, target: target.value })
        : unreachable([...faultsOf('source', source), ...faultsOf('target', target)]),
    () => closeOpened(source, target),
  );
}

/** Where closing one fails, the other is closed all the same. */
async function closeOpened(...opened: readonly PromiseSettledResult<{ close(): Promise<void> }>[]): Promise<void> {
  const closing = opened.map((one) => (one.status === 'fulfilled' ? one.value.close() : Promise.resolve()));
  await Promise.allSettled(closing);
  await Promise.all(closing);
}

/** Throws what is no fault of a connection. */
function faultsOf(subject: string, opened: PromiseSettledResult<unknown>): Issue[] {
  if (opened.status === 'fulfilled') return [];
  const error: unknown = opened.reason;
  if (!(error instanceof MigrationError)) throw error;
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  const [cause = ''] = causesOf(error).map(({ message }) => firstLine(message));
  const message = cause === '' || error.message.includes(cause) ? error.message : `${error.message}: ${cause}`;
  return [{ code: error.code, level: 'error', message, subject, ...hint }];
}
