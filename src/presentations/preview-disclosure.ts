import type { Audit } from '../audit/index.ts';
import type { Catalogue, Certificate, CertificateType, Credentials, Holders } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { maskValue } from '../identifiers/index.ts';
import { fieldOf } from './check-asking.ts';
import type { Preview, Verifier, WalletOutcome } from './wallet-schema.ts';

export interface WalletDeps {
  audit: Audit;
  catalogue: Catalogue;
  credentials: Pick<Credentials, 'certificate'>;
  holders: Pick<Holders, 'acting'>;
}

export interface Asking {
  accountId: string;
  /** Reference of the capacity. */
  capacity: string;
  requestId: string | undefined;
}

const ownCertificate = async (
  { credentials, catalogue, holders }: WalletDeps,
  { accountId, capacity }: Asking,
  id: string,
): Promise<{ certificate: Certificate; type: CertificateType; holder: string }> => {
  const acting = await holders.acting(accountId, capacity);
  if (!acting) throw new ServiceError('unauthenticated');
  const certificate = await credentials.certificate(id, acting.holder.id);
  if (!certificate?.holders.includes(acting.holder.id) || !acting.mayHave(certificate.type))
    throw new ServiceError('not_found');
  return { certificate, type: catalogue.get(certificate.type), holder: acting.holder.id };
};

const refusedAction = 'certificate.presentation_refused';
const nameOf = (verifier: Verifier): string => ('app' in verifier ? verifier.app : verifier.host);
const looked = 200;

/** What stands on the consent page: each claim by its label and masked value, and what was refused to this one before. */
export const previewDisclosure = async (deps: WalletDeps, asking: Asking, wanted: Preview) => {
  const credentials = await Promise.all(
    wanted.credentials.map(async ({ certificate: id, format, paths }) => {
      const { certificate, type } = await ownCertificate(deps, asking, id);
      const claims = paths.flatMap((path) => {
        const found = fieldOf(type, format, path);
        return found ? [{ path, label: found.label, ...maskedOf(certificate, type, found.field) }] : [];
      });
      return { certificate: id, claims };
    }),
  );
  const before = (await deps.audit.about(asking.accountId, looked)).find(
    ({ action, details }) => action === refusedAction && details?.verifier === nameOf(wanted.verifier),
  );
  return {
    credentials,
    ...(before ? { refused: { at: Math.floor(before.at / 1000), fields: before.fields ?? [] } } : {}),
  };
};

/** Without a value: the record has none, or it is the same for everybody. */
const maskedOf = (
  { fields }: Certificate,
  type: CertificateType,
  name: string | undefined,
): { masked?: string; there: boolean } => {
  if (name === undefined) return { there: true };
  const value = fields[name];
  const field = type.fields.find((one) => one.name === name);
  // A fact has no value of its own in the record.
  if (!field) return { there: true };
  if (value === undefined || value === '') return { there: false };
  if (field.kind === 'photo') return { there: true };
  return { there: true, masked: field.mask ? maskValue(field.mask, String(value)) : String(value) };
};

/**
 * ZLB-6: what a wallet answered, into its holder's log: a refusal of whoever asked, and what went to a verifier of
 * somebody else. What our own verifier accepted it has noted itself.
 */
export const recordOutcome = async (
  deps: WalletDeps,
  asking: Asking,
  { verifier, result, credentials }: WalletOutcome,
): Promise<void> => {
  const actor = 'app' in verifier ? `client:${verifier.app}` : `account:${asking.accountId}`;
  if (result === 'sent' && 'app' in verifier) return;
  for (const { certificate: id, fields } of credentials) {
    const { certificate, type, holder } = await ownCertificate(deps, asking, id);
    const known = new Set([
      ...type.fields.map(({ name }) => name),
      ...Object.values(type.mdoc?.namespaces ?? {}).flatMap((elements) => Object.keys(elements)),
    ]);
    for (const subject of new Set([holder, asking.accountId]))
      await deps.audit.append({
        action: result === 'refused' ? refusedAction : 'certificate.presented_elsewhere',
        actor,
        subject,
        object: certificate.id,
        fields: fields.filter((name) => known.has(name)),
        result: result === 'refused' ? 'refused' : 'ok',
        details: { verifier: nameOf(verifier) },
        requestId: asking.requestId,
      });
  }
};
