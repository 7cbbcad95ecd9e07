import type { TableMapping } from '../core/mapping/table-mapping';
import { carriers } from './carriers';
import { coils } from './coils';
import { customers } from './customers';
import { jobs } from './jobs';
import { lines } from './lines';
import { qaResults } from './qa-results';
import { shipments } from './shipments';
import { skids } from './skids';

/** The reference mappings, parents before their children. */
export const abisMappings: readonly TableMapping[] = [
  carriers,
  lines,
  customers,
  coils,
  jobs,
  skids,
  qaResults,
  shipments,
];
