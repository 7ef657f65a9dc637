/** A clerk looks for certificates: by what is printed on one, or by the document of the person before her. */
import type { Certificate } from '../credentials/index.ts';
import { stateNames } from '../wallet/index.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';
import { mayLookAtIssuer } from './issuer-scope.ts';

export type CertificateQuestion =
  | { number: string }
  | { document: { kind: string; number: string }; purpose: string };

const ofHolder = async (
  deps: Dependencies,
  input: Acting,
  { document, purpose }: Extract<CertificateQuestion, { document: unknown }>,
): Promise<Certificate[]> => {
  const account = await deps.holders.byDocument(document.kind, document.number);
  const { unit } = input.official.capacity;
  await deps.audit.append({
    action: 'certificate.looked_up_by_official',
    ...contextOf(input),
    ...(account ? { subject: account.id } : {}),
    result: account ? 'ok' : 'refused',
    details: { purpose, unit: unit.id },
  });
  return account ? deps.credentials.list({ holder: account.id }) : [];
};

/** Only what the office's own departments issued; nobody and nothing are one answer, an empty list. */
export const findCertificates = async (deps: Dependencies, input: Acting & CertificateQuestion) => {
  const named = 'document' in input ? undefined : await deps.credentials.find(input.number);
  const found = 'document' in input ? await ofHolder(deps, input, input) : named ? [named] : [];
  const organisation = await deps.officials.tree.current();
  return {
    certificates: found
      .filter(({ issuer }) => mayLookAtIssuer(organisation, input.official.capacity, issuer))
      .map(({ id, identifier, type, issuer, state, validFrom, validUntil }) => ({
        id,
        identifier,
        type,
        issuer,
        state,
        stateName: stateNames[state],
        validFrom,
        ...(validUntil === undefined ? {} : { validUntil }),
      })),
  };
};
