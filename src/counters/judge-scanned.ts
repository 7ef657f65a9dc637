/**
 * A scanned code judged where there is a network (ZLB-2): once in the province, though the same counter gets the same answer
 * for ten seconds, since scan guns type a code twice.
 */
import { createHash } from 'node:crypto';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { FirstCode, Verdict } from '../verifier/core/index.ts';
import { verdict } from '../verifier/core/index.ts';
import type { Asking, CounterContext } from './context.ts';
import { opaqueId } from './opaque-id.ts';

export interface Judged {
  look: string;
  verdict: Verdict;
  alreadyUsed: boolean;
  /** The same counter had this answer a moment ago. */
  repeated: boolean;
}

interface Scan {
  look: string;
  at: number;
}

const sameSeconds = 10;
/** Longer than a code can be believed: 60 s old, 30 s ahead. */
const usedSeconds = 180;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

export const judgeScanned = async (
  context: CounterContext,
  { counter }: Asking,
  input: { text: string; nonce?: string | undefined },
): Promise<Judged> => {
  const now = seconds(context.clock);
  const scanKey = `counter-scan:${counter.id}:${sha256(`${input.nonce ?? ''}|${input.text.trim()}`)}`;
  const before = await readScan(context, scanKey, now);
  const scan: Scan = before ?? { look: opaqueId('cl'), at: now };
  const firstKey = `counter-first:${counter.id}`;
  const first = await context.ephemeral.get(firstKey);
  let code: string | undefined;
  const judged = await context.credentials.judgeOnline(input.text, {
    now: scan.at,
    ...(input.nonce === undefined ? {} : { nonce: Buffer.from(input.nonce, 'hex') }),
    ...(first === undefined ? {} : { firstCode: JSON.parse(first) as FirstCode }),
    // Asked last of all checks: the code that would now be accepted.
    seen: {
      add(key) {
        code = key;
        return true;
      },
    },
  });
  if (judged.firstCode) await context.ephemeral.set(firstKey, JSON.stringify(judged.firstCode), usedSeconds);
  const answer = { look: scan.look, repeated: before !== undefined };
  if (code !== undefined && !(await isOurs(context, { code, scan, judged })))
    return { ...answer, verdict: replayed(judged), alreadyUsed: true };
  await context.ephemeral.set(scanKey, JSON.stringify(scan), sameSeconds);
  return { ...answer, verdict: judged, alreadyUsed: false };
};

const readScan = async (
  { ephemeral }: CounterContext,
  key: string,
  now: number,
): Promise<Scan | undefined> => {
  const kept = await ephemeral.get(key);
  const scan = kept === undefined ? undefined : (JSON.parse(kept) as Scan);
  return scan && now - scan.at <= sameSeconds ? scan : undefined;
};

/** Uses the code up for this look. By (cti, iat), never by the signature's bytes. Closed when it cannot be remembered. */
const isOurs = async (
  { ephemeral }: CounterContext,
  { code, scan, judged }: { code: string; scan: Scan; judged: Verdict },
): Promise<boolean> => {
  try {
    // A memory that began after the code was made cannot tell whether it was used.
    if ((judged.madeAt ?? 0) < (await ephemeral.since())) return false;
    const key = `counter-code:${sha256(code)}`;
    return (
      (await ephemeral.setIfAbsent(key, scan.look, usedSeconds)) || (await ephemeral.get(key)) === scan.look
    );
  } catch (cause) {
    throw new ServiceError('store_unavailable', { cause });
  }
};

const replayed = (judged: Verdict): Verdict => {
  const { code: _code, outcome: _outcome, sentence: _sentence, advice: _advice, ...known } = judged;
  return verdict('replayed', known);
};
