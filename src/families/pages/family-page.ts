/** Both sides of a person's links: what waits for her, what stands, what is over. */
import { seconds } from '../../clock.ts';
import { type Html, html } from '../../http/index.ts';
import { type AccountPage, type Act, cut, dayOf, smallForm, type Visit } from '../../my-account/index.ts';
import { actingProofing, keepingProofing, keepingSeconds, type Link } from '../family.ts';
import type { LinkView } from '../write-views.ts';
import type { FamilyPagesDeps } from './family-pages.ts';
import { basisWords, reasonWords, stateWords, words } from './words.ts';

type Side = 'acting' | 'for_me';
interface Entry extends LinkView {
  side: Side;
}

/** What waits for her answer first, what is over last. */
const order = ({ side, state }: Entry): number =>
  state === 'ended' ? 3 : state === 'active' ? 2 : side === 'for_me' ? 0 : 1;

export const levelNote = ({ language }: Visit): Html =>
  html`<div class="note check" role="note">${words.needsLevel[language]}</div>
<p class="acts"><a class="button" href="/raise-level">${words.raise[language]}</a></p>`;

export const isProved = ({ account }: Visit): boolean => account.proofingLevel >= actingProofing;

export const nameOf = ({ person }: Pick<LinkView, 'person'>, { language }: Visit): string =>
  person === undefined
    ? words.unknownPerson[language]
    : [person.name, person.document].filter(Boolean).join(' ');

const roleOf = ({ side, kind, state }: Entry) => {
  if (side === 'for_me') {
    if (state === 'invited') return words.asksYou;
    return kind === 'guardian' ? words.byGuardian : words.byRelative;
  }
  if (state === 'invited') return words.asked;
  return kind === 'guardian' ? words.forChild : words.forRelative;
};

const daysOf = (entry: Entry, { language }: Visit): string => {
  const day = (at: number) => dayOf(at, language);
  const { started_at: started, ended_at: ended, end_reason: reason, until } = entry;
  const parts = [
    started === undefined
      ? `${words.sent[language]} ${day(entry.created_at)}`
      : `${words.since[language]} ${day(started)}`,
  ];
  if (ended !== undefined)
    parts.push(
      `${words.over[language]} ${day(ended)}`,
      ...(reason === undefined ? [] : [reasonWords[reason][language]]),
    );
  else if (entry.kept) parts.push(words.kept[language]);
  else if (until !== undefined) parts.push(`${words.until[language]} ${day(until)}`);
  return parts.join(' · ');
};

const actsOf = (entry: Entry, visit: Visit, now: number): (Html | false)[] => {
  const { id, side, state, kind, until } = entry;
  const hidden = { link: id };
  if (state === 'ended') return [];
  if (side === 'acting') {
    if (state === 'invited') return [smallForm(visit, 'end', words.takeBack, { hidden })];
    return [
      html`<p class="acts"><a class="button" href="/account/family-certificates?id=${id}">${words.certificates[visit.language]}</a></p>`,
      smallForm(visit, 'end', words.end, { hidden }),
    ];
  }
  if (state === 'invited')
    return [
      isProved(visit) && smallForm(visit, 'accept', words.accept, { hidden, look: '' }),
      smallForm(visit, 'refuse', words.refuse, { hidden }),
    ];
  const mayKeep =
    kind === 'guardian' &&
    !entry.kept &&
    until !== undefined &&
    now >= until - keepingSeconds &&
    visit.account.proofingLevel >= keepingProofing;
  return [
    mayKeep && smallForm(visit, 'keep', words.keep, { hidden, look: '' }),
    smallForm(visit, 'end', words.end, { hidden }),
  ];
};

const entryOf = (entry: Entry, visit: Visit, now: number): Html => {
  const { language } = visit;
  const { basis, state } = entry;
  const good = state === 'active' ? 'good' : 'check';
  return html`<li><strong>${nameOf(entry, visit)}</strong> <span class="state ${good}">${stateWords[state][language]}</span>
<br>${roleOf(entry)[language]}
<br><span class="soft">${basis !== undefined && state === 'active' && `${basisWords[basis][language]} · `}${daysOf(entry, visit)}</span>
${actsOf(entry, visit, now)}</li>`;
};

/** Agreeing and keeping give power and ask for a fresh factor; refusing and ending only take it away. */
const answer = (
  { families }: FamilyPagesDeps,
  verb: 'accept' | 'refuse' | 'keep' | 'end',
  confirm: boolean,
): Act => ({
  ...(confirm ? { confirm: true } : {}),
  async perform({ account, requestId }, { link = '' }: { link?: Link['id'] }) {
    await families[verb]({ accountId: account.id, requestId }, link);
    return { done: verb };
  },
});

export const familyPage = (deps: FamilyPagesDeps): AccountPage => ({
  path: 'family',
  title: words.title,
  menu: { under: 'more', hint: words.hint },
  parent: 'more',
  said: {
    child: words.childAdded,
    invited: words.invited,
    accept: words.accepted,
    refuse: words.refused,
    keep: words.keptSaid,
    end: words.ended,
  },
  async show(visit) {
    const { language } = visit;
    const { acting, for_me } = await deps.families.of(visit.account.id);
    const all = [
      ...acting.map((link): Entry => ({ ...link, side: 'acting' })),
      ...for_me.map((link): Entry => ({ ...link, side: 'for_me' })),
    ].sort((a, b) => order(a) - order(b));
    const { shown, turns } = cut(all, visit, 'family', visit.elder ? 1 : 10);
    const now = seconds(deps.clock);
    const way = isProved(visit)
      ? html`<p class="acts"><a class="button second" href="/account/family-invite">${words.add[language]}</a></p>`
      : levelNote(visit);
    return html`<p class="soft">${words.why[language]}</p>
${
  all.length === 0
    ? html`<p>${words.none[language]}</p>`
    : html`<ul class="entries">${shown.map((entry) => entryOf(entry, visit, now))}</ul>`
}${turns}${way}`;
  },
  acts: {
    accept: answer(deps, 'accept', true),
    refuse: answer(deps, 'refuse', false),
    keep: answer(deps, 'keep', true),
    end: answer(deps, 'end', false),
  },
});
