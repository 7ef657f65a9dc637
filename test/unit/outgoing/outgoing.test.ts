import { afterEach, describe, expect, it } from '@jest/globals';
import { createOutgoing, OutgoingRefused, type OutgoingSettings } from '../../../src/outgoing/index.ts';
import { isPublicAddress } from '../../../src/outgoing/public-address.ts';
import { authorityPem, type Canary, openCanary } from './canary.ts';

const open: Canary[] = [];
const canaryOf = async (...given: Parameters<typeof openCanary>): Promise<Canary> => {
  const canary = await openCanary(...given);
  open.push(canary);
  return canary;
};
afterEach(async () => {
  for (const canary of open.splice(0)) await canary.close();
});

const outcome = async (
  settings: OutgoingSettings,
  ...asked: Parameters<ReturnType<typeof createOutgoing>['fetch']>
) =>
  createOutgoing(settings)
    .fetch(...asked)
    .then(
      ({ status }) => status,
      (error: unknown) => (error instanceof OutgoingRefused ? error.reason : error),
    );
const resolving = (...addresses: string[]) => ({
  resolve: async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
});

describe('security (b) SSRF: requests to an address an app named', () => {
  it('reach no place inside, however it is spelled', async () => {
    const canary = await canaryOf('https');
    const spellings = [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0x7f.0.0.1',
      '0177.0.0.1',
      '017700000001',
      '0.0.0.0',
      '0',
      'localhost',
      'localhost.',
      'LOCALHOST',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[64:ff9b:1::7f00:1]',
      '[2002:7f00:1::]',
      '１２７.0.0.1',
      '127。0。0。1',
      '%31%32%37.0.0.1',
    ]; // prettier-ignore
    for (const host of spellings) {
      for (const scheme of ['https', 'http']) {
        const asked = await outcome({ ca: authorityPem }, `${scheme}://${host}:${canary.port}/`);
        // Some resolvers know no localhost with a dot.
        const refused =
          scheme === 'http' ? 'scheme' : host === 'localhost.' ? /^(address|unreachable)$/ : 'address';
        expect([host, scheme, asked]).toEqual([host, scheme, expect.stringMatching(refused)]);
      }
    }
    expect(canary.connections).toBe(0);
  });

  it('reach no place inside that a name stands for, not even among public ones', async () => {
    const inside = [
      '127.0.0.1',
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '100.64.0.1',
      '100.127.255.255',
      '169.254.169.254',
      '0.1.2.3',
      '198.18.0.1',
      '192.0.0.192',
      '224.0.0.1',
      '239.1.1.1',
      '240.0.0.1',
      '255.255.255.255',
      '::1',
      '::',
      '::ffff:10.0.0.1',
      '::ffff:a00:1',
      '64:ff9b::a00:1',
      '100::1',
      'fc00::1',
      'fd00:ec2::254',
      'fe80::1',
      'fec0::1',
      'ff02::1',
      '2001::1',
      '2001:db8::1',
      '2002:a00:1::',
      '3fff::1',
      '5f00::1',
    ]; // prettier-ignore
    for (const address of inside) {
      expect([address, isPublicAddress(address)]).toEqual([address, false]);
      expect([address, await outcome(resolving('2d00::1', address), 'https://site.example/')]).toEqual([
        address,
        'address',
      ]);
    }
    for (const address of [
      '8.8.8.8',
      '223.5.5.5',
      '172.32.0.1',
      '100.128.0.1',
      '2400:3200::1',
      '2606:4700::1111',
    ])
      expect([address, isPublicAddress(address)]).toEqual([address, true]);
    expect(isPublicAddress('no address')).toBe(false);
  });

  it('go to the address that was checked: a name that changes its answer is asked once', async () => {
    const canary = await canaryOf('https');
    let asked = 0;
    // The first answer is a public network nobody has; the second, which a rebinding attacker waits for, is us.
    const resolve = async () => [
      asked++ === 0 ? { address: '2d00::1', family: 6 } : { address: '127.0.0.1', family: 4 },
    ];
    const settings = { resolve, ca: authorityPem, timeoutMs: 500 };
    expect(['unreachable', 'timed_out']).toContain(
      await outcome(settings, `https://localhost:${canary.port}/`),
    );
    expect([asked, canary.connections]).toEqual([1, 0]);
    // And where the first answer is one the operator allows, it is the one that is dialled.
    const other = await canaryOf('http', undefined, '127.0.0.2');
    let turns = 0;
    const named = {
      hosts: ['app.inside.example'],
      resolve: async () => [{ address: turns++ === 0 ? '127.0.0.2' : '127.0.0.1', family: 4 }],
    };
    expect(await outcome(named, `http://app.inside.example:${other.port}/`)).toBe(200);
    expect([turns, other.connections]).toEqual([1, 1]);
  });

  it('follow no redirect, neither inside nor outside', async () => {
    const canary = await canaryOf('http');
    for (const status of [301, 302, 303, 307, 308]) {
      const front = await canaryOf('http', (_req, res) => {
        res.writeHead(status, { location: `http://127.0.0.1:${canary.port}/` }).end();
      });
      expect(await outcome({ hosts: ['127.0.0.1'] }, `http://127.0.0.1:${front.port}/`)).toBe('redirect');
    }
    expect(canary.connections).toBe(0);
  });

  it('end when the answer drips, never comes, or the name is not resolved in time', async () => {
    const settings = { hosts: ['127.0.0.1', 'slow.example'], timeoutMs: 300 };
    const drip = await canaryOf('http', (req, res) => {
      res.writeHead(200);
      const timer = setInterval(() => res.write('.'), 50);
      req.socket.on('close', () => clearInterval(timer));
    });
    expect(await outcome(settings, `http://127.0.0.1:${drip.port}/`)).toBe('timed_out');
    const silent = await canaryOf('http', () => {});
    expect(await outcome(settings, `http://127.0.0.1:${silent.port}/`)).toBe('timed_out');
    const never = { ...settings, resolve: () => new Promise<never>(() => {}) };
    expect(await outcome(never, 'https://slow.example/')).toBe('timed_out');
    const aborted = AbortSignal.abort();
    expect(await outcome(settings, `http://127.0.0.1:${silent.port}/`, { signal: aborted })).toBe(
      'timed_out',
    );
  });

  it('take no more than the limit, whether the length is told or not', async () => {
    for (const told of [true, false]) {
      const huge = await canaryOf('http', (_req, res) => {
        if (told) res.setHeader('content-length', String(100_000));
        res.write('x'.repeat(50_000));
        res.end('x'.repeat(50_000));
      });
      const url = `http://127.0.0.1:${huge.port}/`;
      expect(await outcome({ hosts: ['127.0.0.1'] }, url)).toBe('too_large');
      expect(await outcome({ hosts: ['127.0.0.1'] }, url, { maxBytes: 100_000 })).toBe(200);
    }
  });

  it('speak https to all but the hosts the operator named, and nothing else', async () => {
    const canary = await canaryOf('http');
    const { port } = canary;
    for (const [address, reason] of [
      ['http://site.example/', 'scheme'],
      ['file:///etc/passwd', 'scheme'],
      ['data:application/json,{}', 'scheme'],
      ['ftp://127.0.0.1/', 'scheme'],
      [`https://user:secret@127.0.0.1:${port}/`, 'unusable'],
      ['not an address', 'unusable'],
    ])
      expect([address, await outcome(resolving('2d00::1'), address!)]).toEqual([address, reason]);
    // A named port names that port alone.
    expect(await outcome({ hosts: [`127.0.0.1:${port + 1}`] }, `http://127.0.0.1:${port}/`)).toBe('scheme');
    expect(canary.connections).toBe(0);
    expect(await outcome({ hosts: [`127.0.0.1:${port}`] }, `http://127.0.0.1:${port}/`)).toBe(200);
    expect(() => createOutgoing({ hosts: ['https://site.example'] })).toThrow('not a host');
  });

  it('check the certificate, by the system’s authorities or one the operator named', async () => {
    const canary = await canaryOf('https');
    const url = `https://localhost:${canary.port}/`;
    const hosts = [`localhost:${canary.port}`];
    expect(await outcome({ hosts }, url)).toBe('unreachable');
    expect(await outcome({ hosts, ca: authorityPem }, `https://127.0.0.1:${canary.port}/`)).toBe('address');
    expect(canary.requests).toEqual([]);
    expect(await outcome({ hosts, ca: authorityPem }, url)).toBe(200);
    expect(await outcome({ hosts, insecureHosts: hosts }, url)).toBe(200);
  });

  it('carry our name, what was asked to be sent, and no more', async () => {
    const canary = await canaryOf('http', (_req, res) => {
      res.setHeader('set-cookie', 'a=b').setHeader('cache-control', 'no-store').end('{"keys":[]}');
    });
    const { fetch } = createOutgoing({ hosts: ['127.0.0.1'], userAgent: 'OneCert (+https://id.example)' });
    const body = new URLSearchParams({ logout_token: 'x.y.z' });
    const url = `http://127.0.0.1:${canary.port}/out`;
    const headers = new Headers({ 'user-agent': '' });
    const answer = await fetch(url, { method: 'POST', body, headers });
    expect([await answer.json(), answer.headers.get('cache-control')]).toEqual([{ keys: [] }, 'no-store']);
    await fetch(url);
    const [post, get] = canary.requests;
    expect([post!.method, post!.body, get!.method, get!.body]).toEqual([
      'POST',
      'logout_token=x.y.z',
      'GET',
      '',
    ]);
    expect(post!.headers).toMatchObject({
      'user-agent': 'OneCert (+https://id.example)',
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
      'accept-encoding': 'identity',
      connection: 'close',
    });
    expect(Object.keys(get!.headers).sort()).toEqual(['accept-encoding', 'connection', 'host', 'user-agent']);
  });
});
