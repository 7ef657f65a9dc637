import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '../../../src/config.ts';
import { choosePhone, localCertificate, localNames, NoPhoneAddress } from '../../../src/phone/index.ts';

const at = (address: string, internal = false): NetworkInterfaceInfo[] => [
  { family: 'IPv4', address, internal, netmask: '', mac: '', cidr: null },
];
const home = {
  lo: at('127.0.0.1', true),
  docker0: at('172.17.0.1'),
  eth0: at('10.3.2.1'),
  wlan0: at('192.168.1.20'),
  wan: at('8.8.8.8'),
};
const day = 86_400_000;

describe('npm start -- --phone', () => {
  it('takes the address a phone is likely to reach, a store and a port of its own, and no sandbox', () => {
    expect(choosePhone(['node', 'main'], {}, home)).toBeUndefined();
    expect(choosePhone(['--phone'], {}, home)!.env).toEqual({
      PORT: '3443',
      HOST: '192.168.1.20',
      BASE_URL: 'https://192.168.1.20:3443',
      DATA_DIR: 'data-phone/192.168.1.20',
      ONECERT_LOCAL_TLS: 'data-phone',
      ONECERT_SAMPLE_APPS: 'false',
      ONECERT_SANDBOX: 'false',
    });
    expect(choosePhone(['--phone=10.3.2.1'], { PORT: '9000' }, home)!.env).toMatchObject({
      HOST: '10.3.2.1',
      BASE_URL: 'https://10.3.2.1:9000',
    });
    expect(choosePhone(['--phone=Desk.local'], {}, home)!.env).toMatchObject({
      HOST: '0.0.0.0',
      BASE_URL: 'https://desk.local:3443',
    });
  });

  it('refuses an address of the open network, and says what to do where there is none', () => {
    for (const host of ['8.8.8.8', 'example.com', 'localhost', '192.168.1.20:1'])
      expect(() => choosePhone([`--phone=${host}`], {}, home)).toThrow(NoPhoneAddress);
    expect(() => choosePhone(['--phone'], {}, { lo: home.lo })).toThrow(
      'name one, like --phone=192.168.1.20',
    );
  });

  it('is refused in production', () => {
    const { env } = choosePhone(['--phone'], {}, home)!;
    let faults: string[] = [];
    try {
      readConfig({ ...env, ONECERT_MODE: 'production' });
    } catch (error) {
      if (error instanceof ConfigError) ({ faults } = error);
    }
    expect(faults).toContainEqual(expect.stringMatching(/^localTls: .*refused in production/));
  });
});

describe('the local authority', () => {
  let dir: string;
  let now = Date.parse('2026-11-23T12:00:00Z');
  const clock = { now: () => now };
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'onecert-phone-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const names = localNames('127.0.0.1', 'Desk-3.lan', home);
  const made = async (wanted: readonly string[] = names) => {
    const { cert } = await localCertificate(dir, { names: wanted, clock });
    return {
      server: new X509Certificate(cert),
      authority: new X509Certificate(readFileSync(join(dir, 'authority.pem'))),
    };
  };

  it('vouches for this computer’s local addresses and its name; its keys are closed to others', async () => {
    const { server, authority } = await made();
    expect(server.subjectAltName).toBe(
      'IP Address:127.0.0.1, IP Address:192.168.1.20, IP Address:10.3.2.1, DNS:desk-3.local',
    );
    expect([server.ca, authority.ca, server.verify(authority.publicKey)]).toEqual([false, true, true]);
    for (const name of ['authority-key.pem', 'server-key.pem'])
      expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
  });

  it('is kept; the server’s certificate is made anew for a new address and before its end', async () => {
    const first = await made();
    const same = await made();
    expect(same.server.fingerprint256).toBe(first.server.fingerprint256);
    const moved = await made([...names, '192.168.7.7']);
    expect(moved.server.checkIP('192.168.7.7')).toBe('192.168.7.7');
    expect(moved.authority.fingerprint256).toBe(first.authority.fingerprint256);
    now += 61 * day;
    const renewed = await made();
    expect(renewed.server.fingerprint256).not.toBe(moved.server.fingerprint256);
    expect(renewed.authority.fingerprint256).toBe(first.authority.fingerprint256);
    now += 250 * day;
    expect((await made()).authority.fingerprint256).not.toBe(first.authority.fingerprint256);
  });

  it('cannot vouch for a site outside: its name constraints refuse the chain', async () => {
    now = Date.now();
    const shake = async (name: string): Promise<string> => {
      const own = mkdtempSync(join(dir, 'own-'));
      const held = await localCertificate(own, { names: ['127.0.0.1', name], clock });
      const server = createServer(held, (socket) => socket.end()).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const socket = connect({
        port: (server.address() as AddressInfo).port,
        host: '127.0.0.1',
        ca: readFileSync(join(own, 'authority.pem')),
      });
      const outcome = await new Promise<string>((resolve) => {
        socket.once('secureConnect', () => resolve('trusted'));
        socket.once('error', ({ message }) => resolve(message));
      });
      socket.destroy();
      server.close();
      return outcome;
    };
    expect(await shake('192.168.1.20')).toBe('trusted');
    expect(await shake('8.8.8.8')).toBe('permitted subtree violation');
    expect(await shake('bank.example')).toBe('permitted subtree violation');
  });
});
