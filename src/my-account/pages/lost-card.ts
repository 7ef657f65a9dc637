/** A lost physical card stops the electronic one at once; taking that back or replacing it is the issuer's. */
import type { HolderCertificate } from '../../credentials/index.ts';
import { ServiceError } from '../../errors.ts';
import { type Html, html } from '../../http/index.ts';
import type { AccountPage, Visit } from '../account-page.ts';
import { certificateWords as words } from '../certificate-words.ts';
import { timeOf } from '../dates.ts';
import { smallForm } from '../frame.ts';
import type { OwnPagesDeps } from '../own-pages.ts';

type Held = HolderCertificate & { certificate: NonNullable<HolderCertificate['certificate']> };

export const lostCardPage = ({ catalogue, credentials }: OwnPagesDeps): AccountPage => {
  const cardsOf = async ({ account }: Visit): Promise<Held[]> =>
    (await credentials.listForHolder(account)).filter(
      (entry): entry is Held =>
        entry.certificate !== undefined &&
        (entry.certificate.state === '01' || entry.certificate.state === '02') &&
        catalogue.get(entry.type).life?.physical !== undefined,
    );

  const entry = (visit: Visit, { typeName, issuer, certificate }: Held): Html => {
    const { language } = visit;
    const lost = certificate.cardLostAt;
    return html`<li><strong>${typeName[language]}</strong>
${issuer && html`<br><span class="soft">${words.issuer[language]}${issuer.name[language]}</span>`}
${
  lost === undefined
    ? smallForm(visit, 'report', words.lostAct, { hidden: { certificate: certificate.id } })
    : html`<p class="state check">${words.lostSince[language]}${timeOf(lost, language)}</p>`
}</li>`;
  };

  return {
    path: 'lost-card',
    title: words.lostTitle,
    menu: { under: 'more', hint: words.lostHint },
    parent: 'more',
    said: { reported: words.lostDone },
    async show(visit) {
      const cards = await cardsOf(visit);
      if (cards.length === 0) return html`<p>${words.lostNone[visit.language]}</p>`;
      return html`<p class="soft">${words.lostWhy[visit.language]}</p>
<ul class="entries">${cards.map((card) => entry(visit, card))}</ul>`;
    },
    // It only takes away, but she cannot take it back herself: so she confirms that it is she.
    acts: {
      report: {
        confirm: true,
        async perform(visit, { certificate = '' }) {
          const mine = (await cardsOf(visit)).some((card) => card.certificate.id === certificate);
          if (!mine) throw new ServiceError('not_found');
          const { account, requestId } = visit;
          await credentials.reportCardLost(certificate, { actor: `account:${account.id}`, requestId });
          return { done: 'reported' };
        },
      },
    },
  };
};
