/** Opens an Oracle source that fails, prints the code, and must then end by itself: nothing here ends the process. */
import { MigrationError } from '../../src/core/errors';
import { openOracleSource } from '../../src/oracle/source/oracle-source';

const [connectString = ''] = process.argv.slice(2);

void openOracleSource({ user: 'legacy', password: 'tiger', connectString, connectTimeoutSeconds: 2 }).catch(
  (error: unknown) => {
    process.stdout.write(error instanceof MigrationError ? error.code : String(error));
  },
);
