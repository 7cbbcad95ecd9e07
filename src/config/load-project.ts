import { dirname } from 'node:path';
import { addDotEnv, type Environment } from './environment';
import { findConfig, findConfigIfAny } from './find-config';
import { loadConfig, type LoadedConfig } from './load-config';
import { secretsOf } from './redact';
import { readSettings, readTargetSettings, type Settings, type TargetSettings } from './settings';

export interface ProjectPlace {
  /** Working directory, absolute. */
  readonly directory: string;
  /** Absolute; null: looked for from `directory` upwards. */
  readonly configPath: string | null;
  /** Gets the values of `.env`, which lies beside the config file or in `directory`. */
  readonly environment: Environment;
}

/** The config file of a project, with `.env` read before it. Throws CONFIG_NOT_FOUND or CONFIG_INVALID. */
export function loadProject(place: ProjectPlace): LoadedConfig {
  const path = findConfig(place.directory, place.configPath);
  return loadFound(place, path);
}

type AskSecret = (question: string) => Promise<string | null>;

/** Config and settings of a project. Throws CONFIG_NOT_FOUND or CONFIG_INVALID. */
export async function loadProjectWithSettings(
  place: ProjectPlace,
  askSecret: AskSecret,
): Promise<{ readonly config: LoadedConfig; readonly settings: Settings }> {
  const config = loadProject(place);
  return { config, settings: await readSettings({ environment: place.environment, config, askSecret }) };
}

/** The settings alone: of the config file where there is one, else of the environment and `.env`. */
export async function loadSettings(place: ProjectPlace, askSecret: AskSecret): Promise<Settings> {
  return readSettings({ environment: place.environment, config: configIfAny(place), askSecret });
}

/** The target's settings alone, as `loadSettings`: for commands that never meet the legacy database. */
export function loadTargetSettings(place: ProjectPlace): TargetSettings {
  return readTargetSettings({ environment: place.environment, config: configIfAny(place) });
}

function configIfAny(place: ProjectPlace): Pick<LoadedConfig, 'source' | 'target'> {
  const path = findConfigIfAny(place.directory, place.configPath);
  if (path !== null) return loadFound(place, path);
  addDotEnv(place.environment, place.directory);
  return {};
}

function loadFound({ directory, environment }: ProjectPlace, path: string): LoadedConfig {
  addDotEnv(environment, dirname(path));
  if (dirname(path) !== directory) addDotEnv(environment, directory);
  return loadConfig(path, secretsOf(environment));
}
