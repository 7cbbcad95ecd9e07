import { join } from 'node:path';

/** Arguments of Node before a file of this checkout's sources. */
export const FROM_SOURCE: readonly string[] = ['-r', join(__dirname, 'compile-hook.js')];
