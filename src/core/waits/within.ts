/** Waits for the work, but no longer than so many milliseconds; says which of the two it was. What the work throws is thrown. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<'done' | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, milliseconds, 'late');
  });
  return Promise.race([work.then(() => 'done' as const), late]).finally(() => {
    clearTimeout(timer);
  });
}
