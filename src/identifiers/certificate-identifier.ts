/**
 * Certificate identifier, follows the structure of GB/T 36904:
 * `1.2.156.3005.2.<type 21>.<issuer 18>.<serial>.<version 3>.<check>`.
 * Check: ISO 7064 MOD 37,36 over type + issuer + serial + version, without dots and without the root.
 */
import { checkCreditCode } from './credit-code.ts';
import { mod37_36CheckCharacter } from './iso-7064.ts';

export const certificateIdentifierRoot = '1.2.156.3005.2';

export interface CertificateIdentifierParts {
  /** 21 characters: credit code of the defining authority + 3 digits. */
  typeCode: string;
  /** 18 characters: credit code of the issuer. */
  issuerCode: string;
  /** 1 to 32 characters of 0-9A-Z. */
  serial: string;
  /** 1 to 999; every re-issue of the same certificate counts one up. */
  version: number;
}

/** What is odd about a foreign identifier: old systems put region codes or 9-digit numbers where an issuer belongs. */
export type CertificateIdentifierFlag = 'bad_check' | 'bad_type_code' | 'bad_issuer_code' | 'bad_version';

export interface ParsedCertificateIdentifier {
  typeCode: string;
  issuerCode: string;
  serial: string;
  version: string;
  check: string;
  flags: CertificateIdentifierFlag[];
}

const isTypeCode = (code: string): boolean =>
  /^\d{3}$/.test(code.slice(18)) && checkCreditCode(code.slice(0, 18)).ok;

/** Makes an identifier; strict, because a wrong one that we issue stays wrong. Throws RangeError naming the part. */
export const makeCertificateIdentifier = (parts: CertificateIdentifierParts): string => {
  if (!isTypeCode(parts.typeCode))
    throw new RangeError('typeCode is not a credit code followed by three digits');
  if (!checkCreditCode(parts.issuerCode).ok) throw new RangeError('issuerCode is not a credit code');
  if (!/^[0-9A-Z]{1,32}$/.test(parts.serial))
    throw new RangeError('serial is not 1 to 32 characters of 0-9A-Z');
  if (!Number.isInteger(parts.version) || parts.version < 1 || parts.version > 999) {
    throw new RangeError('version is not 1 to 999');
  }
  const body = [parts.typeCode, parts.issuerCode, parts.serial, String(parts.version).padStart(3, '0')];
  return [certificateIdentifierRoot, ...body, mod37_36CheckCharacter(body.join(''))].join('.');
};

/**
 * Takes an identifier apart. Undefined when it has not this shape. By default any flag means undefined as well
 * (issuing); with `lenient` the flags come back and nothing is dropped (intake from other systems).
 */
export const parseCertificateIdentifier = (
  identifier: string,
  options: { lenient?: boolean } = {},
): ParsedCertificateIdentifier | undefined => {
  const found =
    /^1\.2\.156\.3005\.2\.([0-9A-Z]{1,32})\.([0-9A-Z]{1,32})\.([0-9A-Z]{1,64})\.([0-9A-Z]{1,8})\.([0-9A-Z])$/.exec(
      identifier,
    );
  if (!found) return undefined;
  const [, typeCode, issuerCode, serial, version, check] = found as unknown as string[];
  const flags: CertificateIdentifierFlag[] = [];
  if (mod37_36CheckCharacter(`${typeCode}${issuerCode}${serial}${version}`) !== check)
    flags.push('bad_check');
  if (!isTypeCode(typeCode!)) flags.push('bad_type_code');
  if (!checkCreditCode(issuerCode!).ok) flags.push('bad_issuer_code');
  if (!/^(?!000)\d{3}$/.test(version!)) flags.push('bad_version');
  if (flags.length > 0 && !options.lenient) return undefined;
  return {
    typeCode: typeCode!,
    issuerCode: issuerCode!,
    serial: serial!,
    version: version!,
    check: check!,
    flags,
  };
};
