import type { KeyRecord } from '../keyring/index.ts';

/** What was done, by whom, with what, when: binds the reviewed file, the software, every key and every output. */
export interface Transcript {
  format: 1;
  title: string;
  software: string;
  node: string;
  input: { file: string; sha256: string };
  plan_sha256: string;
  /** Who confirmed the plan, in that order. */
  persons: { name: string; office: string; confirmed_at: string }[];
  started_at: string;
  ended_at: string;
  keys: (Pick<KeyRecord, 'kid' | 'alg' | 'purpose' | 'owner' | 'publicJwk' | 'state'> & {
    valid_from: string;
    valid_until: string;
    held_in: 'file' | 'pkcs11';
  })[];
  outputs: { file: string; bytes: number; sha256: string }[];
  /** Thumbprint of the root that signed the `.jwt` of this; absent when none was at hand. */
  signed_by?: string;
}

/** The same for people, to be printed and signed by hand. */
export const transcriptText = (transcript: Transcript): string =>
  [
    `${transcript.title}`,
    '',
    `file      ${transcript.input.file}  sha256 ${transcript.input.sha256}`,
    `plan      sha256 ${transcript.plan_sha256}`,
    `software  ${transcript.software}, Node ${transcript.node}`,
    `time      ${transcript.started_at} to ${transcript.ended_at}`,
    '',
    ...transcript.persons.map(
      ({ name, office, confirmed_at }) => `present   ${name}, ${office}: confirmed ${confirmed_at}`,
    ),
    '',
    ...transcript.keys.flatMap((key) => [
      `key       ${key.kid}`,
      `          ${key.purpose} of ${key.owner}, ${key.alg}, ${key.state}, ${key.valid_from} to ${key.valid_until}, held in ${key.held_in}`,
      `          ${JSON.stringify(key.publicJwk)}`,
    ]),
    '',
    ...transcript.outputs.map(
      ({ file, bytes, sha256 }) => `output    ${file}  ${bytes} bytes  sha256 ${sha256}`,
    ),
    '',
    transcript.signed_by
      ? `signed    by the root ${transcript.signed_by}, times included (the .jwt beside this page)`
      : 'signed    by hand only: no root was at hand',
    '',
    'Signatures:',
    '',
    ...transcript.persons.map(({ name }) => `${name}  ______________________________`),
    '',
  ].join('\n');
