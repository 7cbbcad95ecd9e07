/** Methods of a port that the databases in memory do not have: what needs one is tested on a real database. */
export function notInMemory<Port>() {
  return <Name extends keyof Port & string>(...names: readonly Name[]): Pick<Port, Name> => {
    const methods = names.map((name) => [name, () => Promise.reject(new TypeError(`not in memory: ${name}`))]);
    return Object.fromEntries(methods) as Pick<Port, Name>;
  };
}
