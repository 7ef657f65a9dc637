import { canonicalDocumentKind, normaliseDocumentNumber } from '../identifiers/index.ts';

/** A document in the one form in which it is kept. */
export const canonical = ({ kind, number }: { kind: string; number: string }) => ({
  kind: canonicalDocumentKind(kind) ?? kind,
  number: normaliseDocumentNumber(number),
});
