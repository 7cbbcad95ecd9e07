import type { EventTable } from '../core/run/events';
import { upgradedText } from '../core/run/ledger-version';
import { visible } from '../core/words/visible';
import { finishedLine, issueText, startedLine } from './wording';

/** By which a printer may choose a colour. */
export type Tone = 'plain' | 'error' | 'warning' | 'info';

type SpokenEvent = 'run:started' | 'ledger:upgraded' | 'issue' | 'notice' | 'entity:finished';

/** What every progress on a terminal or a pipe says in the same words, a line for each event. */
export function spoken(say: (line: string, tone: Tone) => void): Required<Pick<EventTable, SpokenEvent>> {
  return {
    'run:started': (facts) => {
      say(startedLine(facts), 'plain');
    },
    'ledger:upgraded': (facts) => {
      say(`note  ${upgradedText(facts)}`, 'plain');
    },
    issue: (facts) => {
      say(issueText(facts), facts.level);
    },
    notice: ({ message }) => {
      say(`note  ${visible(message)}`, 'plain');
    },
    'entity:finished': (facts) => {
      say(finishedLine(facts), facts.state === 'complete' ? 'plain' : 'error');
    },
  };
}
