import { randomBytes } from 'node:crypto';
import type { Project } from '../../src/app/project/databases';
import { fillLegacy } from '../../src/demo/start-demo-servers';
import { abisLegacy } from '../../src/demo/legacy/generate';
import { abisEntities } from '../../src/entities';
import { abisMappings } from '../../src/mappings';
import { startStandin, type RunningStandin, type StandinOptions } from '../../src/standin';
import { synchronizeSchema } from '../../src/typeorm/schema';
import { filledDatabase } from './pattern-databases';

export interface Abis {
  readonly project: Project;
  readonly standin: RunningStandin;
  /** A superuser's URL of the database behind the stand-in. */
  readonly legacyUrl: string;
  readonly targetUrl: string;
  /** One more empty target with the schema of the entities. */
  anotherTarget(): Promise<string>;
  stop(): Promise<void>;
}

/** The settings of a project as the variables that a command line reads. */
export function settingsOf({ source }: Project, targetUrl: string): Record<string, string> {
  return {
    ORACLE_USER: source.user,
    ORACLE_PASSWORD: source.password,
    ORACLE_CONNECT_STRING: source.connectString ?? '',
    DATABASE_URL: targetUrl,
  };
}

/** The reference application's legacy database behind a stand-in of its own, and an empty target. */
export async function startAbis(
  data: { readonly scale: number },
  standinOptions: Partial<StandinOptions> = {},
): Promise<Abis> {
  const closing: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    // TypeORM makes the schema once, and each target is a copy.
    const anotherTarget = async (): Promise<string> => {
      const database = await filledDatabase('target of the reference application', (url) =>
        synchronizeSchema(url, abisEntities),
      );
      closing.push(() => database.drop());
      return database.url;
    };
    const legacy = await filledDatabase(
      ['legacy database of the reference application', data],
      (url) => fillLegacy(url, abisLegacy(data)),
      'stand-in',
    );
    closing.push(() => legacy.drop());
    const password = randomBytes(8).toString('hex');
    const users = { ABIS: password };
    const standin = await startStandin({ pgUrl: legacy.url, users, serviceName: 'ABISDB', ...standinOptions });
    closing.push(() => standin.stop());
    const targetUrl = await anotherTarget();
    const source = { user: 'ABIS', password, connectString: standin.connectString };
    const project = { mappings: abisMappings, entities: abisEntities, source, target: { url: targetUrl } };
    return { project, standin, legacyUrl: legacy.url, targetUrl, anotherTarget, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
