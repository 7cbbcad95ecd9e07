import { openPostgresTarget } from '../../src/postgres/open-target';

/** Why the target is not opened; null where it is. */
export async function refusalOf(url: string): Promise<unknown> {
  try {
    await (await openPostgresTarget({ url })).close();
    return null;
  } catch (error) {
    return error;
  }
}
