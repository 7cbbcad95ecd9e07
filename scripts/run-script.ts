/** Runs a script: its exit code is what `main` resolves to, 0 where that is nothing; an error that it does not catch is printed, as `worded` puts it, and ends it with 70. */
export function runScript(
  main: (argv: readonly string[]) => Promise<number | undefined>,
  worded: (error: unknown) => unknown = (error) => error,
): void {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code ?? 0;
    },
    (error: unknown) => {
      console.error(worded(error));
      process.exitCode = 70;
    },
  );
}
