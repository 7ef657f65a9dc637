/** Fetches views of held certificates as batches of copies, one key each (OpenID4VCI 1.0 §8). */
import { decode } from 'cborg';
import { base64url, exportJWK, SignJWT } from 'jose';
import { request } from '../shared/request.ts';
import { serverSeconds } from '../shared/server-time.ts';
import { type CredentialIssuerMetadata, readMetadata, type Session } from './session.ts';
import {
  type CertificateList,
  type HeldCertificate,
  heldIn,
  isShowable,
  keyOf,
  type WalletView,
} from './types.ts';
import { type Copy, dropCopy, generateKey, putCopy, readCopies } from './wallet-store.ts';

const batchSize = 6;
const fewUnused = 2;
/** Renewed from this long before the end on: views live 30 days at most, those that name nobody three. */
const renewSeconds = 5 * 24 * 3600;
const renewOnceSeconds = 24 * 3600;

export interface Progress {
  done: number;
  total: number;
}

/** Brings the copies in order: drops those that ended, fetches where few are left. True when nothing was refused. */
export const renewCopies = async (
  session: Session,
  list: CertificateList,
  onProgress: (progress: Progress) => void,
): Promise<boolean> => {
  const now = serverSeconds();
  const held = heldIn(list);
  const copies = await dropEnded(await readCopies(), held, now);
  // By a key that was stolen: no counter with a new pack accepts them.
  const stolen = new Set(list.replaceKeys.map((kid) => base64url.encode(base64url.decode(kid).slice(0, 8))));
  const worn = (copy: Copy) => copy.uses > 0 || stolen.has(issuerKeyOf(copy.view));
  const wanting = held
    .filter((entry) => isShowable(entry, now))
    .flatMap((entry) => entry.views.map((view) => ({ entry, view })))
    .filter(({ entry, view }) =>
      needsCopies(
        copies.filter((copy) => !worn(copy)),
        entry,
        view,
        now,
      ),
    );
  if (wanting.length === 0) return true;
  const metadata = await readMetadata();
  let complete = true;
  for (const [done, { entry, view }] of wanting.entries()) {
    onProgress({ done, total: wanting.length });
    const fetched = await fetchBatch(session, metadata, entry, view).catch(() => undefined);
    if (!fetched?.length) {
      complete = false;
      continue;
    }
    for (const copy of fetched) await putCopy(copy);
    // The new ones are safe: the worn ones make room.
    for (const old of copies.filter((copy) => isOf(copy, entry, view) && worn(copy))) await dropCopy(old.id!);
  }
  onProgress({ done: wanting.length, total: wanting.length });
  return complete;
};

const isOf = (copy: Copy, entry: HeldCertificate, view: WalletView): boolean =>
  copy.certificateId === keyOf(entry) && copy.viewNumber === view.number;

const needsCopies = (copies: Copy[], entry: HeldCertificate, view: WalletView, now: number): boolean => {
  const before = view.once ? renewOnceSeconds : renewSeconds;
  return copies.filter((copy) => isOf(copy, entry, view) && copy.notAfter - now > before).length < fewUnused;
};

const dropEnded = async (copies: Copy[], held: HeldCertificate[], now: number): Promise<Copy[]> => {
  const from = new Map(held.map((entry) => [keyOf(entry), entry.certificate.copiesFrom ?? 0]));
  // What was fetched before a newer version was made, or before a phone was ended, is dead.
  const isDated = ({ certificateId, fetchedAt = 0 }: Copy) => fetchedAt <= from.get(certificateId)!;
  const living = copies.filter(
    (copy) =>
      copy.notAfter > now &&
      from.has(copy.certificateId) &&
      (from.get(copy.certificateId) === 0 || !isDated(copy)),
  );
  for (const copy of copies) if (!living.includes(copy)) await dropCopy(copy.id!);
  return living;
};

const fetchBatch = async (
  session: Session,
  metadata: CredentialIssuerMetadata,
  entry: HeldCertificate,
  view: WalletView,
): Promise<Copy[]> => {
  const size = Math.min(batchSize, metadata.batch_credential_issuance?.batch_size ?? 1);
  const pairs = await Promise.all(Array.from({ length: size }, generateKey));
  const { c_nonce: nonce } = await request<{ c_nonce: string }>(metadata.nonce_endpoint, { method: 'POST' });
  const keys = await Promise.all(
    pairs.map(async ({ privateKey, publicKey }) => {
      const { kty, crv, x, y } = await exportJWK(publicKey);
      const jwk = { kty, crv, x, y };
      const proof = await new SignJWT({ nonce })
        .setProtectedHeader({ alg: 'ES256', typ: 'openid4vci-proof+jwt', jwk })
        .setIssuer('onecert-wallet')
        .setAudience(metadata.credential_issuer)
        .setIssuedAt(serverSeconds())
        .sign(privateKey);
      return { privateKey, x: x!, proof };
    }),
  );
  // By the certificate: there may be several of one type.
  const { link, certificate } = entry;
  const path =
    link === undefined
      ? `/wallet/api/certificates/${encodeURIComponent(certificate.id)}/copies`
      : `/wallet/api/family/${encodeURIComponent(link)}/copies`;
  const answer = await request<{ credentials: { credential: string }[] }>(path, {
    method: 'POST',
    token: session.accessToken,
    json: {
      ...(link === undefined ? {} : { certificate: certificate.id }),
      credential_configuration_id: view.configurationId,
      proofs: { jwt: keys.map(({ proof }) => proof) },
    },
    timeoutSeconds: 20,
  });
  // The answer's order is not ours to rely on: each view names the key it is bound to.
  return answer.credentials.flatMap(({ credential }) => {
    const bytes = base64url.decode(credential);
    const { notAfter, x } = readBinding(bytes);
    const key = keys.find((candidate) => candidate.x === x);
    if (!key) return [];
    return [
      {
        certificateId: keyOf(entry),
        viewNumber: view.number,
        key: key.privateKey,
        view: new Uint8Array(bytes),
        notAfter,
        fetchedAt: serverSeconds(),
        uses: 0,
      },
    ];
  });
};

/** `exp` (4) and `cnf` (8) of the view's claims. The signature is the counter's to check. */
const readBinding = (view: Uint8Array): { notAfter: number; x: string } => {
  const [, , payload] = decode(view, { useMaps: true }) as [unknown, unknown, Uint8Array];
  const claims = decode(payload, { useMaps: true }) as Map<number, unknown>;
  const key = (claims.get(8) as Map<number, unknown>).get(1) as Map<number, unknown>;
  return { notAfter: claims.get(4) as number, x: base64url.encode(key.get(-2) as Uint8Array) };
};

/** `kid` (4) of the view's protected header: the first bytes of the issuer's key id. */
const issuerKeyOf = (view: Uint8Array): string => {
  const [header] = decode(view, { useMaps: true }) as [Uint8Array];
  return base64url.encode((decode(header, { useMaps: true }) as Map<number, Uint8Array>).get(4)!);
};
