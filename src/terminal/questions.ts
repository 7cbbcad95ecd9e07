import type * as Prompts from '@inquirer/prompts';
import { MigrationError } from '../core/errors';
import { visible } from '../core/words/visible';
import { isInteractive, type Streams } from './streams';
import type { Ui } from '../app/ui';

export interface QuestionOptions {
  readonly streams: Streams;
  /** `yes`: `--yes` was given; `machine`: the output is read by a program (`--json`). */
  readonly answers: 'operator' | 'yes' | 'machine';
  readonly signal: AbortSignal;
}

/** The questions of a command. Without a terminal a secret is null and a confirmation is refused. */
export function questions({ streams, answers, signal }: QuestionOptions): Pick<Ui, 'askSecret' | 'confirm'> {
  const askable = isInteractive(streams) && answers !== 'machine';
  const context = { input: streams.stdin, output: streams.stdout, signal };
  return {
    askSecret: (message) =>
      askable
        ? answered(prompts().password({ message: visible(message), mask: false }, context))
        : Promise.resolve(null),
    confirm: async (message) => {
      if (answers === 'yes') return;
      if (!askable) throw confirmationNeeded(message);
      if (!(await answered(prompts().confirm({ message: visible(message), default: false }, context))))
        throw declined(message);
    },
  };
}

/** Loads the prompts only when a question is asked, and at once, so that the prompt listens as soon as it is asked for. */
function prompts(): typeof Prompts {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would come back later
  return require('@inquirer/prompts') as typeof Prompts;
}

/** The prompt ends by an exception of its own when Ctrl-C is pressed in it. */
async function answered<T>(prompt: Promise<T>): Promise<T> {
  try {
    return await prompt;
  } catch (error) {
    if (error instanceof Error && PROMPT_ENDED.includes(error.name)) throw interruptedPrompt();
    throw error;
  }
}

const PROMPT_ENDED = ['ExitPromptError', 'AbortPromptError'];

function confirmationNeeded(question: string): MigrationError {
  return new MigrationError('CONFIRMATION_NEEDED', `nobody can be asked: ${question}`, {
    hint: 'Run it on a terminal, or add --yes when the answer is yes.',
  });
}

function declined(question: string): MigrationError {
  return new MigrationError('CONFIRMATION_NEEDED', `not confirmed: ${question}`, {
    hint: 'Nothing was changed. Run it again and answer yes to go on.',
  });
}

function interruptedPrompt(): MigrationError {
  return new MigrationError('INTERRUPTED', 'interrupted before an answer was given', {
    hint: 'Nothing was changed. Run it again.',
  });
}
