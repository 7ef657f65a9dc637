/** What a clerk does alone, because it only protects or only notes. */
import type { Certificate, CertificateSummary } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';
import { mayActOnIssuer } from './issuer-scope.ts';

type Input = Acting & { certificate: string };

type Shown = CertificateSummary & Pick<Certificate, 'operation' | 'previous' | 'stateReason' | 'cardLostAt'>;

const shown = (certificate: Certificate): Shown => {
  const { id, identifier, type, issuer, state, stateReason, validFrom, validUntil } = certificate;
  const { operation, previous, cardLostAt } = certificate;
  return {
    id,
    identifier,
    type,
    issuer,
    state,
    stateReason,
    validFrom,
    validUntil,
    operation,
    previous,
    cardLostAt,
  };
};

/** Throws not_found for what lies outside the office's reach. */
export const ownCertificate = async (deps: Dependencies, input: Input): Promise<Certificate> => {
  const certificate = await deps.credentials.certificate(input.certificate);
  const organisation = await deps.officials.tree.current();
  const { capacity } = input.official;
  if (!certificate || !mayActOnIssuer(organisation, capacity, 'issuer_clerk', certificate.issuer))
    throw new ServiceError('not_found');
  return certificate;
};

/** At once: whoever found the card must not find the electronic one in force. */
export const reportCardLost = async (deps: Dependencies, input: Input): Promise<Shown> => {
  const { id } = await ownCertificate(deps, input);
  return shown(await deps.credentials.reportCardLost(id, contextOf(input)));
};

export const noteMoveIn = async (deps: Dependencies, input: Input & { previous: string }): Promise<Shown> => {
  const { id } = await ownCertificate(deps, input);
  return shown(await deps.credentials.moveIn(id, input.previous, contextOf(input)));
};
