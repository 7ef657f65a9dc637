/** Two X.509 extensions node:crypto does not show (RFC 5280 §4.2.1.3, §4.2.1.9), read from the DER it has parsed. */
import type { X509Certificate } from 'node:crypto';

interface Piece {
  tag: number;
  content: Buffer;
}

const piecesOf = (der: Buffer): Piece[] => {
  const pieces: Piece[] = [];
  for (let at = 0; at < der.length; ) {
    const short = der.readUInt8(at + 1);
    const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
    const start = at + 2 + lengthBytes;
    const end = start + (lengthBytes === 0 ? short : der.readUIntBE(at + 2, lengthBytes));
    if (end > der.length) throw new RangeError('a length reaches beyond its certificate');
    pieces.push({ tag: der.readUInt8(at), content: der.subarray(start, end) });
    at = end;
  }
  return pieces;
};

const extensionOf = (certificate: X509Certificate, oid: string): Buffer | undefined => {
  const [whole] = piecesOf(certificate.raw);
  const [signed] = piecesOf(whole!.content);
  const extensions = piecesOf(signed!.content).find(({ tag }) => tag === 0xa3);
  const [list] = extensions ? piecesOf(extensions.content) : [];
  const found = list && piecesOf(list.content).find((one) => one.content.toString('hex').startsWith(oid));
  return found && piecesOf(found.content).at(-1)!.content;
};

/**
 * Absent extension: any use. An encryption certificate 加密证书 must not pass: its private key is kept by the key
 * management centre as well.
 */
export const isForSigning = (certificate: X509Certificate): boolean => {
  const value = extensionOf(certificate, '0603551d0f');
  return value === undefined || (piecesOf(value)[0]!.content.readUInt8(1) & 0x80) !== 0;
};

/** How many authorities may stand between this one and a person. */
export const pathLengthOf = (certificate: X509Certificate): number => {
  const value = extensionOf(certificate, '0603551d13');
  const length = value && piecesOf(piecesOf(value)[0]!.content).find(({ tag }) => tag === 0x02);
  return length ? length.content.readUIntBE(0, length.content.length) : Number.POSITIVE_INFINITY;
};
