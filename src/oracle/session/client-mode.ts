import { MigrationError } from '../../core/errors';
import type { OracleDriver, OracleSettings } from './driver';
import { oracleError } from './ora-errors';

/** By driver: the client library it was started with. The mode belongs to the process and cannot be changed. */
const started = new WeakMap<OracleDriver, string>();

/** Switches the driver to Thick mode where `clientLibDir` asks for it; must come before the process's first connection. */
export function chooseClientMode(driver: OracleDriver, settings: OracleSettings): void {
  const libDir = settings.clientLibDir;
  if (libDir === undefined) return;
  const before = started.get(driver);
  if (before === libDir) return;
  if (before !== undefined) throw clientAlreadyChosen();
  // Thick mode knows no walletLocation: the wallet is found through sqlnet.ora in the configuration folder.
  const configDir = settings.configDir ?? settings.walletDir;
  try {
    driver.initOracleClient({ libDir, ...(configDir === undefined ? {} : { configDir }) });
  } catch (error) {
    throw oracleError(error, 'starting Thick mode');
  }
  started.set(driver, libDir);
}

function clientAlreadyChosen(): MigrationError {
  return new MigrationError('SOURCE_UNREACHABLE', 'this process already uses another Oracle Client library', {
    hint: 'Use one ORACLE_CLIENT_LIB_DIR per process.',
  });
}
