import { withoutPadding } from '../mapping/without-padding';
import { alteration, transform } from '../mapping/transform';

/** Drops white space at both ends; a value of blanks only becomes '' (never null: chain `nullIf('')` for that). */
export const trimmed = alteration('trimmed', [], (value: string) => value.trim(), { gives: 'same' });

/** Makes one blank of every run of white space, at the ends too. */
export const collapsedSpaces = alteration('collapsedSpaces', [], (value: string) => value.replace(/\s+/g, ' '), {
  gives: 'same',
});

/** Upper case by Unicode's rules, whatever the machine's locale. */
export const upper = alteration('upper', [], (value: string) => value.toUpperCase(), { gives: 'same' });

/** Lower case by Unicode's rules, whatever the machine's locale. */
export const lower = alteration('lower', [], (value: string) => value.toLowerCase(), { gives: 'same' });

/**
 * Drops the blank padding of a CHAR and nothing else. A CHAR of blanks only is a value in Oracle (all of them compare equal,
 * and none equals NULL), so it becomes one blank, not ''. Use it on both sides of a CHAR foreign key.
 */
export const unpadded = transform('unpadded', [], withoutPadding, { gives: 'same' });
