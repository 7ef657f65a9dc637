/** Posters 海报码 of small offices: who asks, for which item; what a holder sends to one arrives at its counter. */
import { randomInt } from 'node:crypto';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { ServiceItem } from '../items/index.ts';
import type { Verdict } from '../verifier/core/index.ts';
import { countHolder } from './bulk-guard.ts';
import { type Acting, type Asking, actorOf, type CounterContext, type OnShift } from './context.ts';
import { everyOf, type InboxDocument, type Poster } from './counter-store.ts';
import { byLead, record } from './enrol-counter.ts';
import { leadsCounter, reaches } from './find-counter.ts';
import { allowedFields, itemAt, type Look, logLook, showRecord } from './item-fields.ts';
import { opaqueId } from './opaque-id.ts';

/** What the verifier of presentations took from a holder: each judged, with the values it disclosed. */
export interface Presented {
  credentials: { verdict: Verdict; values: Record<string, string | number | boolean> }[];
  requestId?: string;
}

const keptSeconds = 3600;
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

const posterId = (): string =>
  `pt_${Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')}`;

export const posterUrl = ({ baseUrl }: Pick<CounterContext, 'baseUrl'>, { id }: Pick<Poster, 'id'>): string =>
  `${baseUrl}/p/${id}`;

export const writePoster = (context: Pick<CounterContext, 'baseUrl'>, poster: Poster) => {
  const { id, counter, unit, item, state, createdAt } = poster;
  const url = posterUrl(context, poster);
  return { id, counter, unit, item, state, created_at: createdAt, url, print_url: `${url}/print` };
};

export const makePoster = async (
  context: CounterContext,
  acting: Acting,
  wanted: { counter: string; item: string },
) => {
  const counter = await leadsCounter(context, acting, wanted.counter);
  if (counter.state === 'revoked') throw new ServiceError('counter_ended');
  if (!itemAt(context, counter, wanted.item)) throw new ServiceError('not_for_this_item');
  const poster = await context.store.posters.insert({
    id: posterId(),
    counter: counter.id,
    unit: counter.unit,
    item: wanted.item,
    state: 'active',
    createdAt: seconds(context.clock),
  });
  await record(context, byLead(acting), 'counter.poster_made', counter, {
    item: wanted.item,
    poster: poster.id,
  });
  return writePoster(context, poster);
};

export const listPosters = async (context: CounterContext, acting: Acting) => {
  const found: ReturnType<typeof writePoster>[] = [];
  for await (const poster of everyOf(context.store.posters))
    if (await reaches(context, acting, poster.unit)) found.push(writePoster(context, poster));
  return found.sort((a, b) => b.created_at - a.created_at);
};

export const endPoster = async (context: CounterContext, acting: Acting, id: string) => {
  const poster = await context.store.posters.get(id);
  if (!poster || !(await reaches(context, acting, poster.unit))) throw new ServiceError('not_found');
  if (poster.state === 'ended') return writePoster(context, poster);
  const ended = await context.store.posters.replace({ ...poster, state: 'ended' });
  const counter = { id: poster.counter, unit: poster.unit };
  await record(context, byLead(acting), 'counter.poster_ended', counter, { poster: id });
  return writePoster(context, ended);
};

/** A poster as it stands now, with its counter and item; `receives` false once any of the three has ended. */
export const standing = async (context: CounterContext, id: string) => {
  const poster = await context.store.posters.get(id);
  if (!poster) return undefined;
  const counter = await context.store.counters.get(poster.counter);
  const item = context.items.find(poster.item);
  if (!counter || !item) return undefined;
  const receives =
    poster.state === 'active' &&
    counter.state === 'active' &&
    counter.until > seconds(context.clock) &&
    itemAt(context, counter, item.code) !== undefined;
  return { poster, counter, item, receives };
};

/** What a request may ask for this poster's item, and nothing beside it. */
export const allowedBy = (context: CounterContext, { item }: Pick<Poster, 'item'>) =>
  (context.items.find(item)?.certificates ?? []).flatMap(({ type }) => {
    const fields = context.items.mayRead(item, type);
    return fields.length > 0 ? [{ type, fields }] : [];
  });

/** Takes what a holder sent; throws not_found, poster_ended, invalid_request, not_for_this_item. */
export const receive = async (
  context: CounterContext,
  id: string,
  { credentials, requestId }: Presented,
): Promise<{ number: string; until: number }> => {
  const found = await standing(context, id);
  if (!found) throw new ServiceError('not_found');
  const { poster, counter, item, receives } = found;
  if (!receives) throw new ServiceError('poster_ended');
  const taken = await Promise.all(credentials.map((one) => takeCredential(context, { item, ...one })));
  const [holder, another] = new Set(taken.map((one) => one.holder));
  if (holder === undefined || another !== undefined)
    throw new ServiceError('invalid_request', { detail: 'credentials of exactly one holder are needed' });
  const log = (action: string, result: 'ok' | 'refused', fields: readonly string[]) =>
    context.audit.append({
      action,
      actor: actorOf(holder),
      subject: holder,
      object: poster.id,
      fields,
      result,
      details: { item: item.code, unit: counter.unit, counter: counter.id },
      requestId,
    });
  if (taken.some(({ tooMuch }) => tooMuch)) {
    await log('presentation.refused', 'refused', []);
    throw new ServiceError('not_for_this_item');
  }
  const now = seconds(context.clock);
  const entry: InboxDocument = {
    id: opaqueId('ci'),
    poster: poster.id,
    counter: counter.id,
    holder,
    certificates: taken.map(({ certificate }) => certificate),
    item: item.code,
    number: await drawNumber(context, counter.id),
    receivedAt: now,
    expiresAt: now + keptSeconds,
    opened: false,
    credentials: taken.map(({ shown }) => shown),
  };
  await context.store.inbox.insert(entry);
  await log(
    'presentation.sent',
    'ok',
    entry.credentials.flatMap(({ fields }) => fields.map(({ name }) => name)),
  );
  return { number: entry.number, until: entry.expiresAt };
};

/** No two that wait at one counter have the same: the clerk asks for the number, and opens what it names. */
const drawNumber = async ({ ephemeral }: CounterContext, counter: string): Promise<string> => {
  for (let tries = 0; tries < 100; tries += 1) {
    const number = String(randomInt(10_000)).padStart(4, '0');
    if (await ephemeral.setIfAbsent(`counter-number:${counter}:${number}`, '1', keptSeconds)) return number;
  }
  throw new ServiceError('too_many_requests');
};

const takeCredential = async (
  context: CounterContext,
  { item, verdict, values }: { item: ServiceItem } & Presented['credentials'][number],
) => {
  const shown = verdict.statusEntry && (await context.credentials.shownBy(verdict.statusEntry));
  const holder = shown && ((await context.accounts.get(shown.holder)) ? shown.holder : shown.presenter);
  if (verdict.code !== 'valid' || !shown || holder === undefined)
    throw new ServiceError('invalid_request', {
      detail: 'a credential is not valid, or not of this province',
    });
  const { type: id } = shown.certificate;
  const names = allowedFields(context, { item: item.code, type: id, wanted: Object.keys(values) });
  const type = context.catalogue.get(id);
  const fields = names ? showRecord(type, { fields: values }, names) : { fields: [] };
  return {
    holder,
    certificate: shown.certificate.id,
    tooMuch: names === undefined,
    shown: {
      type: id,
      type_name: type.name,
      verdict: { ...verdict, fields: [] },
      fields: [
        ...fields.fields,
        ...(fields.photo
          ? [{ name: fields.photo.name, label: fields.photo.label, kind: 'photo', value: fields.photo.jpeg }]
          : []),
      ],
    },
  };
};

/** What waits at this counter: numbers, no values. */
export const listInbox = async ({ store }: CounterContext, { counter }: Asking) => {
  const found: object[] = [];
  for await (const { id, number, item, receivedAt, expiresAt, opened } of everyOf(
    store.inbox,
    'counter',
    counter.id,
  ))
    found.push({ id, number, item, received_at: receivedAt, until: expiresAt, opened });
  return found;
};

/** The values, for the officer on shift; each opening stands in the holder's log. */
export const openInbox = async (context: CounterContext, shift: OnShift, id: string) => {
  const entry = await context.store.inbox.get(id);
  if (entry?.counter !== shift.counter.id) throw new ServiceError('not_found');
  const { holder, item, number, receivedAt, credentials } = entry;
  if (holder === shift.officer) throw new ServiceError('second_person_needed');
  const look: Look = { id, subjects: [holder], item };
  const refuse = async (code: 'not_for_this_item' | 'counter_stopped', error: unknown): Promise<never> => {
    await logLook(context, shift, look, { refused: code }, { way: 'poster' });
    throw error;
  };
  if (!itemAt(context, shift.counter, item))
    return refuse('not_for_this_item', new ServiceError('not_for_this_item'));
  await countHolder(context, shift, { holder, way: 'shown' }).catch((error: unknown) =>
    refuse('counter_stopped', error),
  );
  for (const [i, { fields }] of credentials.entries())
    await logLook(
      context,
      shift,
      { ...look, certificate: entry.certificates[i]! },
      { fields: fields.map(({ name }) => name) },
      { way: 'poster' },
    );
  if (!entry.opened) await context.store.inbox.replace({ ...entry, opened: true });
  return { id, number, item, received_at: receivedAt, credentials };
};

/** Of a holder whose account closes: nothing of hers waits anywhere. */
export const closeHolderInbox = async ({ store }: CounterContext, holder: string): Promise<void> => {
  for await (const { id } of everyOf(store.inbox, 'holder', holder)) await store.inbox.delete(id);
};
