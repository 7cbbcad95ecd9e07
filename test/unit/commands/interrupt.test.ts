import { EventEmitter } from 'node:events';
import { onInterrupt } from '../../../src/commands/interrupt';

function interrupted() {
  const signals = new EventEmitter();
  const told: string[] = [];
  const interrupt = onInterrupt({
    signals,
    onFirst: () => told.push('first'),
    exit: (code) => told.push(`exit ${code}`),
  });
  return { signals, told, ...interrupt };
}

describe('onInterrupt', () => {
  it.each(['SIGINT', 'SIGTERM'])('aborts at the first %s and ends the process at the second', (name) => {
    const { signals, told, signal } = interrupted();
    signals.emit(name);
    expect([signal.aborted, told]).toEqual([true, ['first']]);
    signals.emit('SIGINT');
    expect(told).toEqual(['first', 'exit 130']);
  });

  it('gives the signals back', () => {
    const { signals, release } = interrupted();
    release();
    expect(signals.eventNames()).toEqual([]);
  });
});
