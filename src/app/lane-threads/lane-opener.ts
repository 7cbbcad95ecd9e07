import type { Emit } from '../../core/run/events';
import type { LoadOptions } from '../../core/run/options';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { Target } from '../../core/ports/target';
import { openLane, type OpenLane } from '../../migrate/load/lane';
import type { Project } from '../project/databases';
import type { JobSelection } from '../project/entity-jobs';
import { openThreadLane } from './thread-lane';

export interface LaneOpenerOptions {
  readonly source: LegacySource;
  readonly target: Target;
  readonly selection: JobSelection;
  readonly lanes: LoadOptions['lanes'];
  readonly emit: Emit;
}

/**
 * Where the lanes of a run go. The first stays in this thread; the others get threads of their own where the project can be loaded
 * there once more (`configPath`) and the driver is in Thin mode.
 */
export async function laneOpener(project: Project, options: LaneOpenerOptions): Promise<OpenLane> {
  const { configPath } = project;
  if (configPath === undefined || options.lanes === 1) return openLane;
  const { mode } = await options.source.facts();
  if (mode === 'thick') {
    options.emit('notice', { message: 'the lanes share one thread: Thick mode is not known to work in several' });
    return openLane;
  }
  const { selection, source, target } = options;
  const access = target.forLanes();
  return (context, number) => {
    if (number === 0) return openLane(context, number);
    const { runId, scn, reconnectMs } = context;
    const databases = { source: project.source, target: project.target };
    return openThreadLane(context, {
      order: { ...databases, number, configPath, selection, runId, scn, reconnectMs },
      access,
      lobFacts: (plan) => source.lobFacts({ plan, scn }),
    });
  };
}
