/** Under which address a phone reaches this computer, and the settings that follow from it. */
import { isIPv4 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { join } from 'node:path';
import { isPrivate } from './private-ranges.ts';

/** `--phone` without an address to serve; `message` is ready to print. */
export class NoPhoneAddress extends Error {}

export interface Phone {
  /** Laid over the environment: settings of the try-out, in a store of its own. */
  env: NodeJS.ProcessEnv;
}

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** Adapters of containers and virtual machines: no phone is there. */
const virtual = /^(docker|br-|veth|virbr|vmnet|vboxnet|utun|tun|tap|zt|wg|vEthernet)/i;
/** What a home or an office usually has comes first. */
const order = [/^192\.168\./, /^10\./, /^172\./];
const rank = (address: string): number => order.findIndex((start) => start.test(address));

/** This computer's addresses on local networks, the likeliest first. */
export const localAddresses = (interfaces: Interfaces): string[] =>
  Object.entries(interfaces)
    .filter(([name]) => !virtual.test(name))
    .flatMap(([, infos]) => infos ?? [])
    .filter(({ family, internal, address }) => family === 'IPv4' && !internal && isPrivate(address))
    .map(({ address }) => address)
    .sort((one, other) => rank(one) - rank(other));

/** The host's own name, as phones find it without a name server (RFC 6762). */
const nameOf = (hostname: string): string => `${hostname.split('.')[0]!.toLowerCase()}.local`;

/** Whatever a phone may call this computer: the address that was chosen first. */
export const localNames = (host: string, hostname: string, interfaces: Interfaces): string[] => [
  ...new Set(
    [host, ...localAddresses(interfaces), nameOf(hostname)].filter(
      (name) => isIPv4(name) || isLocalName(name),
    ),
  ),
];

const isLocalName = (host: string): boolean => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?\.local$/.test(host);

/** Undefined without `--phone`. Throws NoPhoneAddress when no address fits. */
export const choosePhone = (
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  interfaces: Interfaces,
): Phone | undefined => {
  const asked = argv.find((word) => word === '--phone' || word.startsWith('--phone='));
  if (asked === undefined) return undefined;
  const own = localAddresses(interfaces);
  const named = asked.slice('--phone='.length).toLowerCase();
  if (named !== '' && !(isIPv4(named) && isPrivate(named)) && !isLocalName(named))
    throw new NoPhoneAddress(
      '--phone takes a private address or a name in .local, like --phone=192.168.1.20',
    );
  const host = named || own[0];
  if (host === undefined)
    throw new NoPhoneAddress('no address on a local network was found; name one, like --phone=192.168.1.20');
  const port = env.PORT || '3443';
  const dir = env.DATA_DIR || 'data-phone';
  return {
    env: {
      PORT: port,
      // An address that is not this computer's own is one in front of it: a container's host, a forwarded port.
      HOST: own.includes(host) || host.startsWith('127.') ? host : '0.0.0.0',
      BASE_URL: `https://${host}:${port}`,
      // A store belongs to one BASE_URL; the authority outlives them, so that a phone trusts it once.
      DATA_DIR: join(dir, host),
      ONECERT_LOCAL_TLS: dir,
      ONECERT_SAMPLE_APPS: 'false',
      ONECERT_SANDBOX: 'false',
    },
  };
};
