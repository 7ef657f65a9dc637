/** The certificates of a child or relative, while the link stands; every look is in the log that she reads. */
import { ServiceError } from '../../errors.ts';
import { type Html, html } from '../../http/index.ts';
import { type AccountPage, cut, factList, smallForm, type Visit } from '../../my-account/index.ts';
import type { listFamilyCertificates } from '../show-certificates.ts';
import { nameOf } from './family-page.ts';
import type { FamilyPagesDeps } from './family-pages.ts';
import { words } from './words.ts';

type Card = Awaited<ReturnType<typeof listFamilyCertificates>>['certificates'][number];

const cardEntry = (visit: Visit, { type, typeName, issuer, card, certificate }: Card): Html => {
  const { language } = visit;
  const state = certificate?.stateName ?? words.notAdded;
  const masked = card.fields.filter(({ masked }) => masked !== '');
  return html`<li><strong>${typeName[language]}</strong> <span class="state ${certificate?.state === '01' ? 'good' : 'check'}">${state[language]}</span>
<br><span class="soft">${issuer?.name[language]}</span>${masked.map(
    ({ label, masked }) => html`<br>${label[language]}${language === 'zh' ? '：' : ': '}${masked}`,
  )}
${
  certificate
    ? smallForm(visit, 'open', words.open, { hidden: { certificate: certificate.id } })
    : smallForm(visit, 'add', words.addCertificate, { hidden: { type } })
}</li>`;
};

export const certificatesPage = ({ families }: FamilyPagesDeps): AccountPage => {
  const linkOf = async ({ account, query }: Visit) => {
    const { acting } = await families.of(account.id);
    const link = acting.find(({ id }) => id === query.id);
    if (link === undefined) throw new ServiceError('not_found');
    return link;
  };
  return {
    path: 'family-certificates',
    title: words.certificatesTitle,
    parent: 'family',
    said: { added: words.certificateAdded },
    async show(visit) {
      const { account, language, requestId } = visit;
      const link = await linkOf(visit);
      const { certificates } = await families.certificates.list(
        { accountId: account.id, requestId },
        link.id,
      );
      const some = certificates.filter(({ status }) => status !== 'unavailable');
      const { shown, turns } = cut(some, visit, 'family-certificates', visit.elder ? 3 : 20);
      return html`<p><strong>${nameOf(link, visit)}</strong></p>
<p class="soft">${words.certificatesWhy[language]}</p>
${
  some.length === 0
    ? html`<p>${words.certificatesNone[language]}</p>`
    : html`<ul class="entries">${shown.map((card) => cardEntry(visit, card))}</ul>`
}${turns}`;
    },
    acts: {
      add: {
        async perform(visit, { type = '' }) {
          const { id: link } = await linkOf(visit);
          const act = { accountId: visit.account.id, requestId: visit.requestId };
          await families.certificates.add(act, { link, type });
          return { done: 'added', query: { id: link } };
        },
      },
      open: {
        async perform(visit, { certificate = '' }) {
          const link = await linkOf(visit);
          const act = { accountId: visit.account.id, requestId: visit.requestId };
          const { fields } = await families.certificates.reveal(act, { link: link.id, certificate });
          const facts = fields.map(({ label, value }) => [label[visit.language], value] as const);
          const body = html`<p><strong>${nameOf(link, visit)}</strong></p>${factList(facts)}`;
          return { once: { title: words.opened, body } };
        },
      },
    },
  };
};
