/** A counter's device, its officers, and holders who show codes: what the counters' suites share. */
import { pbkdf2Sync, randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Account } from '../../src/accounts/index.ts';
import type { Role } from '../../src/officials/index.ts';
import { makeDeviceKey } from '../../src/tour/wallet-client.ts';
import { makeShowCode } from '../../src/verifier/core/index.ts';
import { openOfficeApi } from './office-api.ts';
import type { RunningApp } from './start-app.ts';

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test looks into another answer
  body: any;
}

interface Pin {
  iterations: number;
  salt: string;
  verifier: string;
}

const derived = new Map<string, string>();

/** What a device derives from a typed PIN; once for each, since it is slow on purpose. */
export const pinKey = (digits: string, { salt, iterations }: Pin): string => {
  const known = derived.get(`${digits}|${salt}`);
  if (known) return known;
  const key = pbkdf2Sync(digits, Buffer.from(salt, 'base64url'), iterations, 32, 'sha256');
  derived.set(`${digits}|${salt}`, key.toString('base64url'));
  return pinKey(digits, { salt, iterations, verifier: '' });
};

export const openKit = (app: RunningApp, clock: { now(): number }) => {
  const api = openOfficeApi(app);
  const now = () => Math.floor(clock.now() / 1000);
  let order = 0;

  const official = async (unit: string, roles: Role[]): Promise<string> => {
    order += 1;
    const { id } = await app.core.accounts.open({
      name: '测试人',
      documentKind: '414',
      documentNumber: `E${40_000_000 + order}`,
      proofingLevel: 2,
    });
    await app.core.officials.posts.appoint({ account: id, unit, roles, context: { actor: 'cli' } });
    const [capacity] = await app.core.officials.capacities.of(id, []);
    api.callers.set(id, { accountId: id, capacity });
    return id;
  };

  const sendTo = async (
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const answer = await fetch(`${app.baseUrl}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };

  /** A browser's key, and requests signed with it. */
  const makeDevice = async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    const { kty, crv, x, y } = await exportJWK(pair.publicKey);
    const publicKey = { kty, crv, x, y };
    let id = '';
    const proof = (method: string, path: string, change: Record<string, unknown> = {}, kid = id) =>
      new SignJWT({ htm: method, htu: `${app.baseUrl}${path}`, iat: now(), jti: randomUUID(), ...change })
        .setProtectedHeader({ alg: 'ES256', typ: 'onecert-counter+jwt', kid })
        .sign(pair.privateKey);
    return {
      get id() {
        return id;
      },
      proof,
      async enrol(code: string, proofCode = code.replace('-', '')): Promise<Answer> {
        const jws = await new SignJWT({
          htu: `${app.baseUrl}/counter/api/enrol`,
          iat: now(),
          code: proofCode,
        })
          .setProtectedHeader({ alg: 'ES256', typ: 'onecert-counter-enrol+jwt' })
          .sign(pair.privateKey);
        const answer = await sendTo('POST', '/counter/api/enrol', {
          code,
          public_key: publicKey,
          proof: jws,
        });
        if (answer.status === 201) id = answer.body.counter.id;
        return answer;
      },
      async ask(path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
        const method = body === undefined ? 'GET' : 'POST';
        const full = `/counter/api${path}`;
        const authorization = `Counter ${await proof(method, full)}`;
        return sendTo(method, full, body, { authorization, ...headers });
      },
    };
  };
  type Device = Awaited<ReturnType<typeof makeDevice>>;

  const propose = async (lead: string, change: object = {}): Promise<Answer> => {
    const wanted = { name: '3号窗口', unit: 'zj-police', items: ['driving-licence-renewal'], ...change };
    return api.call(lead, 'post', '/admin/api/counters', wanted);
  };

  const enrolled = async (lead: string, change: object = {}): Promise<Device> => {
    const device = await makeDevice();
    const { body } = await propose(lead, change);
    const answer = await device.enrol(body.code);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return device;
  };

  const setPin = (officer: string, pin: string) =>
    api.call(officer, 'post', '/admin/api/counter-pin', { pin });

  const keyOf = async (device: Device, officer: string, pin: string): Promise<string> => {
    const { body } = await device.ask('/me');
    const one = body.officers.find((known: { officer: string }) => known.officer === officer);
    if (!one) throw new Error('no officer of this counter');
    return pinKey(pin, one.pin);
  };

  const beginShift = async (device: Device, officer: string, pin: string): Promise<string> => {
    const key = await keyOf(device, officer, pin);
    const answer = await device.ask('/shifts', { officer, pin_key: key });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body.shift;
  };

  /** A holder's phone with one copy of a view; each call shows a fresh code. */
  const phoneOf = async (account: Account, type: string, view: string) => {
    const key = await makeDeviceKey();
    const { copies, certificate } = await app.core.credentials.issueCopies({
      account,
      type,
      format: 'onecert-view+cwt',
      view,
      deviceKeys: [await exportJWK(key.publicKey)],
      context: { actor: 'test' },
    });
    const { copy, credential } = copies[0]!;
    const bytes = new Uint8Array(Buffer.from(String(credential), 'base64url'));
    return {
      certificate,
      copy,
      show: (change: { iat?: number; nonce?: Uint8Array } = {}) =>
        makeShowCode(bytes, key.privateKey, { iat: now(), ...change }),
    };
  };

  const caseOf = async (applicant: Account, item: string, type: string): Promise<string> => {
    const { id: certificate } = await app.core.credentials.ensureCertificate(applicant, type, {
      actor: 'test',
    });
    const id = `case_${randomBytes(12).toString('base64url')}`;
    await app.core.cases.insert({
      id,
      item,
      openKey: `${applicant.id}|${item}`,
      applicant: applicant.id,
      certificate,
      client: 'test',
      state: 'accepted',
      createdAt: now(),
    });
    return id;
  };

  const logOf = async (account: string, action: string) =>
    (await app.core.audit.about(account)).filter((entry) => entry.action === action);

  return {
    api,
    official,
    makeDevice,
    propose,
    enrolled,
    setPin,
    keyOf,
    beginShift,
    phoneOf,
    caseOf,
    logOf,
    sendTo,
    now,
  };
};
export type Kit = ReturnType<typeof openKit>;
