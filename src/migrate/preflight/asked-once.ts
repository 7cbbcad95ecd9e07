import type { LegacySource } from '../../core/ports/legacy-source';
import type { Target } from '../../core/ports/target';

/** Both databases, as far as a pre-flight asks them. */
interface Asked {
  readonly source: LegacySource;
  readonly target: Target;
}

/**
 * The databases, each asked once what a table is and what endangers it: several checks judge by it, entities may share a table or a
 * parent, and all findings are of one look. For one pre-flight only; a run asks again for what it does later.
 */
export function askedOnce<Ports extends Asked>(ports: Ports): Ports {
  const { source, target } = ports;
  return {
    ...ports,
    source: { ...source, table: once((name) => source.table(name)) },
    target: { ...target, table: once((name) => target.table(name)), hazards: once((table) => target.hazards(table)) },
  };
}

function once<Of, Answer>(ask: (of: Of) => Promise<Answer>): (of: Of) => Promise<Answer> {
  const known = new Map<string, Promise<Answer>>();
  return (of) => {
    const key = JSON.stringify(of);
    const asked = known.get(key) ?? ask(of);
    known.set(key, asked);
    return asked;
  };
}
