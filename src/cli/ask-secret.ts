import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Confirm } from '../ceremony/index.ts';
import { UsageError } from './output.ts';

let lines: AsyncIterator<string> | undefined;

/** One line that is not shown while it is typed; from a pipe the next line of standard input. */
export const askSecret = async (question: string): Promise<string> => {
  process.stderr.write(question);
  if (!process.stdin.isTTY) {
    lines ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    process.stderr.write('\n');
    if (done) throw new UsageError('standard input ended');
    return value;
  }
  const nowhere = new Writable({ write: (_chunk, _encoding, next) => next() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      terminal.once('line', resolve);
      terminal.once('SIGINT', () => reject(new UsageError('stopped')));
    });
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
};

/** Shows one of two persons what she confirms. */
export const askPassphrase: Confirm = (person, plan) => {
  process.stderr.write(`\n${plan.text}plan       sha256 ${plan.sha256}\n\n`);
  return askSecret(`${person.name}, ${person.office}: your passphrase confirms this plan: `);
};
