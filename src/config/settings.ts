import type { CutoverConfig } from './define-config';
import type { Environment } from './environment';
import { settingsInvalid, type Fault } from './config-errors';
import { noteSecrets, secretsOf } from './redact';
import { DEFAULT_PORT, PARTS_OF_ADDRESS, SETTING_NAMES, type GivenSettings, type SettingName } from './setting-names';
import { faultsOfSource, faultsOfTarget } from './settings-rules';

/** How the legacy database is reached: `connectString`, or host, port and service or SID. Null: not set. */
export interface SourceSettings {
  readonly user: string;
  readonly password: string;
  readonly host: string | null;
  readonly port: number;
  readonly service: string | null;
  readonly sid: string | null;
  readonly connectString: string | null;
  readonly clientLibDir: string | null;
  readonly walletDir: string | null;
  readonly walletPassword: string | null;
}

export interface TargetSettings {
  /** With its password: never to be printed, see `redact`. */
  readonly url: string;
}

export interface Settings {
  readonly source: SourceSettings;
  readonly target: TargetSettings;
}

export interface SettingsInput {
  /** The process's variables with those of `.env`; they win over the config's. */
  readonly environment: Environment;
  readonly config: Pick<CutoverConfig, 'source' | 'target'>;
  /** Asked for a missing Oracle password; null where nobody can be asked. */
  readonly askSecret: (question: string) => Promise<string | null>;
}

/** All settings of a run. Throws CONFIG_INVALID with every fault in one error; a fault never repeats a value. */
export async function readSettings(input: SettingsInput): Promise<Settings> {
  const given = gather(input);
  const faults: Fault[] = [...faultsOfSource(given), ...faultsOfTarget(given)];
  // Nobody types a password for settings that fail anyway.
  const password = given.ORACLE_PASSWORD ?? (faults.length === 0 ? await ask(given, input) : NOT_ASKED);
  if (typeof password !== 'string') faults.push(password);
  if (typeof password !== 'string' || faults.length > 0) throw settingsInvalid(faults);
  return { source: sourceSettings(given, password), target: { url: given.DATABASE_URL ?? '' } };
}

/** The target's settings. Throws CONFIG_INVALID. */
export function readTargetSettings(input: Omit<SettingsInput, 'askSecret'>): TargetSettings {
  const given = gather(input);
  const faults = faultsOfTarget(given);
  if (faults.length > 0) throw settingsInvalid(faults);
  return { url: given.DATABASE_URL ?? '' };
}

const noPassword = (fault: string): Fault => ({ name: 'ORACLE_PASSWORD', fault });
const NOT_ASKED = noPassword('is missing');
const NOBODY_TO_ASK = noPassword('is missing, and there is no terminal to ask for it');
const NOTHING_TYPED = noPassword('is missing, and none was typed');

function gather({ environment, config }: Omit<SettingsInput, 'askSecret'>): GivenSettings {
  const names = Object.keys(SETTING_NAMES) as SettingName[];
  const written = fromConfig(config);
  const replaced = replacedInConfig((name) => filled(environment[name]) !== undefined);
  const entries = names.flatMap((name) => {
    const value = filled(environment[name]) ?? (replaced.includes(name) ? undefined : filled(written[name]));
    return value === undefined ? [] : [[name, value] as const];
  });
  const given: GivenSettings = Object.fromEntries(entries);
  noteSecrets(environment, secretsOf({ ...given }));
  return given;
}

/** Settings of the config file that a variable of another name takes the place of: both say where the database is. */
function replacedInConfig(isVariable: (name: SettingName) => boolean): readonly SettingName[] {
  if (isVariable('ORACLE_CONNECT_STRING')) return PARTS_OF_ADDRESS;
  const replaced: SettingName[] = [];
  if (PARTS_OF_ADDRESS.some((name) => name !== 'ORACLE_PORT' && isVariable(name)))
    replaced.push('ORACLE_CONNECT_STRING');
  if (isVariable('ORACLE_SID')) replaced.push(...SERVICES);
  if (SERVICES.some(isVariable)) replaced.push(...SERVICES, 'ORACLE_SID');
  return replaced;
}

const SERVICES = ['ORACLE_SERVICE', 'ORACLE_SERVICE_NAME'] as const satisfies readonly SettingName[];

function fromConfig({ source = {}, target = {} }: SettingsInput['config']): Partial<Record<SettingName, unknown>> {
  return {
    ORACLE_USER: source.user,
    ORACLE_PASSWORD: source.password,
    ORACLE_HOST: source.host,
    ORACLE_PORT: source.port,
    ORACLE_SERVICE: source.service,
    ORACLE_SID: source.sid,
    ORACLE_CONNECT_STRING: source.connectString,
    ORACLE_CLIENT_LIB_DIR: source.clientLibDir,
    ORACLE_WALLET_DIR: source.walletDir,
    ORACLE_WALLET_PASSWORD: source.walletPassword,
    DATABASE_URL: target.url,
  };
}

/** A config file is not type checked when it is loaded: what is neither text nor number counts as absent. */
function filled(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

async function ask(given: GivenSettings, { askSecret, environment }: SettingsInput): Promise<string | Fault> {
  const answer = await askSecret(`Password of ${given.ORACLE_USER ?? ''} on the legacy database`);
  if (answer === null) return NOBODY_TO_ASK;
  if (answer === '') return NOTHING_TYPED;
  noteSecrets(environment, [answer]);
  return answer;
}

function sourceSettings(given: GivenSettings, password: string): SourceSettings {
  const text = (name: SettingName): string | null => given[name] ?? null;
  return {
    user: text('ORACLE_USER') ?? '',
    password,
    host: text('ORACLE_HOST'),
    port: Number(text('ORACLE_PORT') ?? DEFAULT_PORT),
    service: text('ORACLE_SERVICE') ?? text('ORACLE_SERVICE_NAME'),
    sid: text('ORACLE_SID'),
    connectString: text('ORACLE_CONNECT_STRING'),
    clientLibDir: text('ORACLE_CLIENT_LIB_DIR'),
    walletDir: text('ORACLE_WALLET_DIR'),
    walletPassword: text('ORACLE_WALLET_PASSWORD'),
  };
}
