import type { Issue } from '../../../src/core/issues';
import { issuesReport } from '../../../src/report/issues';

const issue = (level: Issue['level']): Issue => ({
  code: 'A_CODE',
  level,
  message: 'is so',
  subject: level,
  hint: 'Do it.',
});

describe('issuesReport', () => {
  it('puts the worst first and counts them', () => {
    const { output, exitCode } = issuesReport([issue('info'), issue('warning'), issue('error')]);
    expect(output).toBe(
      [
        'error    A_CODE  error: is so',
        '         Do it.',
        'warning  A_CODE  warning: is so',
        '         Do it.',
        'info     A_CODE  info: is so',
        '         Do it.',
        '1 error, 1 warning. Not ready: correct the errors above.',
        '',
      ].join('\n'),
    );
    expect(exitCode).toBe(65);
  });

  it('is ready without errors', () => {
    expect(issuesReport([issue('warning')])).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('Ready') as string,
    });
  });
});
