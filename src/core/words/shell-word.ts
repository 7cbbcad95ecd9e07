/** Text of a printed command as a POSIX shell takes it for one word. */
export function shellWord(text: string): string {
  return /^[\w./@%+:-][\w./@%+:,=~-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** ` --entity coil 'scrap coil'`, to be appended to a printed command; empty where none is named. */
export function entityOptions(entities: readonly string[]): string {
  return entities.length === 0 ? '' : ` --entity ${entities.map(shellWord).join(' ')}`;
}
