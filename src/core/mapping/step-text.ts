import type { TransformStep } from './table-mapping';

/** A conversion as a sheet writes it; a code table is not written out. */
export function stepText({ name, args, shown }: TransformStep): string {
  const texts = shown ?? args.map(argText);
  return texts.length === 0 ? name : `${name}(${texts.join(', ')})`;
}

function argText(arg: TransformStep['args'][number]): string {
  return typeof arg === 'string' ? quotedText(arg) : String(arg);
}

/** A text as TypeScript has it. */
export function quotedText(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
