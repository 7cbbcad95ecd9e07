/** The name among `names` that a typist most likely meant, or null where none is near (a third of the letters or more differ). */
function nearestName(meant: string, names: readonly string[]): string | null {
  const wanted = meant.toUpperCase();
  let best: string | null = null;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(wanted, name.toUpperCase());
    if (distance < least) [best, least] = [name, distance];
  }
  return best;
}

/** A hint that names the nearest one, or what to look at instead. */
export function didYouMean(meant: string, names: readonly string[], otherwise: string): string {
  const nearest = nearestName(meant, names);
  return nearest === null ? otherwise : `Did you mean ${nearest}?`;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(swap, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
