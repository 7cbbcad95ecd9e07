import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from './config-errors';
import { DEFAULT_PORT, PARTS_OF_ADDRESS, type GivenSettings, type SettingName } from './setting-names';
import { faultOfUrl } from './target-url';

/** What is missing or wrong in the settings of the legacy database, the password excepted (it may be asked for). */
export function faultsOfSource(given: GivenSettings): Fault[] {
  return [
    ...missing(given, 'ORACLE_USER'),
    ...(given.ORACLE_CONNECT_STRING === undefined ? faultsOfAddress(given) : faultsBesideConnectString(given)),
    ...faultsOfWallet(given),
  ];
}

/** What is missing or wrong in the settings of the target. */
export function faultsOfTarget(given: GivenSettings): Fault[] {
  const url = given.DATABASE_URL;
  if (url === undefined) return missing(given, 'DATABASE_URL');
  const fault = faultOfUrl(url);
  return fault === null ? [] : [{ name: 'DATABASE_URL', fault }];
}

function missing(given: GivenSettings, name: SettingName): Fault[] {
  return given[name] === undefined ? [{ name, fault: 'is missing' }] : [];
}

function faultsOfAddress(given: GivenSettings): Fault[] {
  return [
    ...missing(given, 'ORACLE_HOST'),
    ...faultsOfService(given),
    ...faultsOfSid(given),
    ...faultsOfPort(given.ORACLE_PORT),
  ];
}

/** What would be ignored. The default port is no contradiction: `.env.example` has it filled in. */
function faultsBesideConnectString(given: GivenSettings): Fault[] {
  const names = PARTS_OF_ADDRESS.filter((name) => given[name] !== undefined);
  const ignored = names.filter((name) => name !== 'ORACLE_PORT' || Number(given[name]) !== DEFAULT_PORT);
  const fault = 'is set beside ORACLE_CONNECT_STRING, which alone would count: unset the one that is not meant';
  return ignored.map((name) => ({ name, fault }));
}

function faultsOfService({
  ORACLE_SERVICE: service,
  ORACLE_SERVICE_NAME: alias,
  ORACLE_SID: sid,
}: GivenSettings): Fault[] {
  const name = 'ORACLE_SERVICE';
  const named = service ?? alias;
  if (named === undefined && sid === undefined) {
    return [{ name, fault: 'is missing (or ORACLE_SID, where the database is known by its SID)' }];
  }
  if (service !== undefined && alias !== undefined && service !== alias) {
    return [{ name, fault: 'differs from ORACLE_SERVICE_NAME: set only one of them' }];
  }
  return named?.length === 1 ? [{ name, fault: 'has one letter, which the driver refuses (NJS-515)' }] : [];
}

function faultsOfSid({ ORACLE_SERVICE: service, ORACLE_SERVICE_NAME: alias, ORACLE_SID: sid }: GivenSettings): Fault[] {
  const name = 'ORACLE_SID';
  if (sid === undefined) return [];
  if ((service ?? alias) !== undefined) return [{ name, fault: 'is set beside ORACLE_SERVICE: set only one of them' }];
  return /^[\w$#]+$/.test(sid) ? [] : [{ name, fault: 'is no SID, which has letters, digits, _, $ and # only' }];
}

function faultsOfPort(port: string | undefined): Fault[] {
  if (port === undefined) return [];
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  return number >= 1 && number <= 65_535 ? [] : [{ name: 'ORACLE_PORT', fault: 'is not a port number (1 to 65535)' }];
}

function faultsOfWallet(given: GivenSettings): Fault[] {
  const { ORACLE_WALLET_DIR: folder, ORACLE_WALLET_PASSWORD: password, ORACLE_CLIENT_LIB_DIR: thick } = given;
  if (folder === undefined) {
    if (password === undefined) return [];
    return [{ name: 'ORACLE_WALLET_DIR', fault: 'is missing although ORACLE_WALLET_PASSWORD is set' }];
  }
  // Thick mode reads other files, which sqlnet.ora names.
  if (thick !== undefined || existsSync(join(folder, WALLET))) return [];
  return [{ name: 'ORACLE_WALLET_DIR', fault: `has no file ${WALLET}` }];
}

const WALLET = 'ewallet.pem';
