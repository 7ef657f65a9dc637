import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { type Clock, seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { Ephemeral } from '../../storage/index.ts';
import type { Catalogue } from '../catalogue/certificate-type.ts';
import { isLive } from '../certificate-record.ts';
import type { Holders } from '../holder.ts';
import type { Credentials, Enrolment } from '../index.ts';
import { enrolmentOf } from '../phones.ts';
import { acceptAttestation, acceptProofs } from './accept-proofs.ts';
import type { Attesters } from './attesters.ts';
import { exchangeOf } from './credential-endpoint.ts';
import { certificateOf, credentialIdentifier } from './credential-identifier.ts';
import type { Deferrals } from './deferrals.ts';
import { answerKeyOf } from './encryption.ts';
import { handOver } from './hand-over.ts';
import { asProtocolError } from './protocol-errors.ts';
import { isAttestedWallet } from './wallet-attestation.ts';

export interface FeatureDeps {
  credentials: Credentials;
  catalogue: Catalogue;
  holders: Holders;
  ephemeral: Ephemeral;
  clock: Clock;
  baseUrl: string;
  province: { zh: string; en: string };
  nonceSecret: Uint8Array;
  batchSize: number;
  deferrals: Deferrals;
  /** Absent: no attestation counts. */
  attesters: Attesters | undefined;
  /** HAIP 1.0: credentials for attested wallets alone. */
  profile?: 'haip' | undefined;
}

interface Detail {
  type: string;
  credential_configuration_id?: string;
  [member: string]: unknown;
}

/**
 * OpenID4VCI 1.0 §6.2: each authorized configuration comes back with the identifiers to ask for, one a certificate.
 * Where none can be named now (to be approved first, or a register that does not answer) it is the configuration: the
 * request decides.
 */
const identifiersOf = async (
  deps: FeatureDeps,
  by: { accountId: string; clientId: string; capacity: string | undefined },
  configurationId: string,
): Promise<string[]> => {
  const { credentials, clock } = deps;
  const type = credentials.configurations()[configurationId]?.type;
  try {
    const acting = await deps.holders.acting(by.accountId, by.capacity);
    if (!type || !acting?.mayHave(type)) return [configurationId];
    const context = { actor: `client:${by.clientId}` };
    const held = await credentials.ensureCertificates(acting.holder, type, context, acting.presenter);
    const live = held.filter((certificate) => isLive(certificate, seconds(clock)));
    if (live.length > 0) return live.map(({ id }) => credentialIdentifier(id, configurationId));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
  }
  return [configurationId];
};

/** §12.2.4: proofs by attestation beside those by signature; where it is required, both carry one (appendix D). */
const withAttestation = (attesters: Attesters | undefined, metadata: Record<string, unknown>) => {
  const { jwt } = metadata.proof_types_supported as { jwt: Record<string, unknown> };
  if (!attesters) return metadata;
  const required = attesters.required ? { key_attestations_required: {} } : {};
  return {
    ...metadata,
    proof_types_supported: { jwt: { ...jwt, ...required }, attestation: { ...jwt, ...required } },
  };
};

/** The library knows no `cose_key`; what it says instead is put right in issuer-metadata.ts. */
const forLibrary = (metadata: Record<string, unknown>) => ({
  ...metadata,
  cryptographic_binding_methods_supported: ['jwk'],
});

/** The parts of the provider's configuration that make it an OpenID4VCI 1.0 credential issuer. */
export const providerFeatures = (deps: FeatureDeps) => {
  const configurations = deps.credentials.configurations();
  const actingOf = async (request: { account: { accountId: string }; grant?: { capacity?: string } }) => {
    try {
      return await deps.holders.acting(request.account.accountId, request.grant?.capacity);
    } catch (error) {
      throw asProtocolError(error);
    }
  };
  return {
    openid4vci: {
      enabled: true,
      ack: 'experimental-01',
      nonceSecret: Buffer.from(deps.nonceSecret),
      preAuthorizedCodeGrant: true,
      credentialConfigurationsSupported: Object.fromEntries(
        Object.entries(configurations).map(([id, configuration]) => [
          id,
          forLibrary(withAttestation(deps.attesters, configuration.metadata)),
        ]),
      ),
      metadata: {
        batch_credential_issuance: { batch_size: deps.batchSize },
        display: [
          { name: `${deps.province.zh}电子证照`, locale: 'zh-CN' },
          { name: `${deps.province.en} e-certificates`, locale: 'en' },
        ],
      },
      credentialEndpointExpectedAudience: () => deps.baseUrl,
      async getKeyAttestationSignaturePublicKey(
        _ctx: unknown,
        _iss: unknown,
        header: Parameters<Attesters['keyOf']>[0],
      ) {
        if (!deps.attesters) throw new Error('no attester is trusted here');
        return deps.attesters.keyOf(header);
      },
      async credentialConfigurationPolicy(
        _ctx: KoaContextWithOIDC,
        request: {
          credentialConfigurationId: string;
          account: { accountId: string };
          client: unknown;
          grant?: { capacity?: string };
          accessToken: { rar?: Detail[] };
        },
      ): Promise<boolean> {
        if (deps.profile === 'haip' && !isAttestedWallet(request.client)) return false;
        const configuration = configurations[request.credentialConfigurationId];
        // A person's certificates are hers alone, an enterprise's are seen in its name; an office has none.
        const acting = await actingOf(request);
        if (!configuration || !acting?.mayHave(configuration.type)) return false;
        // Details name single configurations: beside them the scope of that type opens no other format or view.
        const named = (request.accessToken.rar ?? []).map(
          (detail) => detail.credential_configuration_id ?? '',
        );
        const narrowed = named.some((id) => configurations[id]?.type === configuration.type);
        if (narrowed && !named.includes(request.credentialConfigurationId)) return false;
        return acting.holder.proofingLevel >= deps.catalogue.get(configuration.type).level.proofing;
      },
      async issueCredential(
        ctx: KoaContextWithOIDC,
        request: {
          credentialConfigurationId: string;
          credentialIdentifier?: string;
          body: { credential_response_encryption?: unknown };
          proofs?: { jwt?: string[]; attestation?: Parameters<typeof acceptAttestation>[1] };
          account: { accountId: string };
          grant?: { capacity?: string };
          client: { clientId: string };
        },
      ) {
        const exchange = exchangeOf(ctx);
        const { credential_response_encryption: wanted } = request.body;
        exchange.answerTo = await answerKeyOf(wanted, exchange.encrypted);
        const { attestation, jwt = [] } = request.proofs ?? {};
        const deviceKeys = attestation
          ? await acceptAttestation(deps, attestation)
          : await acceptProofs(deps, jwt);
        const acting = await actingOf(request);
        if (!acting) throw new errors.CredentialRequestDenied('the account is not active');
        const asked = {
          account: acting.holder,
          presenter: acting.presenter,
          client: request.client.clientId,
          configurationId: request.credentialConfigurationId,
          certificate: certificateOf(request.credentialIdentifier),
          deviceKeys,
          enrolment: enrolmentIn(ctx, request.account.accountId, request.client.clientId),
          requestId: requestIdOf(ctx),
        };
        try {
          return await handOver(deps, asked);
        } catch (error) {
          if (!(error instanceof ServiceError && error.code === 'approval_needed'))
            throw asProtocolError(error);
          exchange.deferred = await deps.deferrals.begin(asked).catch((cause: unknown) => {
            throw asProtocolError(cause);
          });
          // The library wants credentials; the answer is put in their place (credential-endpoint.ts).
          return { credentials: [{}] };
        }
      },
    },
    richAuthorizationRequests: {
      enabled: true,
      types: {
        openid_credential: {
          /** OpenID4VCI 1.0 §5.1.1: a known configuration, of a type the app may ask for by scope as well. */
          validate(_ctx: unknown, detail: Detail, client: { scope?: string }): void {
            const configuration = configurations[detail.credential_configuration_id ?? ''];
            if (!configuration) {
              throw new errors.InvalidAuthorizationDetails('the credential_configuration_id is unknown');
            }
            if (!client.scope?.split(' ').includes(configuration.type)) {
              throw new errors.InvalidAuthorizationDetails(
                'this app may not ask for certificates of that type',
              );
            }
          },
        },
      },
      /** What she agreed to for this request: the details asked for now that her grant holds. */
      authorizationDetailsForGrantSource: (ctx: KoaContextWithOIDC) => {
        const { params, grant } = ctx.oidc as unknown as {
          params?: { authorization_details?: string };
          grant?: { rar?: Detail[] };
        };
        if (params?.authorization_details === undefined) return undefined;
        const granted = new Set((grant?.rar ?? []).map((detail) => detail.credential_configuration_id));
        const asked = JSON.parse(params.authorization_details) as Detail[];
        return asked.filter((detail) => granted.has(detail.credential_configuration_id));
      },
      async authorizationDetailsForAccessToken(
        ctx: KoaContextWithOIDC,
        { accountId, clientId }: { accountId: string; clientId: string },
        source: { rar?: Detail[] },
      ) {
        const { Grant: grant } = ctx.oidc.entities as { Grant?: { capacity?: string } };
        const by = { accountId, clientId, capacity: grant?.capacity };
        const details: Detail[] = [];
        for (const detail of source.rar ?? []) {
          const id = detail.credential_configuration_id ?? '';
          const isOurs = detail.type === 'openid_credential';
          details.push(
            isOurs ? { ...detail, credential_identifiers: await identifiersOf(deps, by, id) } : detail,
          );
        }
        return source.rar && details;
      },
      authorizationDetailsForIntrospection: (_ctx: unknown, token: { rar?: Detail[] }) => token.rar,
    },
  };
};

/** The wallet's sign-in: that of the session, or with a pre-authorized code that of the grant. */
const enrolmentIn = (ctx: KoaContextWithOIDC, account: string, client: string): Enrolment | undefined => {
  const { AccessToken: token } = ctx.oidc.entities as {
    AccessToken?: { sessionUid?: string; grantId?: string };
  };
  const signIn = token?.sessionUid ?? token?.grantId;
  return signIn === undefined ? undefined : enrolmentOf({ account, client, signIn });
};

const requestIdOf = (ctx: KoaContextWithOIDC): string | undefined => {
  const id = ctx.res.getHeader('x-request-id');
  return typeof id === 'string' ? id : undefined;
};
