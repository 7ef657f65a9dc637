const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** CID 1.0 §2.2.2: `z` + base58btc of the multicodec prefix 0xed 0x01 and the 32 bytes of an Ed25519 public key. */
export function ed25519Multibase(x: string): string {
  const bytes = Buffer.concat([Buffer.from([0xed, 0x01]), Buffer.from(x, 'base64url')]);
  let rest = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  // The prefix is never zero, so base58's rule for leading zero bytes does not come up.
  for (; rest > 0n; rest /= 58n) text = BASE58[Number(rest % 58n)] + text;
  return `z${text}`;
}
