/** Runs a script: its exit code is what `main` resolves to; an error that it does not catch is printed, as `told` puts it, and ends it with 70. */
export function runScript(
  main: (argv: readonly string[]) => Promise<number>,
  told: (error: unknown) => unknown = (error) => error,
): void {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(told(error));
      process.exitCode = 70;
    },
  );
}
