import {
  type CertificateState,
  type CertificateType,
  type HolderCertificate,
  viewEntry,
} from '../credentials/index.ts';
import { maskAddress, maskName, maskNumber, maskPhone } from '../identifiers/mask.ts';
import type { LocalText } from '../verifier/core/verdict.ts';

/** domain.md §9; what the state band says. */
export const stateNames: Record<CertificateState, LocalText> = {
  '01': { zh: '有效', en: 'Valid' },
  '02': { zh: '暂扣', en: 'Suspended' },
  '03': { zh: '撤销', en: 'Withdrawn' },
  '04': { zh: '注销', en: 'Cancelled' },
  '05': { zh: '失效', en: 'Lapsed' },
  '06': { zh: '办理转出', en: 'Moved out' },
  '07': { zh: '吊销', en: 'Revoked' },
  '99': { zh: '其他', en: 'Other' },
};

const masks = { name: maskName, number: maskNumber, address: maskAddress, phone: maskPhone } as const;

/** What 99 "other" means is a text of the type. */
const stateNameOf = (type: CertificateType, state: CertificateState, reason: string | undefined): LocalText =>
  (state === '99' && type.life?.otherStates?.find(({ code }) => code === reason)?.text) || stateNames[state];

/** The JSON object of one certificate in `GET /wallet/api/certificates`: masked, nothing opened. */
export const certificateCard = (type: CertificateType, held: HolderCertificate, phoneEnded = 0) => {
  const values = held.certificate?.fields ?? {};
  const field = (name: string) => type.fields.find((candidate) => candidate.name === name)!;
  const { certificate } = held;
  const state = certificate?.state === '01' && held.expired ? '05' : certificate?.state;
  return {
    type: type.id,
    typeName: type.name,
    issuer: held.issuer,
    status: held.status,
    reason: held.reason,
    compare: type.compare,
    card: {
      color: type.card.color,
      fields: type.card.fields.map((name) => {
        const { label, mask } = field(name);
        const value = values[name];
        const shown = value === undefined ? '' : String(value);
        return { name, label, masked: mask ? masks[mask](shown) : shown };
      }),
    },
    certificate: certificate && {
      id: certificate.id,
      identifier: certificate.identifier,
      state,
      stateName: stateNameOf(type, state!, certificate.stateReason),
      ...(certificate.operation ? { operation: certificate.operation, previous: certificate.previous } : {}),
      // Copies fetched before a newer version was made, or a phone of hers was ended, are fetched again.
      copiesFrom: Math.max(phoneEnded, certificate.operation ? certificate.stateChangedAt : 0),
      validFrom: certificate.validFrom,
      validUntil: certificate.validUntil,
    },
    views: type.views.map((view) => ({
      number: view.number,
      id: view.id,
      name: view.name,
      careful: view.careful,
      once: view.anonymous === true,
      /** Answers alone, no value. */
      yesNo: view.fields.every(({ field: name }) => viewEntry(type, name)!.kind === 'flag'),
      configurationId: `${type.id}_view_${view.id}`,
      fields: view.fields.map((entry) => ({ name: entry.field, label: viewEntry(type, entry.field)!.label })),
    })),
  };
};
