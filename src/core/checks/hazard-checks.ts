import { cureHint } from '../run/cures';
import type { Allowances, TableHazards } from '../run/hazards';
import type { Issue } from '../issues';
import { shellWord } from '../words/shell-word';
import { beforeTheLoad, onceSignedOff } from './written-anew';

/** One entity, what endangers its rows, and how they are about to be written. */
export interface Endangered {
  readonly entity: string;
  /** Name of its table. */
  readonly table: string;
  readonly hazards: TableHazards;
  readonly allowed: Allowances;
  /** A rehearsal writes to copies, which have no triggers and are logged. */
  readonly writes: 'table' | 'copies';
  /** `loaded`: rows of the run may be in it already, as in a resume. */
  readonly since: 'nothing' | 'loaded';
}

/** What keeps rows from being what was loaded, or from being there at all, although the ledger says so. */
export function hazardChecks(endangered: Endangered): Issue[] {
  return [
    ...notATable(endangered),
    ...temporary(endangered),
    ...rowSecurity(endangered),
    ...withoutReplicaIdentity(endangered),
    ...firing(endangered),
    ...unlogged(endangered),
  ];
}

function notATable({ entity, hazards }: Endangered): Issue[] {
  const { elsewhere } = hazards;
  if (elsewhere.length === 0) return [];
  return [
    {
      code: 'TARGET_NOT_A_TABLE',
      level: 'error',
      subject: entity,
      message: `rows would not stay in a table of this server: ${elsewhere.join(', ')}`,
      hint: 'Map the table that holds the rows, on the server that holds it: only there do rows and ledger commit together.',
    },
  ];
}

function temporary({ entity, table, hazards }: Endangered): Issue[] {
  if (!hazards.temporary) return [];
  return [
    {
      code: 'TARGET_TEMPORARY',
      level: 'error',
      subject: entity,
      message: `${table} is a temporary table, which is gone when the session that made it ends`,
      hint: 'Name the schema of the permanent table in the entity, or create one.',
    },
  ];
}

/** What row-level security hides from this user is neither counted nor compared; a COPY into the table is refused. */
export function rowSecurity({ entity, table, hazards }: Pick<Endangered, 'entity' | 'table' | 'hazards'>): Issue[] {
  if (hazards.rowSecurity === null) return [];
  const { exempt, cures } = hazards.rowSecurity;
  return [
    {
      code: 'TARGET_ROW_SECURITY',
      level: 'error',
      subject: entity,
      message: `row-level security of ${table} hides rows from this user or refuses them, and refuses COPY`,
      hint: `${exempt === null ? '' : `Connect as ${exempt}, the owner of the table. Or: `}${cureHint(cures)}`,
    },
  ];
}

/** Reported before the load. After it the server would refuse to settle orphans, to repair and to reset. */
function withoutReplicaIdentity({ entity, hazards, writes }: Endangered): Issue[] {
  const tables = hazards.withoutReplicaIdentity;
  if (tables.length === 0) return [];
  const refused = [...new Set(tables.flatMap((part) => part.refused))].join(' and ');
  const publications = [...new Set(tables.flatMap((part) => part.publications))].sort();
  const listed = tables.filter(({ cure }) => cure === null).map(({ table }) => table);
  const hints = [
    ...(listed.length === tables.length ? [] : [cureHint(tables.flatMap(({ cure }) => cure ?? []))]),
    ...(listed.length === 0
      ? []
      : [`Let the column lists of the publications cover the replica identity of ${listed.join(', ')}.`]),
  ];
  return [
    {
      code: 'TARGET_NO_REPLICA_IDENTITY',
      level: writes === 'copies' ? 'warning' : 'error',
      subject: entity,
      message: `${publications.join(', ')} publishes ${tables.map(({ table }) => table).join(', ')} without a replica identity that covers ${refused}, which the server would refuse. Orphans could not be settled, and rows could not be repaired or reset`,
      hint: hints.join(' '),
    },
  ];
}

function firing({ entity, table, hazards, allowed, writes }: Endangered): Issue[] {
  if (hazards.firing.length === 0) return [];
  const names = hazards.firing.join(', ');
  if (writes === 'copies') {
    return [
      {
        code: 'TRIGGERS_UNSEEN',
        level: 'warning',
        subject: entity,
        message: `the copies of a rehearsal have no triggers: what these do to rows of ${table} is not seen: ${names}`,
        hint: 'This user may not disable them: a migration is refused without --allow-triggers, or as another user than the owner.',
      },
    ];
  }
  const isAllowed = allowed.triggers.includes(entity);
  // To let them fire is no way on where only the owner may load at all.
  const needsOwner = hazards.lacking.some(({ need }) => need === 'keys');
  const allowing = needsOwner
    ? `: its foreign keys need that as well, so that --allow-triggers alone is not enough.`
    : `, or let them fire with --allow-triggers ${shellWord(entity)}: only validate --level rows proves the entity then.`;
  return [
    {
      code: 'TRIGGERS_FIRE',
      level: isAllowed ? 'warning' : 'error',
      subject: entity,
      message: `these fire on rows of ${table} because this user may not disable them: ${names}`,
      objects: hazards.firing,
      hint: isAllowed
        ? 'They may have changed, added or discarded rows: only "cutover validate --level rows" proves the entity.'
        : `Connect as the owner of ${table} (or a member of that role)${allowing}`,
    },
  ];
}

/** Said of loaded rows, whoever has allowed it. */
export function unloggedNow(entity: string, hazards: TableHazards): Issue[] {
  const found = unlogged({ entity, hazards, allowed: { unlogged: true }, writes: 'table', since: 'loaded' });
  return found.map((issue) => ({ ...issue, hint: onceSignedOff(hazards.logging) }));
}

function unlogged({
  entity,
  hazards,
  allowed,
  writes,
  since,
}: Pick<Endangered, 'entity' | 'hazards' | 'writes' | 'since'> & {
  readonly allowed: Pick<Allowances, 'unlogged'>;
}): Issue[] {
  if (hazards.unlogged.length === 0) return [];
  const names = hazards.unlogged.join(', ');
  const isRefused = writes === 'table' && !allowed.unlogged;
  return [
    {
      code: 'TARGET_UNLOGGED',
      level: isRefused ? 'error' : 'warning',
      subject: entity,
      message: `a crash of the server empties or sets back what is unlogged, while the ledger says it is there: ${names}`,
      hint:
        since === 'loaded'
          ? `${isRefused ? 'Resume it with --allow-unlogged. ' : ''}${onceSignedOff(hazards.logging)}`
          : beforeTheLoad(hazards.logging, ' or load it as it is, with --allow-unlogged.'),
    },
  ];
}
