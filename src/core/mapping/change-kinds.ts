/** Under which the default of a null rule is counted, as the sheet writes it. */
export const BY_DEFAULT = '.or';
/** Under which is counted what the column transformers of an entity make another value of. */
export const BY_TRANSFORMER = 'column transformer';
