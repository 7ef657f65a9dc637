/** Opens an offline pack: pinned root -> trust-list key -> trust list -> pack key -> pack. Nothing in it vouches for itself. */
import { contextDigest } from './context-digest.ts';
import { type Examination, examine } from './examination.ts';
import { followRoots, thumbprint } from './follow-roots.ts';
import { clockTolerance } from './judge-key.ts';
import { decodeBase64url, type Jws, parseJws, verifyJws } from './jws.ts';
import type { PackPayload, PackStatusList } from './pack.ts';
import { asPack, asTrustList } from './pack-shape.ts';
import { inflateStatusList, statusAt } from './status-bits.ts';
import { readChanges } from './status-changes.ts';
import type { PublicKeyJwk, RootStatementPayload, TrustListPayload } from './trust-list.ts';
import type { PackMemory, StatusAnswer, StatusReference, Trusted } from './trusted.ts';
import type { Verdict } from './verdict.ts';

/** Two bits for 100 million certificates is about 2 MB compressed; the text is base64url twice. */
export const maxPackLength = 16 * 1_048_576;

export interface OpenedPack {
  trusted: Trusted;
  payload: PackPayload;
  /** To be kept and handed to the next call. */
  memory: PackMemory;
}

export interface OpenPackOptions {
  /**
   * The province's root: from the build, the configuration or the operator, never from the pack. `memory` belongs to it:
   * start without one where another root is pinned.
   */
  root: PublicKeyJwk;
  /** Unix seconds. */
  now: number;
  memory?: PackMemory;
}

/** A pack past its expiry opens, so that forgeries are still told; no certificate is `valid` by it. */
export const openPack = async (
  jws: string,
  options: OpenPackOptions,
): Promise<OpenedPack | { verdict: Verdict }> => {
  let opened: OpenedPack | undefined;
  const outcome = await examine('unknown', async (examination: Examination) => {
    opened = await readPack(examination, jws, options);
  });
  if (outcome.code === 'valid' && opened) return opened;
  // A pack that cannot be read is a bad pack, not a bad certificate.
  return {
    verdict: outcome.code === 'malformed' ? { ...(await packInvalid()), checks: outcome.checks } : outcome,
  };
};

const packInvalid = (): Promise<Verdict> =>
  examine('unknown', async (examination: Examination) => examination.check('pack', false, 'pack_invalid'));

const readPack = async (
  examination: Examination,
  text: string,
  options: OpenPackOptions,
): Promise<OpenedPack> => {
  examination.check('pack-size', typeof text === 'string' && text.length <= maxPackLength, 'pack_invalid');
  const jws = examination.found(
    'pack-readable',
    parseJws(text, 'onecert-pack+jwt', maxPackLength),
    'pack_invalid',
  );
  const payload = examination.found('pack-format', asPack(jws.payload), 'pack_invalid');
  const followed = await followRoots(examination, payload, options.root, options.memory);
  const { statement, root, nextRoot } = followed;
  const list = await readTrustList(examination, payload.trust_list, statement);
  await checkPackSignature(examination, jws, payload, list);

  const { now, memory } = options;
  const { packNumber = 0, trustListNumber = 0 } = followed.before ?? {};
  examination.check('trust-list-not-older', list.number >= trustListNumber, 'pack_invalid');
  examination.check('pack-not-older', payload.number >= packNumber, 'pack_invalid');
  const seen = Math.max(memory?.latestTime ?? 0, payload.iat, list.iat, statement.iat);
  examination.check('clock', now >= seen - clockTolerance, 'clock_wrong');

  const lists = await readStatusLists(examination, payload);
  const contexts = await readContexts(examination, payload.contexts);
  const expiresAt = Math.min(payload.exp, list.exp, statement.exp);
  return {
    trusted: {
      keys: list.keys,
      issuers: list.issuers,
      types: payload.types,
      contexts,
      statusOf: (reference, index) => answer(lists, reference, index),
      packNumber: payload.number,
      issuedAt: payload.iat,
      expiresAt,
    },
    payload,
    memory: {
      packNumber: payload.number,
      trustListNumber: list.number,
      // A clock set far ahead once must not lock the device: past the pack's own end it is not remembered.
      latestTime: Math.max(seen, now <= expiresAt ? now : 0),
      root,
      ...(nextRoot ? { nextRoot } : {}),
      statementNumber: statement.number,
    },
  };
};

const readTrustList = async (
  examination: Examination,
  text: string,
  statement: RootStatementPayload,
): Promise<TrustListPayload> => {
  const jws = examination.found(
    'trust-list-readable',
    parseJws(text, 'onecert-trust-list+jwt', maxPackLength),
    'pack_invalid',
  );
  examination.check('trust-list-signature', await verifyJws(jws, statement.trust_list_key), 'pack_invalid');
  const list = examination.found('trust-list-format', asTrustList(jws.payload), 'pack_invalid');
  // A key's name is its thumbprint, or one key could stand in for another (RFC 7638).
  const names = await Promise.all(list.keys.map(async ({ kid, jwk }) => kid === (await thumbprint(jwk))));
  const distinct = new Set(list.keys.map(({ kid }) => kid)).size === list.keys.length;
  examination.check('trust-list-key-names', distinct && names.every(Boolean), 'pack_invalid');
  return list;
};

const checkPackSignature = async (
  examination: Examination,
  jws: Jws,
  { iat }: PackPayload,
  { keys }: TrustListPayload,
): Promise<void> => {
  const key = examination.found(
    'pack-key-known',
    keys.find(({ kid, purpose }) => kid === jws.header.kid && purpose === 'pack'),
    'pack_invalid',
  );
  const usable = key.state !== 'compromised' && iat >= key.from - clockTolerance && iat <= key.to;
  examination.check('pack-key-usable', usable, 'pack_invalid');
  examination.check('pack-signature', await verifyJws(jws, key.jwk), 'pack_invalid');
};

interface InflatedList extends PackStatusList {
  bits: Uint8Array;
}

const bitsOf = async (
  { lst, size }: PackStatusList,
  format: PackPayload['format'],
): Promise<Uint8Array | undefined> => {
  if (format === 1) return inflateStatusList(lst, size);
  const changes = decodeBase64url(lst);
  return changes && readChanges(changes, size);
};

const readStatusLists = async (
  examination: Examination,
  { format, status_lists }: PackPayload,
): Promise<InflatedList[]> => {
  const inflated: InflatedList[] = [];
  for (const list of status_lists) {
    const bits = examination.found('status-list', await bitsOf(list, format), 'pack_invalid');
    inflated.push({ ...list, bits });
  }
  const names = inflated.flatMap(({ list, uri, revocation_url, suspension_url }) => [
    `${list}`,
    uri,
    revocation_url,
    suspension_url,
  ]);
  examination.check('status-lists-distinct', new Set(names).size === names.length, 'pack_invalid');
  return inflated;
};

const answer = (
  lists: InflatedList[],
  reference: StatusReference,
  index: number,
): StatusAnswer | undefined => {
  const found = lists.find((each) =>
    'list' in reference
      ? each.list === reference.list
      : [each.uri, each.revocation_url, each.suspension_url].includes(reference.uri),
  );
  const status = found && statusAt(found.bits, found.size, index);
  return status && { status, asOf: found.iat, list: found.list };
};

const readContexts = async (
  examination: Examination,
  contexts: PackPayload['contexts'],
): Promise<Record<string, unknown>> => {
  const read: [string, unknown][] = [];
  for (const [url, { sha256, document }] of Object.entries(contexts)) {
    examination.check('context-digest', (await contextDigest(document)) === sha256, 'pack_invalid');
    read.push([url, document]);
  }
  return Object.fromEntries(read);
};
