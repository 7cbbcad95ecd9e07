import { notImplemented, OraError } from '../../contract/ora-error';

/** ORA-00933. */
export function notProperlyEnded(position: number): OraError {
  return new OraError(933, 'SQL command not properly ended', position);
}

/** ORA-00936. */
export function missingExpression(position: number): OraError {
  return new OraError(936, 'missing expression', position);
}

/** ORA-00905. */
export function missingKeyword(position: number): OraError {
  return new OraError(905, 'missing keyword', position);
}

/** ORA-00904, the name in quotes as Oracle shows it. */
export function invalidIdentifier(path: readonly string[], position: number): OraError {
  return new OraError(904, `${path.map((part) => `"${part}"`).join('.')}: invalid identifier`, position);
}

/** ORA-00942. */
export function noSuchTable(position: number): OraError {
  return new OraError(942, 'table or view does not exist', position);
}

/** ORA-00932. */
export function inconsistentTypes(got: string, position: number): OraError {
  return new OraError(932, `inconsistent datatypes: expected - got ${got}`, position);
}

/** The error Oracle gives when a punctuation mark is absent. */
export function missingPunctuation(mark: string, position: number): OraError {
  const known: Readonly<Record<string, readonly [number, string]>> = {
    ')': [907, 'missing right parenthesis'],
    '(': [906, 'missing left parenthesis'],
    ',': [917, 'missing comma'],
    '=': [927, 'missing equal sign'],
  };
  const [ora, text] = known[mark] ?? [900, 'invalid SQL statement'];
  return new OraError(ora, text, position);
}

/** ORA-03001 for a statement that would need two snapshots. */
export function mixedScns(position = -1): OraError {
  return notImplemented('mixed SCNs in one statement', position);
}
