import { textOf } from '../support/source-files';

const compiled = textOf('test/types/mapping-words.types.ts');

/** The examples of docs/MAPPINGS.md that follow the first, which stands for itself. */
const examples = [...textOf('docs/MAPPINGS.md').matchAll(/```ts\n([^]*?)```/g)].map(([, code = '']) => code).slice(1);

describe('the examples of docs/MAPPINGS.md', () => {
  it.each(examples.map((example) => [example]))('compile: %s', (example) => {
    for (const part of example.split('\n\n')) expect(compiled).toContain(part.trim());
  });
});
