/** What a ceremony can do. Each operation has its schema, its line of the plan, and one output that is public. */
import { z } from 'zod';
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { type KeyRecord, type Keyring, verifyJws } from '../keyring/index.ts';
import { signRootStatement } from '../trust/index.ts';
import type { PublicKeyJwk, RootStatementPayload } from '../verifier/core/index.ts';
import { day, dayStart, fileName, text } from './schema.ts';

const window = { valid_from: day.optional(), valid_until: day, out: fileName };

const rootSchema = z.strictObject({ operation: z.enum(['root', 'next-root']), ...window });
const keySchema = z.strictObject({
  operation: z.literal('key'),
  purpose: z.enum(['trust-list', 'certificate', 'status', 'pack', 'login', 'audit', 'document-ca']),
  owner: z.string().regex(/^[a-z0-9-]{1,64}$/),
  alg: z.enum(['ES256', 'EdDSA', 'RS256']),
  ...window,
});
const statementSchema = z.strictObject({
  operation: z.literal('root-statement'),
  number: z.int().positive(),
  /** Public JWK of the trust-list key: an output above, or an input. */
  trust_list_key: text,
  ...window,
});

export const operationSchema = z.discriminatedUnion('operation', [rootSchema, keySchema, statementSchema]);
export type Operation = z.infer<typeof operationSchema>;

export interface OperationContext {
  keyring: Keyring;
  clock: Clock;
  baseUrl: string;
  /** The day of the ceremony: what begins on no day of its own begins then. */
  date: string;
  /** A public file by name: an output written before, or an input with its hash. */
  read(name: string): string;
}

export interface OperationResult {
  /** What is written to `out`. */
  content: string;
  /** The key it made. */
  key?: KeyRecord;
}

interface OperationKind<O extends Operation> {
  /** What it will do, from the file alone. */
  plan(operation: O, date: string): string;
  run(operation: O, context: OperationContext): Promise<OperationResult>;
  /** Throws unless the output, read back, is what it should be. */
  verify(operation: O, content: string, context: OperationContext): Promise<void>;
}

const daySeconds = 86_400;

const windowOf = (operation: { valid_from?: string; valid_until: string }, date: string) => {
  const from = operation.valid_from ?? date;
  const days = (dayStart(operation.valid_until) - dayStart(from)) / daySeconds;
  if (days < 1)
    throw new ServiceError('invalid_request', {
      detail: `from ${from} until ${operation.valid_until} is no time`,
    });
  return { from, days, notBefore: dayStart(from) };
};

const span = (operation: { valid_from?: string; valid_until: string }, date: string): string =>
  `from ${windowOf(operation, date).from} until ${operation.valid_until}`;

const publicFile = ({ publicJwk }: KeyRecord): string => `${JSON.stringify(publicJwk, null, 2)}\n`;

/** The record the keyring has, read again from its folder, is the key that was written out. */
const verifyKey = async (content: string, { keyring }: OperationContext): Promise<void> => {
  const { kid } = JSON.parse(content) as { kid: string };
  await keyring.reload();
  const record = keyring.find(kid);
  if (!record || publicFile(record) !== content) throw new Error(`key ${kid} is not in the keys folder`);
};

const refuse = (detail: string): never => {
  throw new ServiceError('conflict', { detail });
};

const makeRoot: OperationKind<z.infer<typeof rootSchema>> = {
  plan: (operation, date) => `make the ${operation.operation}, ES256, ${span(operation, date)}`,
  async run(operation, { keyring, date }) {
    const standby = operation.operation === 'next-root';
    const state = standby ? 'standby' : 'active';
    if (keyring.all().some((key) => key.purpose === 'root' && key.state === state))
      refuse(`the keys folder has a ${operation.operation} already`);
    const { days, notBefore } = windowOf(operation, date);
    const owner = 'province';
    const key = await keyring.create({
      purpose: 'root',
      owner,
      alg: 'ES256',
      days,
      notBefore,
      standby,
      actor,
    });
    return { content: publicFile(key), key };
  },
  verify: (_, content, context) => verifyKey(content, context),
};

const makeKey: OperationKind<z.infer<typeof keySchema>> = {
  plan: (operation, date) =>
    `make a ${operation.purpose} key of ${operation.owner}, ${operation.alg}, ${span(operation, date)}`,
  async run(operation, { keyring, date }) {
    const { purpose, owner, alg } = operation;
    if ((purpose === 'certificate') === (owner === 'province'))
      refuse(`a ${purpose} key is ${purpose === 'certificate' ? 'a department’s' : 'the province’s'}`);
    const { days, notBefore } = windowOf(operation, date);
    const key = await keyring.create({ purpose, owner, alg, days, notBefore, actor });
    return { content: publicFile(key), key };
  },
  verify: (_, content, context) => verifyKey(content, context),
};

const actor = 'ceremony';

const signStatement: OperationKind<z.infer<typeof statementSchema>> = {
  plan: (operation, date) =>
    `sign root statement ${operation.number} that names the trust-list key of ${operation.trust_list_key}, ${span(operation, date)}`,
  async run(operation, { keyring, clock, baseUrl, date, read }) {
    const trustListKey = JSON.parse(read(operation.trust_list_key)) as PublicKeyJwk;
    if (trustListKey.kty !== 'EC' || trustListKey.crv !== 'P-256' || !trustListKey.kid || 'd' in trustListKey)
      refuse(`${operation.trust_list_key} is not the public ES256 key of a trust list`);
    const { notBefore } = windowOf(operation, date);
    // A statement of today begins now; one signed ahead begins on its day.
    const validFrom = Math.max(notBefore, seconds(clock));
    const validUntil = dayStart(operation.valid_until);
    const { number } = operation;
    const jws = await signRootStatement({
      keyring,
      clock,
      baseUrl,
      number,
      trustListKey,
      validFrom,
      validUntil,
    });
    return { content: `${jws}\n` };
  },
  async verify(operation, content, { keyring, baseUrl }) {
    const root = keyring.active('root', 'province', 'ES256').publicJwk;
    const payload = (await verifyJws(content.trim(), root, 'onecert-root+jwt')) as
      | RootStatementPayload
      | undefined;
    if (payload?.number !== operation.number || payload.iss !== baseUrl || payload.root.kid !== root.kid)
      throw new Error(`root statement ${operation.number} does not verify`);
  },
};

const kinds = { root: makeRoot, 'next-root': makeRoot, key: makeKey, 'root-statement': signStatement };

/** The one kind that goes with an operation; the schema has told them apart. */
export const kindOf = (operation: Operation): OperationKind<Operation> =>
  kinds[operation.operation] as OperationKind<Operation>;
