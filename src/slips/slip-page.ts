/** The holder's page: her certificates that may stand on paper, and the slip itself, shown once to be printed. */
import { toString as qrSvg } from 'qrcode';
import type { Catalogue, Credentials, HolderCertificate, Slip } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { Html, html, type Language } from '../http/index.ts';
import { type AccountPage, cut, dayOf, factList, smallForm, type Visit } from '../my-account/index.ts';
import { words } from './words.ts';

export interface SlipPagesDeps {
  catalogue: Catalogue;
  credentials: Pick<Credentials, 'listForHolder' | 'issueSlip'>;
  baseUrl: string;
}

type Held = HolderCertificate & { certificate: NonNullable<HolderCertificate['certificate']> };

/** A drawing with the quiet zone that a reader needs, at the size the catalogue promises or a little more. */
const drawing = async (text: string, language: Language): Promise<Html> => {
  const svg = await qrSvg([{ data: text, mode: 'alphanumeric' }], {
    type: 'svg',
    errorCorrectionLevel: 'M',
    margin: 4,
  });
  return html`<div class="slip-code" role="img" aria-label="${words.codeAlt[language]}">${new Html(svg)}</div>`;
};

const slipBody = async (
  { language }: Visit,
  held: Held,
  { copy, text, fields, certificate }: Slip,
  baseUrl: string,
) =>
  html`<div class="slip">
<p><strong>${words.slip[language]}</strong></p>
<h2>${held.typeName[language]}</h2>
${await drawing(text, language)}
${factList([
  ...fields.map(({ label, value }) => [label[language], value] as const),
  [words.issuer[language], held.issuer?.name[language] ?? ''],
  [words.identifier[language], certificate.identifier],
  [words.made[language], dayOf(copy.issuedAt, language)],
  [words.ends[language], dayOf(copy.expiresAt, language)],
])}
<p>${words.check[language]}</p>
<p>${words.anyone[language]}<strong class="slip-address">${new URL(baseUrl).host}/v</strong></p></div>
<p class="off-paper note check" role="note">${words.print[language]}</p>
<p class="acts off-paper"><a class="button" href="/account/slips">${words.again[language]}</a></p>`;

export const slipPage = ({ catalogue, credentials, baseUrl }: SlipPagesDeps): AccountPage => {
  /** In force, of a type that has slips. */
  const printable = async ({ account }: Visit): Promise<Held[]> => {
    const all = await credentials.listForHolder(account);
    return all.filter(
      (held): held is Held =>
        held.certificate?.state === '01' && !held.expired && catalogue.get(held.type).slip !== undefined,
    );
  };
  return {
    path: 'slips',
    title: words.title,
    menu: { under: 'more', hint: words.hint },
    async show(visit) {
      const { language, elder } = visit;
      const list = await printable(visit);
      const { shown, turns } = cut(list, visit, 'slips', elder ? 3 : 20);
      return html`<p class="soft">${words.why[language]}</p>
${
  list.length === 0
    ? html`<p>${words.none[language]}</p>`
    : html`<ul class="entries">${shown.map(
        ({ type, typeName, issuer, certificate }) => html`<li><strong>${typeName[language]}</strong>
<br><span class="soft">${issuer?.name[language]}</span>
<br><span class="soft">${words.days[language]}${catalogue.get(type).slip!.days}</span>
${smallForm(visit, 'make', words.make, { hidden: { certificate: certificate.id }, look: '' })}</li>`,
      )}</ul>`
}${turns}`;
    },
    acts: {
      make: {
        async perform(visit, fields) {
          const held = (await printable(visit)).find(
            ({ certificate }) => certificate.id === fields.certificate,
          );
          if (!held) throw new ServiceError('not_found');
          const slip = await credentials.issueSlip({
            account: visit.account,
            type: held.type,
            certificate: held.certificate.id,
            context: { actor: `account:${visit.account.id}`, requestId: visit.requestId },
          });
          return { once: { title: held.typeName, body: await slipBody(visit, held, slip, baseUrl) } };
        },
      },
    },
  };
};
