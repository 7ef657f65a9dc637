import type { CertificateType } from './certificate-type.ts';

type Holder = 'person' | 'enterprise';

export const holdersOf = ({ holderKind }: Pick<CertificateType, 'holderKind'>): Holder[] =>
  holderKind === 'either' ? ['person', 'enterprise'] : [holderKind];

export const mayHold = (type: CertificateType, holder: Holder): boolean => holdersOf(type).includes(holder);

/** Certificates are bound to an account and its phone, and only persons have accounts: enterprises act through persons. */
const issuedTo: readonly Holder[] = ['person'];

/** Holders whom the type's file names and to whom nothing is issued yet. Told to everybody, never guessed. */
export const notYetIssuedTo = (type: CertificateType): Holder[] =>
  holdersOf(type).filter((holder) => !issuedTo.includes(holder));
