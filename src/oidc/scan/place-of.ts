/** Which city an address is in: a port, and an adapter that reads a file. Nothing finer than the city is ever kept. */
import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { Text } from '../../http/index.ts';

export interface Place {
  kind: 'city' | 'private' | 'unknown';
  name: Text;
}

/** The city of an address. */
export type PlaceOf = (address: string) => Place;

const unknownPlace: Place = { kind: 'unknown', name: { zh: '未知地点', en: 'unknown place' } };
const privatePlace: Place = {
  kind: 'private',
  name: { zh: '本机或内部网络', en: 'this machine or an internal network' },
};

/** RFC 1918, 3927, 4193, 4291 §2.5, 6598: addresses that say nothing of a city. */
const internal = new BlockList();
for (const [net, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  internal.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  internal.addSubnet(net, prefix, 'ipv6');

const withoutMapping = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

interface Bits {
  family: 4 | 6;
  value: bigint;
}

const groups = (text: string): bigint[] =>
  text === '' ? [] : text.split(':').map((group) => BigInt(`0x${group}`));

/** An address as a number; undefined for what is none. */
const bitsOf = (address: string): Bits | undefined => {
  const plain = withoutMapping(address).split('%')[0]!;
  const family = isIP(plain);
  if (family === 4) {
    return { family, value: plain.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
  }
  if (family !== 6 || plain.includes('.')) return undefined;
  const [head = '', tail] = plain.split('::');
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = Array<bigint>(8 - first.length - last.length).fill(0n);
  return { family, value: [...first, ...zeros, ...last].reduce((sum, group) => (sum << 16n) + group, 0n) };
};

const lengthOf = { 4: 32, 6: 128 } as const;
const keyOf = ({ family, value }: Bits, prefix: number): string =>
  `${family}/${prefix}/${(value >> BigInt(lengthOf[family] - prefix)).toString(36)}`;

const name = z.string().min(1).max(40);
const fileSchema = z.strictObject({
  places: z.array(
    z.strictObject({ city: z.strictObject({ zh: name, en: name }), blocks: z.array(z.string()).min(1) }),
  ),
});

/** Nobody's city is known: without a file. */
export const noPlaces: PlaceOf = (address) => {
  const plain = withoutMapping(address);
  const family = isIP(plain);
  if (family === 0) return unknownPlace;
  return internal.check(plain, family === 6 ? 'ipv6' : 'ipv4') ? privatePlace : unknownPlace;
};

/** Reads the blocks of a file (config/sample/places.yaml shows it); the longest block that holds an address counts. */
export const openPlaces = (file: string | undefined): PlaceOf => {
  if (file === undefined) return noPlaces;
  const { places } = fileSchema.parse(parseYaml(readFileSync(file, 'utf8')));
  const cities = new Map<string, Place>();
  const prefixes = { 4: new Set<number>(), 6: new Set<number>() };
  for (const { city, blocks } of places) {
    for (const block of blocks) {
      const [net = '', length = ''] = block.split('/');
      const bits = bitsOf(net);
      const prefix = Number(length);
      if (!bits || !/^\d+$/.test(length) || prefix > lengthOf[bits.family])
        throw new TypeError(`${file}: ${block} is no CIDR block`);
      cities.set(keyOf(bits, prefix), { kind: 'city', name: city });
      prefixes[bits.family].add(prefix);
    }
  }
  const longestFirst = {
    4: [...prefixes[4]].sort((a, b) => b - a),
    6: [...prefixes[6]].sort((a, b) => b - a),
  };
  return (address) => {
    const bits = bitsOf(address);
    if (bits === undefined) return unknownPlace;
    for (const prefix of longestFirst[bits.family]) {
      const found = cities.get(keyOf(bits, prefix));
      if (found) return found;
    }
    return noPlaces(address);
  };
};
