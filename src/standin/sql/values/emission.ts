import type { AsOf, Expression, Query } from '../parse/ast';
import type { Dictionary } from './dictionary';
import type { Typed } from './kind';
import type { Scope, ScopeColumn } from './scope';
import { mixedScns } from '../parse/syntax-error';
import type { DialectSession, Parameter, Translation } from '../../contract/translation';

/** PostgreSQL text of a query and its columns, named and typed. */
export interface EmittedQuery {
  readonly sql: string;
  readonly columns: readonly Omit<ScopeColumn, 'sql'>[];
}

export interface Emitters {
  readonly expression: (emission: Emission, expression: Expression, scope: Scope) => Typed;
  readonly query: (emission: Emission, query: Query, scope: Scope) => EmittedQuery;
}

/** What writing out one statement gathers: parameters, tables read, the SCN. */
export class Emission {
  readonly parameters: Parameter[] = [];
  readonly tables = new Set<string>();
  locks = false;
  readonly #asOf: (string | { readonly bind: number })[] = [];
  #readsNow = false;
  #aliases = 0;

  constructor(
    readonly dictionary: Dictionary,
    readonly session: DialectSession,
    private readonly emitters: Emitters,
  ) {}

  get modern(): boolean {
    return this.session.release === '19c';
  }

  expression(expression: Expression, scope: Scope): Typed {
    return this.emitters.expression(this, expression, scope);
  }

  query(query: Query, scope: Scope): EmittedQuery {
    return this.emitters.query(this, query, scope);
  }

  /** `$n` of a placeholder occurrence; the same occurrence written twice is one parameter. */
  bind(index: number, as: 'value' | 'rowid'): string {
    const known = this.parameters.findIndex((one) => one.from === 'bind' && one.index === index && one.as === as);
    if (known >= 0) return `$${known + 1}`;
    return `$${this.parameters.push({ from: 'bind', index, as })}`;
  }

  /** The parameter that carries an SCN taken now; one per statement. */
  newScn(): string {
    const known = this.parameters.findIndex((one) => one.from === 'new-scn');
    const number = known >= 0 ? known + 1 : this.parameters.push({ from: 'new-scn' });
    return `$${number}::numeric`;
  }

  alias(): string {
    this.#aliases += 1;
    return `q${this.#aliases}`;
  }

  /** Notes that a table is read as of an SCN or now; refuses a statement that does both, for it runs on one snapshot. */
  readAs(asOf: AsOf | undefined, position: number): void {
    if (asOf === undefined) this.#readsNow = true;
    else this.#asOf.push('literal' in asOf ? asOf.literal : asOf);
    const literals = new Set(this.#asOf.filter((one) => typeof one === 'string'));
    if (literals.size > 1 || (this.#readsNow && this.#asOf.length > 0)) throw mixedScns(position);
  }

  /** The SCNs written in the statement; undefined if it reads what is there now. */
  get asOfScn(): Translation['asOfScn'] {
    return this.#asOf.length > 0 ? this.#asOf : undefined;
  }
}
