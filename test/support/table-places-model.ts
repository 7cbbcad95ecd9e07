import fc from 'fast-check';

/** Where a relation can stand: in a schema, in that of the user's own name, or among the temporary ones of another session. */
export const PLACES = ['public', 'app', 'Odd "one"', 'own', 'temporary'] as const;
export type PlaceName = (typeof PLACES)[number];

export const KINDS = [
  'table',
  'partitioned table',
  'partition',
  'foreign table',
  'view',
  'materialized view',
  'sequence',
  'index',
  'type',
] as const;
type Kind = (typeof KINDS)[number];
type Standing = Readonly<Partial<Record<PlaceName, Kind>>>;

/** What stands in a search_path; `hidden` and `gone` are spellings that lead nowhere. */
const ENTRIES = [
  'public',
  'app',
  'APP',
  '"App"',
  'odd',
  '$user',
  '"$user"',
  'gone',
  'pg_temp',
  'pg_catalog',
  '""',
] as const;
type Entry = (typeof ENTRIES)[number];

/** Where a search_path is set, the strongest first, as PostgreSQL's documentation of ALTER ROLE has it. */
export const SETTERS = ['url', 'role in database', 'role', 'database'] as const;
export type Setter = (typeof SETTERS)[number];

export interface PlacesVariant {
  readonly user: 'superuser' | 'limited';
  readonly paths: Readonly<Record<Setter, readonly Entry[] | undefined>>;
  /** By entity: what has the name of its table, and where. */
  readonly seqd: Standing;
  readonly twin: Standing;
  /** Schemas on which a limited user has no USAGE. */
  readonly closed: readonly PlaceName[];
  /** What names the schema of `twin`. */
  readonly entitySchema: 'app' | null;
  /** `schema` of the config, as in the application's DataSource. */
  readonly configSchema: 'app' | 'public' | 'Odd "one"' | 'nowhere' | null;
  /** Where search_path leads when the run is looked at later. */
  readonly later: readonly Entry[];
}

/** Mostly such that they lead somewhere. */
const entry = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Entry>('public', 'app', 'odd', '$user') },
  fc.constantFrom(...ENTRIES),
);
const path = fc.oneof(
  { weight: 5, arbitrary: fc.array(entry, { minLength: 2, maxLength: 5, size: 'max' }) },
  fc.array(entry, { maxLength: 1 }),
);
/** Not set in `nil` of ten. */
const rarely = <T>(value: fc.Arbitrary<T>, nil: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: nil, arbitrary: fc.constant(undefined) }, { weight: 10 - nil, arbitrary: value });
/** Mostly one or two tables of a name; something else now and then. */
const standing: fc.Arbitrary<Standing> = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom(...PLACES),
      fc.oneof({ weight: 2, arbitrary: fc.constant<Kind>('table') }, fc.constantFrom(...KINDS)),
    ),
    { minLength: 1, maxLength: 3, selector: ([place]) => place, size: 'small' },
  )
  .map((pairs) => Object.fromEntries(pairs));
/** A table that is alone, so that the other entity decides. */
const alone: fc.Arbitrary<Standing> = fc.constantFrom<Standing>(
  { public: 'table' },
  { app: 'table' },
  { 'Odd "one"': 'table' },
);

const placesVariant: fc.Arbitrary<PlacesVariant> = fc.record({
  user: fc.constantFrom('superuser' as const, 'limited' as const),
  paths: fc.record({
    url: rarely(path, 5),
    'role in database': rarely(path, 7),
    role: rarely(path, 7),
    database: rarely(path, 7),
  }),
  seqd: fc.oneof(standing, standing, alone),
  twin: fc.oneof(standing, alone),
  closed: fc.subarray<PlaceName>(['public', 'app', 'Odd "one"', 'own'], { maxLength: 2 }),
  entitySchema: fc.constantFrom(null, null, 'app' as const),
  configSchema: fc.constantFrom(...Array<null>(8).fill(null), 'app', 'app', 'public', 'Odd "one"', 'nowhere'),
  later: path,
});

/** So many variants that each pair of ends has its share, that of two tables that are filled a third. */
export function placesVariants(count: number, seed: number): PlacesVariant[] {
  const taken = new Map<string, number>();
  const drawn = fc.sample(placesVariant, { seed, numRuns: count * 25 });
  return drawn
    .filter((variant) => {
      const ends = [endOf(expectedOf(variant, 'seqd')), endOf(expectedOf(variant, 'twin'))].join();
      const before = taken.get(ends) ?? 0;
      taken.set(ends, before + 1);
      return before < count / (ends === 'filled,filled' ? 3 : 16);
    })
    .slice(0, count);
}

export function endOf(expected: Expected): string {
  return expected.is === 'refused' ? expected.code : expected.is;
}

export type Expected =
  | { readonly is: 'filled'; readonly place: PlaceName }
  | { readonly is: 'ambiguous'; readonly candidates: readonly (readonly [PlaceName, Kind])[] }
  | { readonly is: 'refused'; readonly code: 'TARGET_TABLE_MISSING' | 'TARGET_NOT_A_TABLE' | 'TARGET_RIGHTS' };

const HOLDING: readonly Kind[] = KINDS.slice(0, KINDS.indexOf('sequence'));
const WRITABLE: readonly Kind[] = ['table', 'partitioned table', 'partition'];

/** What must become of an entity, by no code of the product. */
export function expectedOf(variant: PlacesVariant, entity: 'seqd' | 'twin'): Expected {
  const standing = variant[entity];
  const named = (entity === 'twin' ? variant.entitySchema : null) ?? variant.configSchema;
  if (named === 'nowhere') return { is: 'refused', code: 'TARGET_TABLE_MISSING' };
  if (named !== null)
    return isOpen(variant, named) ? ofOne(named, standing[named]) : { is: 'refused', code: 'TARGET_RIGHTS' };
  const first = searched(variant).find((place) => standing[place] !== undefined);
  if (first === undefined) return { is: 'refused', code: 'TARGET_TABLE_MISSING' };
  const others = PLACES.filter((place) => {
    const kind = standing[place];
    const isSeen = place === 'public' || (place !== 'temporary' && isOpen(variant, place));
    return place !== first && kind !== undefined && isSeen && HOLDING.includes(kind);
  });
  const kind = standing[first];
  if (others.length === 0 && kind !== undefined && HOLDING.includes(kind)) return ofOne(first, kind);
  return {
    is: 'ambiguous',
    candidates: [first, ...others].map((place) => [place, standing[place] ?? 'table'] as const),
  };
}

function ofOne(place: PlaceName, kind: Kind | undefined): Expected {
  if (kind === undefined || !HOLDING.includes(kind)) return { is: 'refused', code: 'TARGET_TABLE_MISSING' };
  return WRITABLE.includes(kind) ? { is: 'filled', place } : { is: 'refused', code: 'TARGET_NOT_A_TABLE' };
}

function isOpen({ user, closed }: PlacesVariant, place: PlaceName): boolean {
  return user === 'superuser' || !closed.includes(place);
}

/** The schemas in which a name is looked up; the server's default where nobody has set a path. */
function searched(variant: PlacesVariant): PlaceName[] {
  const setter = SETTERS.find((by) => variant.paths[by] !== undefined);
  const entries = setter === undefined ? (['$user', 'public'] as const) : (variant.paths[setter] ?? []);
  return entries.flatMap((entry) => {
    const place = PLACE_OF[entry];
    return place === undefined || !isOpen(variant, place) ? [] : [place];
  });
}

/** An unquoted name is in lower case; a session's own temporary schema is none of another's. */
const PLACE_OF: Readonly<Partial<Record<Entry, PlaceName>>> = {
  public: 'public',
  app: 'app',
  APP: 'app',
  odd: 'Odd "one"',
  $user: 'own',
  '"$user"': 'own',
};

/** As it is written in a setting. */
export function pathText(entries: readonly Entry[]): string {
  return entries.map((entry) => (entry === 'odd' ? '"Odd ""one"""' : entry)).join(', ');
}
