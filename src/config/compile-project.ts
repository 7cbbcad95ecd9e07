import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { transformSync, type ParserConfig } from '@swc/core';
import { addHook } from 'pirates';
import { MigrationError } from '../core/errors';
import { sourceSyntax } from './config-errors';

const EXTENSIONS = ['.ts', '.js', '.cjs'];
const OWN_ROOT = join(__dirname, '..');

/**
 * While `load` runs, `require` takes the project's TypeScript, with decorators and their metadata (which TypeORM reads), and its
 * ES modules in .js files. `import … from 'cutover'` leads to this very package, wherever it runs from.
 */
export function withCompiler<T>(load: () => T): T {
  const revert = addHook((_code, path) => compile(path), {
    exts: EXTENSIONS,
    matcher: (path) => !path.startsWith(OWN_ROOT),
  });
  try {
    return withSourceMaps(load);
  } finally {
    revert();
  }
}

/** Without them a fault would be placed in the compiled text. Holds for stacks that `work` itself looks at. */
function withSourceMaps<T>(work: () => T): T {
  const { sourceMapsEnabled } = process;
  const { prepareStackTrace } = Error as { readonly prepareStackTrace?: unknown };
  // A checkout's own hook places faults by the text that it compiled, which is not ours.
  Object.assign(Error, { prepareStackTrace: undefined });
  process.setSourceMapsEnabled(true);
  try {
    return work();
  } finally {
    process.setSourceMapsEnabled(sourceMapsEnabled);
    Object.assign(Error, { prepareStackTrace });
  }
}

/** Compiles from the file, not from the code handed over: another hook (a checkout's own, Node's) may have been at that already. */
function compile(path: string): string {
  try {
    return transformSync(readFileSync(path, 'utf8'), {
      filename: path,
      swcrc: false,
      configFile: false,
      sourceMaps: 'inline',
      module: { type: 'commonjs' },
      jsc: {
        parser: parserFor(path),
        transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        target: 'es2022',
        keepClassNames: true,
        baseUrl: OWN_ROOT,
        paths: { cutover: [join(OWN_ROOT, `index${extname(__filename)}`)] },
      },
    }).code;
  } catch (error) {
    throw error instanceof MigrationError
      ? error
      : (syntaxErrorIn(String(error)) ?? sourceSyntax(path, 'syntax error'));
  }
}

function parserFor(path: string): ParserConfig {
  return path.endsWith('.ts') ? { syntax: 'typescript', decorators: true } : { syntax: 'ecmascript', decorators: true };
}

/**
 * The compiler's report as a coded error; null for any other text. A report quotes the source around the fault, where a password
 * may stand: only its first line, without what it quotes, and the place are kept.
 */
export function syntaxErrorIn(report: string): MigrationError | null {
  const plain = stripVTControlCharacters(report);
  const [, reason = ''] = /(?:^|\n)(?:Error:)?\s*[x×]\s+(.*)/.exec(plain) ?? [];
  const [, path, line, column] = /[,╭][-─]\[(.*):(\d+):(\d+)\]/.exec(plain) ?? [];
  if (path === undefined || line === undefined || column === undefined) return null;
  const unquoted = reason.replace(/,?\s*got\b.*$/, '').replace(/'[^']{3,}'|"[^"]*"|`[^`]*`/g, '…');
  return sourceSyntax(`${path}:${line}:${column}`, unquoted);
}
