/** What would be shown to whoever asks: from the query and what is held, masked, before anything is signed. */
import {
  type ClaimQuery,
  type CredentialQuery,
  claimsAsked,
  credentialsAsked,
} from '../../../src/presentations/protocol/dcql.ts';
import type { LocalText } from '../../../src/verifier/core/verdict.ts';
import { request as ask } from '../../shared/request.ts';
import { serverSeconds } from '../../shared/server-time.ts';
import { readMetadata } from '../session.ts';
import { type CertificateList, type HeldCertificate, isHeld, isShowable } from '../types.ts';
import type { OpenedRequest } from './open-request.ts';

export interface ShownClaim {
  path: ClaimQuery['path'];
  label: LocalText;
  /** Absent: a photo, or what is the same for everybody. */
  masked?: string;
  /** As the log names it. */
  name: string;
}

/** One certificate that could answer a part of the query. */
export interface Candidate {
  entry: HeldCertificate;
  configurationId: string;
  claims: ShownClaim[];
}

export interface Part {
  query: CredentialQuery;
  candidates: Candidate[];
}

export interface Consent {
  /** One certificate of each goes out. Empty: what is asked is not held. */
  parts: Part[];
  /** She refused this one before. */
  refused?: { at: number; fields: string[] };
}

interface Configuration {
  format: string;
  scope?: string;
  vct?: string;
  doctype?: string;
}

interface PreviewedClaim {
  path: ClaimQuery['path'];
  label: LocalText;
  masked?: string;
  there: boolean;
}

interface Preview {
  credentials: { certificate: string; claims: PreviewedClaim[] }[];
  refused?: { at: number; fields: string[] };
}

const fits = (query: CredentialQuery, { format, vct, doctype }: Configuration): boolean =>
  format === query.format &&
  (query.format === 'mso_mdoc'
    ? doctype === query.meta.doctype_value
    : vct !== undefined && query.meta.vct_values.includes(vct));

/** How the holder's log names who asks. */
export const verifierOf = ({ asker, host }: OpenedRequest): { app: string } | { host: string } =>
  asker?.app ? { app: asker.app } : { host };

export const prepareConsent = async (
  request: OpenedRequest,
  { certificates }: CertificateList,
  token: string,
): Promise<Consent> => {
  const { credential_configurations_supported: supported } = await readMetadata();
  const configurations = Object.entries(supported) as [string, Configuration][];
  const held = certificates.filter(isHeld).filter((entry) => isShowable(entry, serverSeconds()));
  const possible = request.query.credentials.flatMap((query) =>
    configurations
      .filter(([, configuration]) => fits(query, configuration))
      .flatMap(([configurationId, { scope }]) =>
        held.filter(({ type }) => type === scope).map((entry) => ({ query, configurationId, entry })),
      ),
  );
  const preview = await ask<Preview>('/wallet/api/presentations/preview', {
    method: 'POST',
    token,
    json: {
      verifier: verifierOf(request),
      credentials: possible.map(({ query, entry }) => ({
        certificate: entry.certificate.id,
        format: query.format,
        paths: (query.claims ?? []).map(({ path }) => path),
      })),
    },
  });
  const parts = request.query.credentials.map(
    (query): Part => ({
      query,
      candidates: possible.flatMap(({ query: of, configurationId, entry }, at) => {
        if (of !== query) return [];
        const claims = shownClaims(query, preview.credentials[at]!.claims);
        return claims ? [{ entry, configurationId, claims }] : [];
      }),
    }),
  );
  const chosen = credentialsAsked(request.query, (id) =>
    parts.some(({ query, candidates }) => query.id === id && candidates.length > 0),
  );
  return {
    parts: parts.filter(({ query }) => chosen?.includes(query.id)),
    ...(preview.refused ? { refused: preview.refused } : {}),
  };
};

const shownClaims = (query: CredentialQuery, claims: PreviewedClaim[]): ShownClaim[] | undefined => {
  const found = (asked: ClaimQuery) =>
    claims.find(({ path, there }) => there && path.join('\n') === asked.path.join('\n'));
  return claimsAsked(query, (asked) => found(asked) !== undefined)?.map((asked) => {
    const { label, masked } = found(asked)!;
    const { path } = asked;
    return { path, label, name: String(path.at(-1)), ...(masked === undefined ? {} : { masked }) };
  });
};
