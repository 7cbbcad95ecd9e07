/** A listener that hears nothing, agrees to everything and stops nothing: for whatever reports, asks or can be stopped. */
export const QUIET = {
  emit: () => undefined,
  /** One for each run: listeners of a single one would pile up. */
  get signal() {
    return new AbortController().signal;
  },
  confirm: () => Promise.resolve(),
};
