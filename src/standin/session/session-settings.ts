import type { DialectSession, Release } from '../contract/translation';

const DEFAULTS: Readonly<Record<string, string>> = {
  NLS_DATE_FORMAT: 'DD-MON-RR',
  NLS_TIMESTAMP_FORMAT: 'DD-MON-RR HH.MI.SSXFF AM',
  NLS_TIMESTAMP_TZ_FORMAT: 'DD-MON-RR HH.MI.SSXFF AM TZR',
  NLS_NUMERIC_CHARACTERS: '.,',
  NLS_LANGUAGE: 'AMERICAN',
  NLS_TERRITORY: 'AMERICA',
  NLS_DATE_LANGUAGE: 'AMERICAN',
  NLS_SORT: 'BINARY',
  NLS_COMP: 'BINARY',
  TIME_ZONE: '+00:00',
};

const OFFSET = /^([+-])?(\d{1,2}):(\d{1,2})$/;

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** `+1:0` → `+01:00`; anything else as it is: the dialect has let only offsets through. */
function normalised(name: string, value: string): string {
  const match = name === 'TIME_ZONE' ? OFFSET.exec(value) : null;
  if (!match) return value;
  const [, sign = '+', hours = '', minutes = ''] = match;
  return `${sign}${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}`;
}

/** What ALTER SESSION changes, as the dialect and PostgreSQL want to know it. */
export class SessionSettings {
  /** Grows with each change: statements have to be translated again. */
  generation = 0;
  #dialect: DialectSession;

  constructor(user: string, release: Release) {
    this.#dialect = { user, currentSchema: user, release, settings: DEFAULTS };
  }

  get dialect(): DialectSession {
    return this.#dialect;
  }

  /** Names in upper case; CURRENT_SCHEMA is one of them. */
  change(settings: Readonly<Record<string, string>>): void {
    const { CURRENT_SCHEMA: schema, ...others } = settings;
    const changed = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, normalised(name, value)]));
    this.#dialect = {
      ...this.#dialect,
      currentSchema: schema ?? this.#dialect.currentSchema,
      settings: { ...this.#dialect.settings, ...changed },
    };
    this.generation++;
  }

  /** Minutes east of UTC. */
  get timeZoneMinutes(): number {
    const match = OFFSET.exec(this.#dialect.settings['TIME_ZONE'] ?? '');
    if (!match) return 0;
    const minutes = Number(match[2]) * 60 + Number(match[3]);
    return match[1] === '-' ? -minutes : minutes;
  }

  /** In which binds of text are read as dates. */
  get formats(): { readonly date: string; readonly timestamp: string } {
    const { NLS_DATE_FORMAT: date = '', NLS_TIMESTAMP_FORMAT: timestamp = '' } = this.#dialect.settings;
    return { date, timestamp };
  }

  /** The SQL that tells PostgreSQL who is there, where names are looked up, and what the NLS views show. */
  sql(): string {
    const { user, currentSchema, settings } = this.#dialect;
    const values: (readonly [string, string])[] = [
      ['search_path', `${quoted(currentSchema)},"SYS"`],
      ['standin.user', user],
      ['standin.schema', currentSchema],
    ];
    for (const [name, value] of Object.entries(settings)) values.push([`standin.${name.toLowerCase()}`, value]);
    return `select ${values.map(([name, value]) => `set_config(${literal(name)}, ${literal(value)}, false)`).join(', ')}`;
  }
}

/** The value of `ALTER SESSION SET TIME_ZONE ='…'` as the driver sends it while logging in. */
export function timeZoneOf(alterSession: string): string | undefined {
  return /TIME_ZONE\s*=\s*'([^']*)'/i.exec(alterSession)?.[1];
}
