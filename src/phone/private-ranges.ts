/** The only addresses and names that the local authority may vouch for: a stolen key of it is no use anywhere else. */
const ranges = [
  { address: [10, 0, 0, 0], mask: [255, 0, 0, 0] },
  { address: [172, 16, 0, 0], mask: [255, 240, 0, 0] },
  { address: [192, 168, 0, 0], mask: [255, 255, 0, 0] },
  { address: [127, 0, 0, 0], mask: [255, 0, 0, 0] },
];

/** Of an IPv4 address: on a local network (RFC 1918), or this computer. */
export const isPrivate = (address: string): boolean => {
  const bytes = address.split('.').map(Number);
  return ranges.some(({ address: start, mask }) =>
    mask.every((bits, index) => ((bytes[index] ?? 0) & bits) === start[index]),
  );
};

/** X.690 §8.1: tag, length, contents; these are shorter than 256 bytes. */
const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const contents = Buffer.concat(parts);
  const length = contents.length < 128 ? [contents.length] : [0x81, contents.length];
  return Buffer.from([tag, ...length, ...contents]);
};

/** RFC 5280 §4.2.1.10 NameConstraints: permitted are these ranges ([7] iPAddress) and names in .local ([2] dNSName). */
export const nameConstraints = (): Buffer =>
  der(
    0x30,
    der(
      0xa0,
      der(0x30, der(0x82, Buffer.from('local'))),
      ...ranges.map(({ address, mask }) => der(0x30, der(0x87, Buffer.from([...address, ...mask])))),
    ),
  );
