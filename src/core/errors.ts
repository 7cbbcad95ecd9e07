/** Stable identifiers: never renamed, never reused. One heading each in docs/ERRORS.md, whose table of exit codes this mirrors. */
export const ERROR_CODES = {
  CONFIG_INVALID: { exit: 78, retry: false },
  CONFIG_NOT_FOUND: { exit: 78, retry: false },
  MAPPING_INVALID: { exit: 65, retry: false },
  ROW_REJECTED: { exit: 65, retry: false },
  LOOKUP_AMBIGUOUS: { exit: 65, retry: false },
  PREFLIGHT_FAILED: { exit: 65, retry: false },
  TOO_MANY_REJECTS: { exit: 65, retry: false },
  VALIDATION_FAILED: { exit: 3, retry: false },
  SOURCE_UNREACHABLE: { exit: 69, retry: true },
  SOURCE_LOGIN_REFUSED: { exit: 77, retry: false },
  SOURCE_TLS_FAILED: { exit: 78, retry: false },
  SOURCE_READ_FAILED: { exit: 74, retry: false },
  SNAPSHOT_LOST: { exit: 74, retry: false },
  TARGET_UNREACHABLE: { exit: 69, retry: true },
  TARGET_LOGIN_REFUSED: { exit: 77, retry: false },
  TARGET_TLS_FAILED: { exit: 78, retry: false },
  TARGET_READ_ONLY: { exit: 77, retry: false },
  TARGET_REPLICA_ROLE: { exit: 77, retry: false },
  TARGET_RIGHTS: { exit: 77, retry: false },
  TARGET_CONFLICT: { exit: 65, retry: false },
  LOAD_FAILED: { exit: 74, retry: false },
  TRIGGERS_FIRE: { exit: 65, retry: false },
  TARGET_UNLOGGED: { exit: 65, retry: false },
  LANE_LOST: { exit: 70, retry: false },
  RUN_ACTIVE: { exit: 75, retry: false },
  RUN_NOT_FOUND: { exit: 66, retry: false },
  RUN_UNFINISHED: { exit: 75, retry: false },
  RESET_BLOCKED: { exit: 65, retry: false },
  RESET_IMPOSSIBLE: { exit: 65, retry: false },
  REPAIR_BLOCKED: { exit: 65, retry: false },
  DIFFERENCES_INVALID: { exit: 65, retry: false },
  LEDGER_NEWER: { exit: 65, retry: false },
  LEDGER_EDITED: { exit: 65, retry: false },
  LEDGER_VERSION_WRONG: { exit: 65, retry: false },
  CHECKPOINT_STALE: { exit: 75, retry: false },
  CONFIRMATION_NEEDED: { exit: 64, retry: false },
  USAGE: { exit: 64, retry: false },
  FILE_NOT_WRITABLE: { exit: 73, retry: false },
  MACHINE_LIMIT: { exit: 71, retry: false },
  EMBEDDED_SERVER_FAILED: { exit: 70, retry: false },
  INTERRUPTED: { exit: 130, retry: false },
  INTERNAL: { exit: 70, retry: false },
} as const satisfies Record<string, { exit: number; retry: boolean }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Scalar facts only, so an error can be logged, stored and compared. Never row contents or secrets. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean | null>>;

/** What the program itself can do about an error, before a person has to: read the same rows in smaller pieces. */
export type Remedy = 'smaller-pieces';

export interface MigrationErrorOptions {
  /** The next command or edit, an imperative sentence. */
  readonly hint?: string;
  /** For people and logs: no code decides by them. */
  readonly facts?: ErrorFacts;
  readonly remedy?: Remedy;
  /** Never a database error of class 22 or 23: its text quotes the row. */
  readonly cause?: unknown;
}

/** The one error class that leaves the package; callers branch on `code`. Make one in a named function beside the rule it states. */
export class MigrationError extends Error {
  override readonly name: string = 'MigrationError';
  readonly hint: string | undefined;
  readonly facts: ErrorFacts;
  readonly remedy: Remedy | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: MigrationErrorOptions = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.hint = options.hint;
    this.facts = options.facts ?? {};
    this.remedy = options.remedy;
  }

  /** The same error with another hint, and with `facts` beside its own. */
  withHint(hint: string, facts: ErrorFacts = {}): MigrationError {
    const { code, message, remedy, cause, stack } = this;
    const error = new MigrationError(code, message, {
      hint,
      facts: { ...this.facts, ...facts },
      ...(remedy === undefined ? {} : { remedy }),
      ...(cause === undefined ? {} : { cause }),
    });
    return Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
  }

  get exitCode(): number {
    return ERROR_CODES[this.code].exit;
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retry;
  }
}

/** A transformer turned a value away. Becomes a reject of the row: data, never an abort. `reason` carries no part of the value. */
export class ValueRejected extends MigrationError {
  override readonly name = 'ValueRejected';

  constructor(readonly reason: string) {
    super('ROW_REJECTED', reason);
  }
}
