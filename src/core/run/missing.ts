import type { Issue } from '../issues';

/** An object that stands under its name, and is defined otherwise than before the run. */
interface ChangedObject {
  /** As `foreign key k of t`. */
  readonly object: string;
  readonly was: string;
  readonly is: string;
}

/**
 * Why no statement brings an object back: the ledger has none that creates it; what it was defined over is gone or has another name; what
 * stands there is a part of one of a partitioned table; what has its name is inherited.
 */
export type WithoutStatement = 'definition' | 'ground' | 'whole' | 'name';

/** What a complete run has brought back, and is not in the target as it was any more. */
export interface RunMissing {
  readonly runId: string;
  /** Those that are not there, or not in force. As `foreign key k of t`. */
  readonly objects: readonly string[];
  /** Those that stand with another definition. */
  readonly changed: readonly ChangedObject[];
  /** In the language of the target: what brings them back, each with a semicolon at its end. */
  readonly statements: readonly string[];
  /** What has the name of one that is not there, as `check constraint k of t`; the statements rename it first, where they can. */
  readonly held: readonly { readonly object: string; readonly holder: string }[];
  readonly without: readonly { readonly object: string; readonly what: WithoutStatement }[];
}

interface MayMiss {
  readonly missing?: readonly RunMissing[];
}

/** What stands against a run whose keys, triggers or indexes are gone or changed: its own note that they came back is no proof that they did. */
export function missingIssues({ missing = [] }: MayMiss, runId: string): Issue[] {
  return missing
    .filter((gone) => gone.runId === runId)
    .map((found) => ({
      code: 'OBJECTS_MISSING',
      level: 'error',
      subject: runId,
      message: whatIsWrong(found),
      hint: [
        'Where nobody has removed or changed it on purpose, bring it back as it was.',
        ...bringingBack(found),
      ].join(' '),
    }));
}

function whatIsWrong({ objects, changed }: RunMissing): string {
  const gone = objects.join(', ');
  const others = changed.map(({ object, was, is }) => `${object} (it was: ${was}; it is: ${is})`).join(', ');
  return [
    ...(gone === '' ? [] : [`the run has brought back what is not there, or not in force: ${gone}`]),
    ...(others === '' ? [] : [`what the run has brought back stands with another definition: ${others}`]),
  ].join('; ');
}

const WITHOUT: Readonly<Record<WithoutStatement, (objects: string) => string>> = {
  definition: (objects) => `Only your own DDL has the definition of ${objects}.`,
  ground: (objects) =>
    `What these were defined over is gone or has another name, so that your own DDL has to make them: ${objects}.`,
  whole: (objects) => `These are parts of what a partitioned table has, and have to be changed there: ${objects}.`,
  name: (objects) =>
    `What has the name is inherited: rename or drop it on the table that it comes from, then ask again for ${objects}.`,
};

function bringingBack({ statements, held, without }: RunMissing): string[] {
  const left = (['definition', 'ground', 'whole', 'name'] as const).flatMap((what) => {
    const objects = without.filter((one) => one.what === what).map(({ object }) => object);
    return objects.length === 0 ? [] : [WITHOUT[what](objects.join(', '))];
  });
  const inherited = new Set(without.map(({ object }) => object));
  const names = held.map(({ object, holder }) => `that of ${object} by ${holder}`).join(', ');
  const renaming = held.some(({ object }) => !inherited.has(object))
    ? ' The statements give it another name first; drop it in place of that if nobody needs it, and mind who uses it by its name.'
    : '';
  return [
    ...(names === '' ? [] : [`Names are taken: ${names}.${renaming}`]),
    ...(statements.length === 0 ? [] : [`As the owner of the tables: ${statements.join(' ')}`]),
    ...left,
  ];
}
