import { defineConfig } from 'cutover';
import { orders } from './src/order.mapping';

export default defineConfig({ mappings: [orders] });
