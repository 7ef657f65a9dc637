import type { SamplePerson } from '../credentials/index.ts';
import type { LoadedPerson } from './load-sample-province.ts';
import type { SampleApp } from './start-sample-apps.ts';

/**
 * What the first lines say: where to go and as whom. Names and login names only on a terminal: what goes into a file
 * (a log) carries the short ids, whose people stand in the README.
 */
export const greeting = (input: {
  kind: 'province' | 'sandbox';
  baseUrl: string;
  apps: SampleApp[];
  loaded: LoadedPerson[] | undefined;
  people: SamplePerson[];
  dataDir: string;
  terminal: boolean;
}): string => {
  const lines = [
    '',
    `  OneCert 一证通${input.kind === 'sandbox' ? ' sandbox 沙箱' : ''} is ready`,
    '',
    `  wallet 卡包          ${input.baseUrl}/wallet/`,
    `  counter 窗口         ${input.baseUrl}/counter/`,
    `  console 工作台       ${input.baseUrl}/console/`,
    `  for developers       ${input.baseUrl}/developers`,
    ...input.apps.map(({ id, url }) => `  ${`sample app ${id}`.padEnd(20)} ${url}`),
  ];
  if (input.loaded) {
    lines.push('', '  Sign in as one of the invented people (passwords were made just now):', '');
    for (const { id, password } of input.loaded) {
      const person = input.people.find((candidate) => candidate.id === id);
      const who = input.terminal && person ? `${person.phone}  ${person.name}, ${person.role.en}` : '';
      lines.push(`    ${id.padEnd(8)} ${password}  ${who}`.trimEnd());
    }
    lines.push('', `  Kept in ${input.dataDir}/sample-people.json; login names are in README.md.`);
  } else if (input.people.length > 0) {
    lines.push('', `  Sample people and their passwords: README.md and ${input.dataDir}/sample-people.json`);
  }
  return `${lines.join('\n')}\n\n`;
};

/** Said once the sandbox beside a province is ready. */
export const sandboxGreeting = (sandbox: { baseUrl: string; dataDir: string }): string =>
  [
    `  sandbox 沙箱         ${sandbox.baseUrl}`,
    `    nothing there is real; passwords: ${sandbox.dataDir}/sample-people.json; off: ONECERT_SANDBOX=false`,
    '',
    '',
  ].join('\n');
