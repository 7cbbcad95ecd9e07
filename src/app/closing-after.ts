/** Where the work fails, its error is the one that counts, whatever happens when what it used is closed. */
export async function closingAfter<T>(work: () => Promise<T>, close: () => Promise<void>): Promise<T> {
  let failed = true;
  try {
    const result = await work();
    failed = false;
    return result;
  } finally {
    await (failed ? close().catch(() => undefined) : close());
  }
}
