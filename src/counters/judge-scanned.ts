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
  const scan = await scanOf(context, scanKey, now);
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
  const alreadyUsed = code !== undefined && !(await isOurs(context, { code, scan, judged }));
  return { look: scan.look, verdict: alreadyUsed ? replayed(judged) : judged, alreadyUsed };
};

/** The scan that is under way or was answered a moment ago, else this one: of two at once both are the first. */
const scanOf = async ({ ephemeral }: CounterContext, key: string, now: number): Promise<Scan> => {
  const mine: Scan = { look: opaqueId('cl'), at: now };
  if (await ephemeral.setIfAbsent(key, JSON.stringify(mine), sameSeconds)) return mine;
  const kept = await ephemeral.get(key);
  return kept === undefined ? mine : (JSON.parse(kept) as Scan);
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
