/** The small authority that phones are told to trust, and this server's certificate under it. Both are kept. */
import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import type * as X509 from '@peculiar/x509';
import type { Clock } from '../clock.ts';
import { nameConstraints } from './private-ranges.ts';

const day = 86_400_000;
const authorityDays = 365;
const serverDays = 90;
/** Less than this left: the next start makes it anew. An authority outlives all it signs. */
const renewAt = { authority: serverDays, server: 30 };
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const crypto = webcrypto as unknown as Crypto;

export interface LocalCertificate {
  /** PEM. */
  cert: string;
  key: string;
}

interface Held {
  certificate: X509Certificate;
  /** PEM. */
  key: string;
}

/** PEM of the authority, for the download. */
export const authorityFile = (dir: string): string => join(dir, 'authority.pem');

/** A fingerprint as it is read aloud. */
export const inFours = (fingerprint: string): string =>
  fingerprint.replaceAll(':', '').replace(/(.{4})(?=.)/g, '$1 ');

const files = (dir: string, name: string) => ({
  cert: join(dir, `${name}.pem`),
  key: join(dir, `${name}-key.pem`),
});

const read = (dir: string, name: string): Held | undefined => {
  const { cert, key } = files(dir, name);
  if (!existsSync(cert) || !existsSync(key)) return undefined;
  return { certificate: new X509Certificate(readFileSync(cert)), key: readFileSync(key, 'utf8') };
};

const write = (dir: string, name: string, { certificate, key }: Held): void => {
  const paths = files(dir, name);
  writeFileSync(paths.key, key, { mode: 0o600 });
  chmodSync(paths.key, 0o600);
  writeFileSync(paths.cert, certificate.toString());
};

const lasts = ({ certificate }: Held, days: number, clock: Clock): boolean =>
  Date.parse(certificate.validTo) - clock.now() > days * day;

const makeKeys = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;

const pemOf = async ({ privateKey }: CryptoKeyPair): Promise<string> =>
  createPrivateKey({
    key: Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)),
    format: 'der',
    type: 'pkcs8',
  }).export({ type: 'pkcs8', format: 'pem' }) as string;

const signingKeyOf = (pem: string): Promise<CryptoKey> =>
  crypto.subtle.importKey(
    'pkcs8',
    new Uint8Array(createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })),
    ecdsa,
    false,
    ['sign'],
  );

type Library = typeof X509;

const times = (clock: Clock, days: number) => ({
  // A phone whose clock is some hours behind still believes it.
  notBefore: new Date(clock.now() - day),
  notAfter: new Date(clock.now() + days * day),
});

const makeAuthority = async (x509: Library, clock: Clock): Promise<Held> => {
  const keys = await makeKeys();
  const made = new Date(clock.now()).toISOString().slice(0, 10);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: new x509.Name([{ O: ['OneCert'] }, { CN: [`OneCert try-out authority ${made}`] }]),
      ...times(clock, authorityDays),
      keys,
      signingAlgorithm: ecdsa,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
        new x509.Extension('2.5.29.30', true, new Uint8Array(nameConstraints())),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  return { certificate: new X509Certificate(Buffer.from(certificate.rawData)), key: await pemOf(keys) };
};

const makeServer = async (
  x509: Library,
  authority: Held,
  names: readonly string[],
  clock: Clock,
): Promise<Held> => {
  const keys = await makeKeys();
  const issuer = new x509.X509Certificate(new Uint8Array(authority.certificate.raw));
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: new x509.Name([{ O: ['OneCert'] }, { CN: ['OneCert try-out server'] }]),
      issuer: issuer.subjectName,
      ...times(clock, serverDays),
      publicKey: keys.publicKey,
      signingKey: await signingKeyOf(authority.key),
      signingAlgorithm: ecdsa,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIPv4(value) ? ('ip' as const) : ('dns' as const), value })),
        ),
        await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  return { certificate: new X509Certificate(Buffer.from(certificate.rawData)), key: await pemOf(keys) };
};

const covers = ({ certificate }: Held, names: readonly string[]): boolean =>
  names.every(
    (name) => (isIPv4(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined,
  );

/** The certificate for these names, made anew when one is missing in it or its end is near. */
export const localCertificate = async (
  dir: string,
  { names, clock }: { names: readonly string[]; clock: Clock },
): Promise<LocalCertificate> => {
  mkdirSync(dir, { recursive: true });
  // The polyfill has to come first; a usual start loads neither.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  let authority = read(dir, 'authority');
  if (!authority || !lasts(authority, renewAt.authority, clock)) {
    authority = await makeAuthority(x509, clock);
    write(dir, 'authority', authority);
  }
  let server = read(dir, 'server');
  const fits =
    server &&
    lasts(server, renewAt.server, clock) &&
    covers(server, names) &&
    server.certificate.verify(authority.certificate.publicKey);
  if (!server || !fits) {
    server = await makeServer(x509, authority, names, clock);
    write(dir, 'server', server);
  }
  return { cert: server.certificate.toString(), key: server.key };
};
