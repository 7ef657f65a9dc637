/**
 * How a redirect URI differs from a registered one, by likeness alone: what is registered is never repeated. That it does
 * not match is what /auth tells anybody; one small difference is what a developer looks for half an afternoon.
 */
import type { Text } from '../../http/index.ts';

const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;

interface Likeness {
  says: Text;
  /** Brings both to the same form, when this is all they differ in. */
  level(uri: URL): string;
}

const likenesses: Likeness[] = [
  {
    says: { zh: '只差末尾的斜杠', en: 'only the slash at the end differs' },
    level: ({ origin, pathname, search }) => `${origin}${pathname.replace(/\/$/, '')}${search}`,
  },
  {
    says: { zh: '只差 http 与 https', en: 'only http or https differs' },
    level: ({ host, pathname, search }) => `${host}${pathname}${search}`,
  },
  {
    says: {
      zh: '只差 localhost、127.0.0.1 的写法',
      en: 'only localhost or 127.0.0.1 differs',
    },
    level: ({ protocol, hostname, port, pathname, search }) =>
      `${protocol}${hostname.replace(loopback, 'localhost')}:${port}${pathname}${search}`,
  },
  {
    says: { zh: '只差端口', en: 'only the port differs' },
    level: ({ protocol, hostname, pathname, search }) => `${protocol}${hostname}${pathname}${search}`,
  },
  {
    says: { zh: '只差大小写', en: 'only upper or lower case differs' },
    level: ({ href }) => href.toLowerCase(),
  },
  {
    says: { zh: '只差“?”之后的部分', en: 'only what follows the “?” differs' },
    level: ({ origin, pathname }) => `${origin}${pathname}`,
  },
];

/** The first likeness with any registered URI; undefined when it is like none. */
export const redirectLikeness = (given: string, registered: readonly string[]): Text | undefined => {
  if (!URL.canParse(given)) return undefined;
  const one = new URL(given);
  const others = registered.map((uri) => new URL(uri));
  return likenesses.find(({ level }) => others.some((other) => level(other) === level(one)))?.says;
};

const withoutPort = ({ protocol, hostname, pathname, search }: URL): string =>
  `${protocol}${hostname}${pathname}${search}`;

/** RFC 8252 §7.3: the port of a native app on loopback is whatever it was given this time. */
export const isSameLoopback = (given: string, registered: readonly string[]): boolean => {
  if (!URL.canParse(given) || !loopback.test(new URL(given).hostname)) return false;
  return registered.some((uri) => withoutPort(new URL(uri)) === withoutPort(new URL(given)));
};
