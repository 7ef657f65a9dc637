/** docs/levels-and-attributes.md from the table in levels.ts. */
import type { LevelTable } from './levels.ts';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
const tick = (there: boolean): string => (there ? 'yes' : '–');

export const writeLevels = ({ levels, attributes, items }: LevelTable): string => `# Levels and attributes

Made from \`src/registration/levels.ts\` and \`config/items\`; the same as JSON at \`/levels\`. A test fails when they part.

Two numbers, never one: **proofing** says how well the person was proved, **authenticator** how strong this sign-in was.
\`acr\` is \`urn:onecert:acr:p<proofing>a<authenticator>\`; a request is met when both numbers reach.

## Proofing levels 实名等级

${table(
  ['Level', 'Name', 'How it is reached'],
  levels.map(({ level, name, how }) => [String(level), `${name.zh} ${name.en}`, `${how.zh}。<br>${how.en}`]),
)}

A level is only ever raised; each rise is in the audit with who did it and how. Level 3 by a digital certificate
数字证书 is connected where the operator named its authorities: [digital-certificates.md](digital-certificates.md).

## Which attribute exists at which level

${table(
  ['Claim', 'Scope', 'What', 'p1', 'p2', 'p3'],
  attributes.map(({ claim, scope, name, from }) => [
    `\`${claim}\``,
    scope ? `\`${scope}\`` : '(always)',
    `${name.zh} ${name.en}`,
    tick(from <= 1),
    tick(from <= 2),
    tick(from <= 3),
  ]),
)}

Each is given only when the app asked for its scope and the person agreed. ID tokens carry no name, phone or number.
Certificates are issued from level 2 on, or from the level their type asks for.

## What each service item asks 事项

${table(
  ['Item', 'Name', 'Proofing', 'Authenticator'],
  items.map(({ code, name, proofing, authenticator }) => [
    `\`${code}\``,
    `${name.zh} ${name.en}`,
    String(proofing),
    String(authenticator),
  ]),
)}
`;
