import { questions, type QuestionOptions } from '../../../src/terminal/questions';
import { captured } from '../../support/command-world';

function asking(isTTY: boolean, answers: QuestionOptions['answers'] = 'operator') {
  const streams = { stdin: captured({ isTTY }), stdout: captured({ isTTY }), stderr: captured() };
  const { signal } = new AbortController();
  return { ...streams, ...questions({ streams, answers, signal }) };
}

describe('questions', () => {
  it('has nobody to ask without a terminal, or when a program reads the output', async () => {
    for (const { askSecret, confirm } of [asking(false), asking(true, 'machine')]) {
      expect(await askSecret('Password')).toBeNull();
      await expect(confirm('Go on?')).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' });
    }
  });

  it('asks nothing after --yes', async () => {
    const { confirm, stdout } = asking(true, 'yes');
    await confirm('Go on?');
    expect(stdout.text()).toBe('');
  });

  it('reads a password without echo', async () => {
    const { askSecret, stdin, stdout } = asking(true);
    const answer = askSecret('Password');
    stdin.write('planted-secret\n');
    expect(await answer).toBe('planted-secret');
    expect(stdout.text()).toContain('Password');
    expect(stdout.text()).not.toContain('planted-secret');
  });

  it('goes on after a yes and refuses after a no', async () => {
    const yes = asking(true);
    const agreed = yes.confirm('Go on?');
    yes.stdin.write('y\n');
    await agreed;
    const no = asking(true);
    const refused = no.confirm('Go on?');
    no.stdin.write('\n');
    await expect(refused).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' });
  });

  it('says INTERRUPTED for a Ctrl-C in the question', async () => {
    const { confirm, stdin } = asking(true);
    const answer = confirm('Go on?');
    stdin.write('\u0003');
    await expect(answer).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
