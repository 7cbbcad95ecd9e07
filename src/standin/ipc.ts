import type { Faults } from './contract/faults';
import type { StandinOptions } from './server';

/** What the parent tells the stand-in's process. Over IPC, never in arguments: there are passwords in it. */
export type ParentMessage =
  | { readonly kind: 'start'; readonly options: StandinOptions }
  | { readonly kind: 'faults'; readonly id: number; readonly faults: Faults }
  | { readonly kind: 'stop' };

/** What the process answers. */
export type ChildMessage =
  | { readonly kind: 'started'; readonly host: string; readonly port: number }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'faults-set'; readonly id: number };
