import type { Issue } from '../../../../src/core/issues';
import { issuesReport } from '../../../../src/report/screen/issues';

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

  it.each([
    ['that of a database that does not answer', 'SOURCE_UNREACHABLE', 69],
    ['that of a refused login', 'TARGET_LOGIN_REFUSED', 77],
    ['that of the pre-flight for any other finding', 'toString', 65],
  ])('ends with %s', (_case, code, exitCode) => {
    const unreachable = { ...issue('error'), code };
    expect(issuesReport([issue('warning'), unreachable, issue('error')]).exitCode).toBe(exitCode);
  });

  it('does not call ready what was not looked at', () => {
    expect(issuesReport([], 'at connections').output).toBe(
      '0 errors, 0 warnings. Both databases answer; nothing else was looked at. Look at all with: cutover check\n',
    );
    expect(issuesReport([issue('error')], 'at connections').output).toContain('Not ready');
  });

  it('is ready without errors', () => {
    expect(issuesReport([issue('warning')])).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('Ready') as string,
    });
  });
});
