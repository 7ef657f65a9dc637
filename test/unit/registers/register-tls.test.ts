import { once } from 'node:events';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { systemClock } from '../../../src/clock.ts';
import { readCatalogue } from '../../../src/credentials/catalogue/read-catalogue.ts';
import { createAskRegister } from '../../../src/credentials/registers/ask-register.ts';
import { openHttpRegister } from '../../../src/credentials/registers/http-register.ts';
import { type Made, makeCertificate } from '../../flow/certificate-maker.ts';

const type = readCatalogue('config/certificates').get('driving_licence');
const holder = { kind: '111', number: '330106198801011234' };
const pem = ({ certificate, key }: Made) => ({
  cert: certificate.toString(),
  key: key.export({ type: 'pkcs8', format: 'pem' }) as string,
});

describe('a register behind mutual TLS (issue 6, registers)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'onecert-mtls-'));
  const files = {
    certFile: join(dir, 'client.pem'),
    keyFile: join(dir, 'client.key'),
    caFile: join(dir, 'ca.pem'),
  };
  const authority = makeCertificate({ name: 'department authority', ca: true, use: 0x04 });
  const stranger = makeCertificate({ name: 'some other authority', ca: true, use: 0x04 });
  let server: Server;
  let url: string;
  let seen: string[];
  let renewals = 0;

  /** As an operator replaces them: new content, a new time. */
  const install = (client: Made, ca: Made = authority): void => {
    const { cert, key } = pem(client);
    writeFileSync(files.certFile, cert);
    writeFileSync(files.keyFile, key);
    writeFileSync(files.caFile, ca.certificate.toString());
    renewals += 1;
    for (const file of Object.values(files)) utimesSync(file, renewals, renewals);
  };
  const client = (name: string, issuer = authority) => makeCertificate({ name, issuer, use: 0x80 });
  const ask = (tls: typeof files | undefined) =>
    openHttpRegister({ url, type, clock: systemClock, ...(tls ? { tls } : {}) }).find(holder);
  const unavailable = expect.objectContaining({ code: 'register_unavailable' });

  beforeAll(async () => {
    const own = makeCertificate({ name: 'localhost', host: 'localhost', issuer: authority, use: 0x80 });
    server = createServer(
      { ...pem(own), ca: authority.certificate.toString(), requestCert: true, rejectUnauthorized: true },
      (req, res) => {
        seen.push(
          (
            req.socket as unknown as { getPeerCertificate(): { subject: { CN: string } } }
          ).getPeerCertificate().subject.CN,
        );
        res.setHeader('content-type', 'application/json');
        res.end(JSON.stringify({ rows: [], blocked: false }));
      },
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `https://localhost:${(server.address() as AddressInfo).port}/licences`;
    seen = [];
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('answers who shows a certificate of its authority, and nobody else', async () => {
    install(client('province'));
    expect(await ask(files)).toEqual({ rows: [], blocked: false });
    expect(seen).toEqual(['province']);
    await expect(ask(undefined)).rejects.toEqual(unavailable);
    install(client('impostor', stranger));
    await expect(ask(files)).rejects.toEqual(unavailable);
    expect(seen).toEqual(['province']);
  });

  it('is believed only with a certificate of the authority in our settings', async () => {
    install(client('province'), stranger);
    await expect(ask(files)).rejects.toEqual(unavailable);
  });

  it('a renewed certificate is used from the next question on, without a restart', async () => {
    install(client('before'));
    seen = [];
    const register = openHttpRegister({ url, type, clock: systemClock, tls: files });
    await register.find(holder);
    await register.find(holder);
    install(client('after'));
    await register.find(holder);
    expect(seen).toEqual(['before', 'before', 'after']);
  });

  it('the population register is asked in the same way', async () => {
    install(client('province'));
    const question = createAskRegister({ url, clock: systemClock, tls: files });
    expect(await question('guardians', holder, z.object({ blocked: z.boolean() }))).toEqual({
      blocked: false,
    });
  });

  it('settings without a file that can be read are a fault at the start', () => {
    expect(() =>
      openHttpRegister({ url, type, clock: systemClock, tls: { ...files, keyFile: join(dir, 'none') } }),
    ).toThrow();
  });
});
