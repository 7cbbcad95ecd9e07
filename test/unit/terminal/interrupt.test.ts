import { EventEmitter } from 'node:events';
import { onInterrupt } from '../../../src/terminal/interrupt';

function interrupted() {
  const signals = new EventEmitter();
  const told: string[] = [];
  const interrupt = onInterrupt({
    signals,
    onFirst: () => told.push('first'),
    onSecond: () => told.push('second'),
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

  it('does at the second what must not be left undone, and waits for it; not at the third', async () => {
    const { signals, told, beforeKilled } = interrupted();
    let done = (): void => undefined;
    beforeKilled(() => new Promise<void>((resolve) => (done = resolve)));
    beforeKilled(() => Promise.reject(new Error('lost')));
    signals.emit('SIGINT');
    signals.emit('SIGINT');
    expect(told).toEqual(['first', 'second']);
    done();
    await new Promise(setImmediate);
    expect(told).toEqual(['first', 'second', 'exit 130']);
    signals.emit('SIGINT');
    expect(told.slice(3)).toEqual(['exit 130']);
  });

  it('waits for nothing that was taken off again', () => {
    const { signals, told, beforeKilled } = interrupted();
    beforeKilled(() => new Promise<void>(() => undefined))();
    signals.emit('SIGINT');
    signals.emit('SIGTERM');
    expect(told).toEqual(['first', 'exit 130']);
  });

  it('gives the signals back', () => {
    const { signals, release } = interrupted();
    release();
    expect(signals.eventNames()).toEqual([]);
  });
});
