/** The reference application (ABIS), so that the command line works in a checkout. Yours sits beside your own entities. */
import { defineConfig } from './src/config/define-config';
import { abisEntities } from './src/entities';
import { abisMappings } from './src/mappings';

export default defineConfig({ mappings: abisMappings, entities: abisEntities });
