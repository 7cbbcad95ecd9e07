import { OraError, notImplemented } from '../../contract/ora-error';
import type { Call, Expression } from '../parse/ast';
import { coerce } from '../values/coerce';
import type { Emission } from '../values/emission';
import { isText, type Kind, type Typed } from '../values/kind';
import type { Scope } from '../values/scope';

/** A function call and the means to write its arguments out, each at most once unless asked again. */
export class Arguments {
  constructor(
    readonly emission: Emission,
    readonly call: Call,
    readonly scope: Scope,
  ) {}

  get count(): number {
    return this.call.arguments.length;
  }

  /** ORA-00938 or ORA-00939 unless the number of arguments fits. */
  between(low: number, high: number): void {
    if (this.count < low) throw new OraError(938, 'not enough arguments for function', this.call.position);
    if (this.count > high) throw new OraError(939, 'too many arguments for function', this.call.position);
  }

  expression(index: number): Expression {
    const expression = this.call.arguments[index];
    if (expression === undefined) throw new OraError(938, 'not enough arguments for function', this.call.position);
    return expression;
  }

  at(index: number): Typed {
    return this.emission.expression(this.expression(index), this.scope);
  }

  as(index: number, kind: Kind): string {
    return coerce(this.at(index), kind, this.emission.session);
  }

  /** As text; a bind gets the type spelled out, because PostgreSQL cannot infer it inside a function. */
  text(index: number): string {
    const value = this.at(index);
    return value.type.kind === 'unknown' ? `${value.sql}::text` : coerce(value, 'text', this.emission.session);
  }

  number(index: number): string {
    const value = this.at(index);
    return value.type.kind === 'unknown' ? `${value.sql}::numeric` : coerce(value, 'number', this.emission.session);
  }

  integer(index: number): string {
    const expression = this.expression(index);
    return expression.type === 'number' && /^\d+$/.test(expression.text)
      ? expression.text
      : `trunc(${this.number(index)})::int`;
  }

  /** A format or unit, which must stand as a literal in the statement. */
  literal(index: number): string {
    const expression = this.expression(index);
    if (expression.type !== 'string')
      throw notImplemented(`${this.call.name} with a format that is not a literal`, expression.position);
    return expression.value;
  }

  /** A kind for a result made of several arguments: that of the first that has one. */
  resultKind(values: readonly Typed[]): Kind {
    const kind = values.map((value) => value.type.kind).find((one) => one !== 'unknown') ?? 'text';
    return isText(kind) && kind !== 'clob' ? 'text' : kind;
  }

  refuse(construct: string): OraError {
    return notImplemented(construct, this.call.position);
  }

  all(): readonly Typed[] {
    return this.call.arguments.map((_, index) => this.at(index));
  }
}

/** Writes one Oracle function in PostgreSQL. */
export type FunctionEmitter = (args: Arguments) => Typed;
