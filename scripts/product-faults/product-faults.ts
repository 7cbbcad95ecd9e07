import { buildSnapshot } from '../snapshot-build';
import { FAULTS, type ProductFault } from './faults';
import { foundBy, runFault, type CommandResult, type FaultResult } from './run-fault';
import { CONFIG, startFaultWorld } from './world';

export interface ProductFaultsOptions {
  readonly choose: (fault: ProductFault) => boolean;
  readonly onResult?: (result: FaultResult) => void;
}

/** Runs the product with each of the chosen faults in it, beside the sound one. */
export async function productFaults({ choose, onResult }: ProductFaultsOptions): Promise<FaultResult[]> {
  const build = await buildSnapshot();
  try {
    const world = await startFaultWorld();
    try {
      const config = await build.include(CONFIG);
      const at = { build, config };
      const sound = new Map<string, CommandResult[]>();
      const results: FaultResult[] = [];
      for (const fault of FAULTS.filter(choose)) {
        const steps = fault.steps?.join('\n') ?? '';
        const without = sound.get(steps) ?? (await runFault(world, at, { ...fault, name: 'none', edits: [] }));
        const failing = without.filter(({ exitCode }, index) => exitCode !== (fault.exitCodes?.[index] ?? 0));
        if (failing.length > 0) throw new RangeError(`the sound product fails: ${JSON.stringify(failing)}`);
        sound.set(steps, without);
        const result = { fault: fault.name, ...foundBy(await runFault(world, at, fault), without) };
        onResult?.(result);
        results.push(result);
      }
      return results;
    } finally {
      await world.stop();
    }
  } finally {
    await build.remove();
  }
}
