import type { LoadOptions } from '../../core/run/options';
import { lanesBy, openLane, type OpenLane, type OpenLanes, type RunContext } from '../../migrate/load/lane';
import type { Project } from '../project/databases';
import type { JobSelection } from '../project/entity-jobs';
import { openThreadLane } from './thread-lane';

/**
 * The lanes of a run. The first stays in this thread; the others get threads of their own where the project can be loaded there once
 * more (`configPath`) and the driver is in Thin mode.
 */
export function lanesOf(project: Project, selection: JobSelection, lanes: LoadOptions['lanes']): OpenLanes {
  const { configPath } = project;
  if (configPath === undefined || lanes === 1) return lanesBy(openLane, lanes);
  return async (context) => {
    const { mode } = await context.source.facts();
    if (mode === 'thin') return lanesBy(inThreads(project, { ...context, configPath, selection }), lanes)(context);
    context.emit('notice', { message: 'the lanes share one thread: Thick mode is not known to work in several' });
    return lanesBy(openLane, lanes)(context);
  };
}

interface ThreadsOptions extends Pick<RunContext, 'source' | 'target'> {
  readonly configPath: string;
  readonly selection: JobSelection;
}

function inThreads(project: Project, { source, target, configPath, selection }: ThreadsOptions): OpenLane {
  const access = target.forLanes();
  const databases = { source: project.source, target: project.target };
  return (context, number) => {
    if (number === 0) return openLane(context, number);
    const { runId, scn, reconnectMs } = context;
    return openThreadLane(context, {
      order: { ...databases, number, configPath, selection, runId, scn, reconnectMs },
      access,
      lobFacts: (plan) => source.lobFacts({ plan, scn }),
    });
  };
}
