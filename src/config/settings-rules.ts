import type { Fault } from './config-errors';
import type { GivenSettings, SettingName } from './setting-names';

/** What is missing or wrong in the settings of the legacy database, the password excepted (it may be asked for). */
export function faultsOfSource(given: GivenSettings): Fault[] {
  return [
    ...missing(given, 'ORACLE_USER'),
    ...(given.ORACLE_CONNECT_STRING === undefined ? faultsOfAddress(given) : []),
    ...faultsOfPort(given.ORACLE_PORT),
    ...faultsOfWallet(given),
  ];
}

/** What is missing or wrong in the settings of the target. */
export function faultsOfTarget(given: GivenSettings): Fault[] {
  const url = given.DATABASE_URL;
  if (url === undefined) return missing(given, 'DATABASE_URL');
  if (!/^postgres(ql)?:\/\//.test(url)) return [{ name: 'DATABASE_URL', fault: 'does not begin with postgres://' }];
  if (!URL.canParse(url)) return [{ name: 'DATABASE_URL', fault: `is not a URL: ${ESCAPE}` }];
  if (new URL(url).pathname.length < 2) return [{ name: 'DATABASE_URL', fault: 'names no database' }];
  return [];
}

const ESCAPE = 'write special characters of the password as %40 (@), %2F (/), %23 (#), %3A (:)';

function missing(given: GivenSettings, name: SettingName): Fault[] {
  return given[name] === undefined ? [{ name, fault: 'is missing' }] : [];
}

function faultsOfAddress(given: GivenSettings): Fault[] {
  const { ORACLE_SERVICE: service, ORACLE_SERVICE_NAME: alias } = given;
  const faults = missing(given, 'ORACLE_HOST');
  if (service === undefined && alias === undefined) faults.push({ name: 'ORACLE_SERVICE', fault: 'is missing' });
  if (service !== undefined && alias !== undefined && service !== alias) {
    faults.push({ name: 'ORACLE_SERVICE', fault: 'differs from ORACLE_SERVICE_NAME: set only one of them' });
  }
  if ((service ?? alias)?.length === 1) {
    faults.push({ name: 'ORACLE_SERVICE', fault: 'has one letter, which the driver refuses (NJS-515)' });
  }
  return faults;
}

function faultsOfPort(port: string | undefined): Fault[] {
  if (port === undefined) return [];
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  return number >= 1 && number <= 65_535 ? [] : [{ name: 'ORACLE_PORT', fault: 'is not a port number (1 to 65535)' }];
}

function faultsOfWallet(given: GivenSettings): Fault[] {
  if (given.ORACLE_WALLET_PASSWORD === undefined || given.ORACLE_WALLET_DIR !== undefined) return [];
  return [{ name: 'ORACLE_WALLET_DIR', fault: 'is missing although ORACLE_WALLET_PASSWORD is set' }];
}
