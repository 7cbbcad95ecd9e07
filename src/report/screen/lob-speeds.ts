import type { LobsRead } from '../../core/run/lob-speed';

const MEGABYTE = 1_000_000;

/** How fast large values were read, a line for each class of which there was any. */
export function lobLines(lobs: readonly LobsRead[]): string[] {
  return lobs.map(({ class: name, bytes, seconds }) => {
    const megabytes = bytes / MEGABYTE;
    const speed = seconds > 0 ? `${(megabytes / seconds).toFixed(1)} MB/s` : 'too short to tell a speed';
    return `read  ${name}: ${megabytes.toFixed(3)} MB in ${seconds.toFixed(2)} s of waiting, ${speed}`;
  });
}
