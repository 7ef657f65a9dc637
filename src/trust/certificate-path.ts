/** X.509 certificates of others: the authorities an operator believes, and the path up to one (RFC 5280 §6.1). */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathLengthOf } from './certificate-extensions.ts';

/** From a PEM file. Throws when one of them is no authority. */
export const readAuthorities = (file: string): X509Certificate[] => {
  const blocks = readFileSync(file, 'utf8').match(
    /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
  );
  const authorities = (blocks ?? []).map((pem) => new X509Certificate(pem));
  if (authorities.length === 0 || authorities.some(({ ca }) => !ca))
    throw new Error(`${file}: needs certificates of authorities (CA), and nothing else`);
  return authorities;
};

/** `now` in Unix milliseconds. */
export const isValidAt = ({ validFrom, validTo }: X509Certificate, now: number): boolean =>
  Date.parse(validFrom) <= now && now <= Date.parse(validTo);

/** checkIssued compares names, key identifiers and the authority's key usage; verify the signature. */
const issued = (issuer: X509Certificate, certificate: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

/** The certificates from the first given up to the authority, that one included. Their times are for the caller. */
export const pathToAuthority = (
  [leaf, ...given]: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): X509Certificate[] | undefined => {
  const path = [leaf!];
  for (;;) {
    const below = path.length - 1;
    const authority = authorities.find((one) => issued(one, path[below]!));
    const issuer = authority ?? given[below];
    if (!issuer?.ca || pathLengthOf(issuer) < below) return undefined;
    if (!issued(issuer, path[below]!)) return undefined;
    path.push(issuer);
    if (authority) return path;
  }
};
