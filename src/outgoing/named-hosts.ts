/** `host`, `host:port`, `[v6]` or `[v6]:port`, as an operator writes it; undefined for anything else. */
const parseHost = (entry: string): { hostname: string; port: string | undefined } | undefined => {
  const port = /:(\d{1,5})$/.exec(entry)?.[1];
  const bare = port === undefined ? entry : entry.slice(0, -port.length - 1);
  if (/[/@?#\s*]/.test(entry) || !URL.canParse(`https://${bare}`)) return undefined;
  const { hostname, port: more } = new URL(`https://${bare}`);
  return more === '' ? { hostname, port } : undefined;
};

/** Whether an entry of `outgoing.hosts` is well formed. */
export const isHostEntry = (entry: string): boolean => parseHost(entry) !== undefined;

const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80');

/** Whether the operator named the host of an address. */
export const namedHosts = (entries: readonly string[]): ((url: URL) => boolean) => {
  const named = entries.map((entry) => {
    const parsed = parseHost(entry);
    if (parsed === undefined) throw new TypeError(`not a host: ${entry}`);
    return parsed;
  });
  return (url) =>
    named.some(
      ({ hostname, port }) => hostname === url.hostname && (port === undefined || port === portOf(url)),
    );
};
