import type { AuditEntry } from '../audit/index.ts';
import type { CertificateState } from '../credentials/index.ts';
import type { Text } from '../http/index.ts';
import { AlreadyExists, Conflict } from '../storage/index.ts';
import { stateNames } from '../wallet/index.ts';
import { logOf, type Reading, type SeenMark, type UseLogContext } from './dependencies.ts';

/** What a change is of; the wallet draws each with a mark of its own. */
export type ChangeKind = 'state' | 'version' | 'phone' | 'power' | 'look' | 'answer';

const kinds: readonly [ChangeKind, RegExp][] = [
  ['state', /^certificate\.(state_changed|card_lost)$/],
  ['version', /^certificate\.(reissued|moved_in|holder_left)$/],
  ['phone', /^(wallet\.phone_ended|device\.ended)$/],
  [
    'power',
    /^(certificate\.presenter_ended|mandate\.(accepted|declined|ended)|enterprise\.\w+_ended|enterprise\.ended|family\.(linked|ended|invited)|post\.(opened|ended))$/,
  ],
  ['answer', /^(objection\.answered|certificate\.application_\w+)$/],
  [
    'look',
    /^(account\.read_plain|certificates\.listed_by_family|certificate\.(opened_by_official|opened_by_family|copied_by_family|looked_up_by_official|read_for_item|metadata_exported|annotated_copy_made|annotated_copy_refused)|counter\.\w+|presentation\.\w+)$/,
  ],
];

/** What she did herself is no news, but for what ended: that is worth knowing on every phone. */
const kindOf = ({ action, actor }: AuditEntry, reader: string): ChangeKind | undefined => {
  const kind = kinds.find(([, pattern]) => pattern.test(action))?.[0];
  const isNews = actor !== `account:${reader}` || kind === 'state' || action.endsWith('ended');
  return isNews ? kind : undefined;
};

const most = 30;
/** Who opens the wallet the first time, or after long, is told this far back. */
const backMs = 30 * 86_400_000;

const sentence = async (
  { catalogue, credentials, describe }: UseLogContext,
  reader: string,
  entry: AuditEntry,
): Promise<{ text: Text; who: Text; why?: Text }> => {
  const { act, about, who, why } = await describe(reader, entry);
  const { object = '', action, details = {} } = entry;
  const state = stateNames[String(details.to ?? '') as CertificateState];
  const type =
    action === 'certificate.state_changed' ? (await credentials.certificate(object))?.type : undefined;
  const name = type === undefined ? undefined : catalogue.find(type)?.name;
  const text =
    state && name
      ? { zh: `${name.zh}现为「${state.zh}」`, en: `${name.en} is now “${state.en}”` }
      : about
        ? { zh: `${act.zh}：${about.zh}`, en: `${act.en}: ${about.en}` }
        : act;
  return { text, who, ...(why ? { why } : {}) };
};

const markId = (account: string, subject: string): string => `${account}|${subject}`;

/** What changed since she last said that she had seen it, newest first. */
export const listChanges = async (context: UseLogContext, reading: Reading) => {
  const { subject, isHere } = await logOf(context, reading);
  const now = context.clock.now();
  const seen = (await context.marks.get(markId(reading.accountId, subject)))?.upTo ?? 0;
  const since = Math.max(seen, now - backMs);
  const found: { entry: AuditEntry; kind: ChangeKind }[] = [];
  for (const entry of await context.audit.about(subject, 500)) {
    const kind = entry.at > since ? kindOf(entry, reading.accountId) : undefined;
    if (kind && (await isHere(entry))) found.push({ entry, kind });
  }
  const changes = await Promise.all(
    found.slice(0, most).map(async ({ entry, kind }) => ({
      id: entry.id,
      at: Math.floor(entry.at / 1000),
      kind,
      ...(await sentence(context, reading.accountId, entry)),
    })),
  );
  return { changes, more: Math.max(0, found.length - most), upTo: found[0]?.entry.at ?? since };
};

/** She has seen all up to this moment. It never goes back, whichever of her phones says so last. */
export const markSeen = async (
  context: UseLogContext,
  reading: Reading & { upTo: number },
): Promise<void> => {
  const { subject } = await logOf(context, reading);
  const upTo = Math.min(reading.upTo, context.clock.now());
  const mark: SeenMark = { id: markId(reading.accountId, subject), account: reading.accountId, upTo };
  for (;;) {
    const known = await context.marks.get(mark.id);
    if (known && known.upTo >= upTo) return;
    try {
      if (known) await context.marks.replace({ ...known, upTo });
      else await context.marks.insert(mark);
      return;
    } catch (error) {
      if (!(error instanceof Conflict || error instanceof AlreadyExists)) throw error;
    }
  }
};
