/** A mandate as a person reads it, and the fields by which one is given. */
import { seconds } from '../clock.ts';
import { writeMandate } from '../enterprises/index.ts';
import { checkbox, type Html, html, type Language, type Text, textField } from '../http/index.ts';
import type { Fields, PageState, Visit } from './account-page.ts';
import { dateField, dayOf, endOfDay } from './dates.ts';
import { mandateWords as words } from './mandate-words.ts';
import type { OwnPagesDeps } from './own-pages.ts';

export type MandateView = Awaited<ReturnType<typeof writeMandate>>;

const stateWords: Record<string, Text> = {
  offered: words.offered,
  active: words.active,
  declined: words.declinedState,
  ended: words.endedState,
};
/** What waits for somebody first, what is over last. */
const order = ['offered', 'active', 'declined', 'ended'];

/** As views, in the order they are to be read. */
export const viewsOf = async (
  { enterprises }: OwnPagesDeps,
  mandates: readonly Parameters<typeof writeMandate>[1][],
  reader: string,
): Promise<MandateView[]> => {
  const views = await Promise.all(mandates.map((one) => writeMandate(enterprises.context, one, reader)));
  return views.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || b.created_at - a.created_at);
};

/** `given`: as the side that gave it reads it; else as the side that holds it. */
export const mandateEntry = (
  { language }: Visit,
  view: MandateView,
  side: 'given' | 'held',
  acts: readonly (Html | false)[],
): Html => {
  const names = view.items.map(({ code, name }) => name?.[language] ?? code);
  const title = side === 'given' ? (view.delegate?.name ?? view.agent?.name) : view.enterprise?.name;
  const staff = side === 'held' && view.delegate && !view.delegate.me ? view.delegate.name : undefined;
  const through = view.delegate && view.agent?.name;
  const good = view.state === 'active' ? 'good' : 'check';
  return html`<li><strong>${title}</strong> <span class="state ${good}">${stateWords[view.state]![language]}</span>
${staff && html`<br>${words.to[language]}${staff}`}${through && html`<br>${words.through[language]}${through}`}
<br>${words.items[language]}${names.join(language === 'zh' ? '、' : ', ')}
<br><span class="soft">${words.until[language]} ${dayOf(view.valid_until, language)} · ${words.givenBy[language]}${view.given_by.me ? words.me[language] : view.given_by.name}</span>
${acts}</li>`;
};

const itemField = (code: string): string => `item-${code}`;
const defaultDays = 90;

/** Which items, until when. */
export const termFields = (
  { clock }: OwnPagesDeps,
  { typed, faults }: PageState,
  language: Language,
  items: readonly { code: string; name?: Text }[],
): Html => html`<fieldset${faults.items && html` aria-describedby="items-fault"`}><legend>${words.whichItems[language]}</legend>
${faults.items && html`<p class="fault" id="items-fault">${faults.items[language]}</p>`}
${items.map(({ code, name }) =>
  checkbox(
    {
      id: itemField(code),
      name: itemField(code),
      label: name ?? { zh: code, en: code },
      checked: typed[itemField(code)] === 'yes',
    },
    language,
  ),
)}</fieldset>
${textField(
  {
    id: 'until',
    name: 'until',
    type: 'date',
    label: words.untilField,
    value: typed.until ?? dateField(seconds(clock) + defaultDays * 86_400),
    autocomplete: 'off',
    maxlength: 10,
    ...(faults.until ? { fault: faults.until } : {}),
  },
  language,
)}`;

/** The terms of a form, or what is wrong with them. */
export const termsOf = (
  fields: Fields,
  codes: readonly string[],
): { terms: { items: string[]; validUntil: number } } | { faults: Record<string, Text> } => {
  const items = codes.filter((code) => fields[itemField(code)] === 'yes');
  const validUntil = endOfDay(fields.until ?? '');
  if (items.length > 0 && validUntil !== undefined) return { terms: { items, validUntil } };
  return {
    faults: {
      ...(items.length === 0 ? { items: words.itemsFault } : {}),
      ...(validUntil === undefined ? { until: words.untilFault } : {}),
    },
  };
};
