import type { Client } from 'pg';
import { endBackend, type Backend } from './backend';

/**
 * Backends whose sessions were given up, or have broken off and could not be ended then. They may hold the fence of a chunk or the
 * lanes' lock, or commit still: each is ended before a new session does any work.
 */
export class GivenUp {
  #backends: Backend[] = [];

  constructor(private readonly onAdd: () => void = () => undefined) {}

  get some(): boolean {
    return this.#backends.length > 0;
  }

  add(backend: Backend): void {
    this.#backends.push(backend);
    this.onAdd();
  }

  /** Throws TARGET_UNREACHABLE where one does not end. */
  async endAll(client: Client): Promise<void> {
    for (const backend of [...this.#backends]) {
      await endBackend(client, backend);
      this.#backends = this.#backends.filter((one) => one !== backend);
    }
  }
}
