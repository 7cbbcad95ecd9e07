import { Carrier } from './carrier';
import { Coil } from './coil';
import { Customer } from './customer';
import { Job } from './job';
import { Line } from './line';
import { QaResult } from './qa-result';
import { Shipment } from './shipment';
import { Skid } from './skid';

/** The reference application's entities, for a TypeORM DataSource. */
export const abisEntities = [Carrier, Line, Customer, Coil, Job, Skid, QaResult, Shipment];
