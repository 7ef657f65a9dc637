import type { CertificateType } from './certificate-type.ts';

type Holder = 'person' | 'enterprise';

export const holdersOf = ({ holderKind }: Pick<CertificateType, 'holderKind'>): Holder[] =>
  holderKind === 'either' ? ['person', 'enterprise'] : [holderKind];

export const mayHold = (type: CertificateType, holder: Holder): boolean => holdersOf(type).includes(holder);
