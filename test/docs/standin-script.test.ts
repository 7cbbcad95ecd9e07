import { textOf } from '../support/source-files';

describe('docs/STANDIN.md', () => {
  it('shows the script that starts the stand-in for a project, as it is', () => {
    expect(textOf('docs/STANDIN.md')).toContain(`\`\`\`ts\n${textOf('scripts/orders-standin.ts')}\`\`\`\n`);
  });
});
