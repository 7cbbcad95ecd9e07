import type { RunSetup } from './run-record';

type Settings = RunSetup['settings'];

/** Before the name of a table whose entity names no schema, in the settings of a run. */
const PREFIX = 'schemaOf.';

/** By table name: the schema in which a run has found it. */
export type RunSchemas = Readonly<Record<string, string>>;

export function withSchemas(settings: Settings, schemas: RunSchemas): Settings {
  const places = Object.entries(schemas).map(([table, schema]) => [PREFIX + table, schema] as const);
  return { ...settings, ...Object.fromEntries(places) };
}

/** Where a run has found its tables. A run of an earlier cutover has none: it took every table without a schema for one of `public`. */
export function runSchemas(settings: Settings): RunSchemas {
  const places = Object.entries(settings).flatMap(([name, value]) =>
    name.startsWith(PREFIX) && typeof value === 'string' ? [[name.slice(PREFIX.length), value] as const] : [],
  );
  return Object.fromEntries(places);
}

/** For people: the tables stand beside their entities. */
export function withoutSchemas(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !name.startsWith(PREFIX)));
}
