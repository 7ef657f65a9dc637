import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Trust } from '../trust/index.ts';
import {
  openPack,
  type PublicKeyJwk,
  type Trusted,
  type Verdict,
  type VerifyOptions,
  verdict,
  verify,
} from '../verifier/core/index.ts';
import type { Dependencies } from './dependencies.ts';
import { getRecord } from './find-certificates.ts';
import { findLoggedCopy } from './find-logged-copy.ts';
import type { OfflinePack } from './offline-pack/offline-pack.ts';
import { idOfEntry } from './status/status-value.ts';

/** What is asked of the holder's proof, if anything; `now` only to give the same answer again a moment later. */
export type AskedProof = Partial<
  Pick<VerifyOptions, 'keyBinding' | 'sessionTranscript' | 'now' | 'nonce' | 'seen' | 'firstCode'>
>;
export type JudgeOnline = (credential: string, proof?: AskedProof) => Promise<Verdict>;

/**
 * The online answer. It judges with the pack of this moment, exactly as a counter does, and then says what only the
 * record knows: that an ended certificate ended because a newer one took its place (CRD-3), and that a copy by a stolen key
 * was logged before it was signed, so that the thief cannot have made it.
 */
export const createJudgeOnline = (
  deps: Pick<Dependencies, 'store' | 'clock' | 'formats'> & { trust: Trust; offlinePack: OfflinePack },
): JudgeOnline => {
  let kept: { etag: string; trusted: Trusted } | undefined;
  const trustedNow = async (): Promise<Trusted> => {
    const { jws, etag } = await deps.offlinePack();
    if (kept?.etag === etag) return kept.trusted;
    const root = deps.trust.rootPublicJwk() as unknown as PublicKeyJwk;
    const opened = await openPack(jws, { root, now: seconds(deps.clock) });
    if (!('trusted' in opened)) throw new ServiceError('key_unavailable');
    kept = { etag, trusted: opened.trusted };
    return opened.trusted;
  };
  const isSuperseded = async ({ list, index }: { list: number; index: number }): Promise<boolean> => {
    const entry = await deps.store.statusEntries.get(idOfEntry(list, index));
    if (entry?.superseded) return true;
    const certificate = entry && (await getRecord(deps.store, entry.certificate));
    if (!certificate) return false;
    return (
      certificate.supersededBy !== undefined ||
      (await deps.store.superseded.get(certificate.identifier)) !== undefined
    );
  };
  /** As if no key had been stolen, for a copy whose digest was logged; undefined for what only a thief can have made. */
  const judgeLogged = async (credential: string, trusted: Trusted, options: VerifyOptions) => {
    const keys = trusted.keys.map((key) => ({ ...key, state: 'retired' as const }));
    const judged = await verify(credential, { ...trusted, keys }, options);
    const logged = judged.statusEntry && (await findLoggedCopy(deps, credential, judged.statusEntry));
    return logged && { ...judged, checks: [...judged.checks, { name: 'digest-logged-before', ok: true }] };
  };
  return async (credential, proof = {}) => {
    const [trusted, options] = [await trustedNow(), { now: seconds(deps.clock), ...proof }];
    const offline = await verify(credential, trusted, options);
    const judged =
      (offline.code === 'key_compromised' && (await judgeLogged(credential, trusted, options))) || offline;
    if (judged.code !== 'revoked' || !judged.statusEntry || !(await isSuperseded(judged.statusEntry)))
      return judged;
    const { code: _code, outcome: _outcome, sentence: _sentence, advice: _advice, ...known } = judged;
    return verdict('superseded', known);
  };
};
