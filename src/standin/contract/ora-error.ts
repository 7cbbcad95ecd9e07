/** A refusal as Oracle would word it. `position` is a 0-based offset into the SQL text, -1 when unknown. */
export class OraError extends Error {
  override readonly name = 'OraError';

  constructor(
    readonly ora: number,
    text: string,
    readonly position = -1,
  ) {
    super(`ORA-${String(ora).padStart(5, '0')}: ${text}`);
  }
}

/** ORA-03001 naming the construct: how the stand-in refuses what it does not understand (never ORA-00600). */
export function notImplemented(construct: string, position = -1): OraError {
  return new OraError(3001, `unimplemented feature: the stand-in does not understand ${construct}`, position);
}
