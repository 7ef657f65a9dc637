/** The DNS names of an X.509 certificate (RFC 5280 §4.2.1.6): what `x509_san_dns:` is held against. */

interface Piece {
  tag: number;
  content: Uint8Array;
}

const pieces = (der: Uint8Array): Piece[] => {
  const found: Piece[] = [];
  for (let at = 0; at + 1 < der.length; ) {
    const short = der[at + 1]!;
    const more = short < 0x80 ? 0 : short & 0x7f;
    if (more > 3) return [];
    let length = more === 0 ? short : 0;
    for (let i = 0; i < more; i += 1) length = length * 256 + (der[at + 2 + i] ?? 0);
    const start = at + 2 + more;
    if (start + length > der.length) return [];
    found.push({ tag: der[at]!, content: der.subarray(start, start + length) });
    at = start + length;
  }
  return found;
};

/** OBJECT IDENTIFIER 2.5.29.17 */
const subjectAltName = '551d11';
const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Lower case; empty for what cannot be read. */
export const hostNames = (certificate: Uint8Array): string[] => {
  const [whole] = pieces(certificate);
  const [signed] = pieces(whole?.content ?? new Uint8Array());
  const extensions = pieces(signed?.content ?? new Uint8Array()).find(({ tag }) => tag === 0xa3);
  const [list] = pieces(extensions?.content ?? new Uint8Array());
  for (const { content } of pieces(list?.content ?? new Uint8Array())) {
    const [name, ...rest] = pieces(content);
    if (!name || hex(name.content) !== subjectAltName) continue;
    const [names] = pieces(rest.at(-1)?.content ?? new Uint8Array());
    return pieces(names?.content ?? new Uint8Array())
      .filter(({ tag }) => tag === 0x82)
      .map(({ content: text }) => new TextDecoder().decode(text).toLowerCase());
  }
  return [];
};
