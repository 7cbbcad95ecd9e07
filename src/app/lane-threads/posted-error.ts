import { MigrationError, type ErrorCode, type ErrorFacts, type Remedy } from '../../core/errors';

/** An error on its way from one thread to another, its causes with it. */
export interface PostedError {
  /** Null for what is no MigrationError. */
  readonly code: ErrorCode | null;
  readonly name: string;
  readonly message: string;
  readonly hint: string | null;
  readonly facts: ErrorFacts;
  readonly remedy: Remedy | null;
  readonly stack: string | null;
  readonly cause: PostedError | null;
}

/** Causes beyond this depth are left behind: they might go round in a circle. */
const MOST_CAUSES = 5;

export function postedError(error: unknown, depth = 0): PostedError {
  const { name, message, stack = null, cause } = error instanceof Error ? error : new TypeError(String(error));
  return {
    ...codedFacts(error),
    name,
    message,
    stack,
    cause: cause === undefined || depth === MOST_CAUSES ? null : postedError(cause, depth + 1),
  };
}

function codedFacts(error: unknown): Pick<PostedError, 'code' | 'hint' | 'facts' | 'remedy'> {
  if (!(error instanceof MigrationError)) return { code: null, hint: null, facts: {}, remedy: null };
  return { code: error.code, hint: error.hint ?? null, facts: error.facts, remedy: error.remedy ?? null };
}

/** The error again, with the stack that it had. */
export function arrivedError(posted: PostedError): Error {
  const error = posted.code === null ? plainError(posted) : codedError(posted, posted.code);
  if (posted.stack !== null) Object.defineProperty(error, 'stack', { value: posted.stack, configurable: true });
  return error;
}

function codedError({ message, hint, facts, remedy, cause }: PostedError, code: ErrorCode): MigrationError {
  return new MigrationError(code, message, {
    facts,
    ...(hint === null ? {} : { hint }),
    ...(remedy === null ? {} : { remedy }),
    ...(cause === null ? {} : { cause: arrivedError(cause) }),
  });
}

function plainError({ name, message, cause }: PostedError): Error {
  const error = new Error(message, cause === null ? {} : { cause: arrivedError(cause) });
  return Object.defineProperty(error, 'name', { value: name, configurable: true });
}
