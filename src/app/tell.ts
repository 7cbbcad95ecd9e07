import type { Emit } from '../core/run/events';

/** What is waited for becomes a notice, on the terminal and in the log. */
export function tellBy(emit: Emit): (message: string) => void {
  return (message) => {
    emit('notice', { message });
  };
}
