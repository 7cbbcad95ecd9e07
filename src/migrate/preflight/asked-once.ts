import type { LegacySource } from '../../core/ports/legacy-source';
import type { Target } from '../../core/ports/target';

/** The target, with what endangers a table asked once: several checks judge by it, and entities may share a table or a parent. */
export function hazardsOnce(target: Target): Target {
  return { ...target, hazards: once((table) => target.hazards(table)) };
}

/** The source, with what a table is looked up once: several checks judge by it, and entities may share one. */
export function tablesOnce(source: LegacySource): LegacySource {
  return { ...source, table: once((name) => source.table(name)) };
}

function once<Asked, Answer>(ask: (of: Asked) => Promise<Answer>): (of: Asked) => Promise<Answer> {
  const known = new Map<string, Promise<Answer>>();
  return (of) => {
    const key = JSON.stringify(of);
    const asked = known.get(key) ?? ask(of);
    known.set(key, asked);
    return asked;
  };
}
