import {
  type LocalText,
  type ReplayMemory,
  type Verdict,
  type VerdictCode,
  verdict,
  verify,
} from '../../src/verifier/core/index.ts';
import { foreignCode } from './foreign-code.ts';
import type { Opened } from './trust-store.ts';

export interface Judging {
  opened: Opened | undefined;
  seen: ReplayMemory;
  firstCode: Verdict['firstCode'];
  /** What this counter's screen showed the phone for a careful view. */
  nonce?: Uint8Array | undefined;
  /** Unix seconds by this device, and how far the server's clock was from that when last heard. */
  now: number;
  serverOffset: number;
  origin: string;
}

/** A scan gun with the shift lock on, or full-width characters of an input method: a code has only one reading. */
export const tidyScan = (text: string): string => {
  const bare = text.replace(/^[\s\uFEFF]+/, '');
  return /^(sc|ps)1:/i.test(bare.normalize('NFKC').slice(0, 4)) ? bare.normalize('NFKC').toUpperCase() : bare;
};

/** One judgement, in this page and with nothing from the network. */
export const judge = async (given: string, judging: Judging): Promise<Verdict> => {
  const text = tidyScan(given);
  const foreign = foreignCode(text, judging.origin);
  if (foreign) return { ...verdict('malformed'), sentence: foreign.sentence, advice: foreign.advice };
  const { opened, now, seen, firstCode, nonce } = judging;
  if (!opened) return verdict('pack_invalid');
  if (!('trusted' in opened)) return opened.verdict;
  const options = { now, seen, latestTime: opened.memory.latestTime, firstCode };
  const byNonce = nonce && (await verify(text, opened.trusted, { ...options, nonce }));
  // The phone did not scan it, and need not have: a second code will do.
  const found =
    byNonce && byNonce.code !== 'careful_second_code' ? byNonce : await verify(text, opened.trusted, options);
  return doubtClock(found, judging);
};

/** What depends on what time it is. The others stay what they are: a forgery is one at any hour. */
const byTheClock: VerdictCode[] = [
  'valid',
  'expired',
  'not_yet_valid',
  'expired_copy',
  'answer_no',
  'code_expired',
  'clock_wrong',
  'careful_second_code',
  'stale_pack',
];
/** Seconds this device may be off before nothing is judged by it; as docs/show-code.md §5 allows. */
const clockTolerance = 300;
/** A code lives 60 s; a clock that is off by less than this cannot be why one is too old. */
const codeTolerance = 30;
/** A code this much older than now is an old picture, or this clock is wrong: the clerk can tell, the page cannot. */
const oldCode = 600;

/** Known to be off: says so. Perhaps off: says both times. It never judges by a guessed time. */
const doubtClock = (found: Verdict, { now, serverOffset }: Judging): Verdict => {
  const off = Math.abs(serverOffset);
  const doubted = off > clockTolerance || (off > codeTolerance && found.code === 'code_expired');
  if (doubted && byTheClock.includes(found.code)) {
    const { firstCode: _, advice: _advice, ...known } = found;
    return verdict('clock_wrong', { ...known, advice: setClock(serverOffset) });
  }
  if (found.code === 'code_expired' && now - (found.madeAt ?? now) > oldCode)
    return { ...found, advice: eitherClock(found.madeAt!, now) };
  return found;
};

/** 23 h 50 min, in words. */
const span = (seconds: number): LocalText => {
  const minutes = Math.max(1, Math.round(seconds / 60));
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours === 0
    ? { zh: `${minutes}分钟`, en: `${minutes} min` }
    : { zh: `${hours}小时${rest ? `${rest}分` : ''}`, en: `${hours} h${rest ? ` ${rest} min` : ''}` };
};

const setClock = (serverOffset: number): LocalText => {
  const { zh, en } = span(Math.abs(serverOffset));
  return {
    zh: `本机时间比服务器${serverOffset < 0 ? '快' : '慢'}约${zh}。请校准本机时间，联网更新验证包后再扫一次。`,
    en: `This device’s clock is about ${en} ${serverOffset < 0 ? 'ahead of' : 'behind'} the server’s. Set it, go online to update the pack, and scan again.`,
  };
};

const eitherClock = (madeAt: number, now: number): LocalText => {
  const { zh, en } = span(now - madeAt);
  return {
    zh: `按本机时间，这个码是${zh}前出的：可能是旧截图，也可能是本机时间不对。请先看本机日期和时间，再请持证人刷新后重新出示。`,
    en: `By this device’s clock the code was made ${en} ago: an old picture, or this clock is wrong. Look at this device’s date and time, then ask for a fresh code.`,
  };
};
