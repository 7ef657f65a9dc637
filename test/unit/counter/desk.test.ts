import { createHash, pbkdf2Sync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader, exportJWK, importJWK, jwtVerify } from 'jose';
import { verdict } from '../../../src/verifier/core/index.ts';
import { base64url, signJws } from '../../../web/counter/desk/desk-api.ts';
import {
  fitsVerifier,
  isLocked,
  noWrongPins,
  pinKeyOf,
  withWrongPin,
} from '../../../web/counter/desk/pin.ts';
import { resultOf } from '../../../web/counter/desk/results.ts';
import { noteServerDate } from '../../../web/shared/server-time.ts';

const limits = { wrong_pins: 5, wrong_pins_seconds: 900 };

describe('an officer’s PIN at an enrolled counter', () => {
  const salt = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
  const key = pbkdf2Sync('482913', salt, 1000, 32, 'sha256');
  const officer = {
    officer: 'p_1',
    name: '陈*强',
    pin: {
      kdf: 'PBKDF2-SHA-256',
      iterations: 1000,
      salt: salt.toString('base64url'),
      verifier: createHash('sha256').update(key).digest('base64url'),
    },
  };

  it('is compared on the device as the server derives it, and never leaves as digits', async () => {
    const derived = await pinKeyOf('482913', officer);
    expect(derived).toBe(key.toString('base64url'));
    expect(await fitsVerifier(derived, officer)).toBe(true);
    expect(await fitsVerifier(await pinKeyOf('482914', officer), officer)).toBe(false);
  });

  it('locks after five wrong ones in 15 minutes, for that officer alone, and a clock set back does not open it', () => {
    let pins = noWrongPins;
    for (let count = 0; count < 5; count += 1) {
      expect(isLocked(pins, 'p_1', 1000 + count, limits)).toBe(false);
      pins = withWrongPin(pins, 'p_1', 1000 + count, limits);
    }
    expect(isLocked(pins, 'p_1', 1005, limits)).toBe(true);
    expect(isLocked(pins, 'p_1', 10, limits)).toBe(true);
    expect(isLocked(pins, 'p_2', 1005, limits)).toBe(false);
    expect(isLocked(pins, 'p_1', 1901, limits)).toBe(false);
    expect(pins.unreported).toEqual({ p_1: 5 });
  });
});

describe('what a counter hands in (CTR-5)', () => {
  const judged = verdict('valid', {
    format: 'show-code',
    type: { id: 'driving_licence', name: { zh: '机动车驾驶证', en: 'Driving licence' } },
    view: { number: 11, name: { zh: '驾驶证', en: 'Driving licence' } },
    fields: [{ name: 'name', label: { zh: '姓名', en: 'Name' }, value: '张三', compare: true }],
    statusEntry: { list: 1, index: 100003 },
    madeAt: 990,
    packNumber: 42,
  });

  it('names the certificate by its entry, and has no field’s value and no name', () => {
    const result = resultOf(judged, 'p_1', 'driving-licence-renewal', 1000)!;
    expect(result).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/),
      officer: 'p_1',
      item: 'driving-licence-renewal',
      format: 'show-code',
      verdict: 'valid',
      type: 'driving_licence',
      view: 11,
      entry: { list: 1, index: 100003 },
      scanned_at: 1000,
      made_at: 990,
      pack_number: 42,
    });
    expect(JSON.stringify(result)).not.toContain('张三');
  });

  it('is dated by the server’s clock where this device’s is known to be off', () => {
    const hearOf = (seconds: number) =>
      noteServerDate(
        new Response('', { headers: { date: new Date(Date.now() + seconds * 1000).toUTCString() } }),
      );
    hearOf(-86_400);
    const off = resultOf(judged, 'p_1', undefined, 100_000)!.scanned_at;
    hearOf(0);
    expect(Math.abs(off - 13_600)).toBeLessThan(3);
    expect(resultOf(judged, 'p_1', undefined, 100_000)!.scanned_at).toBe(100_000);
  });

  it('says nothing of what is no certificate', () => {
    expect(resultOf(verdict('malformed'), 'p_1', undefined, 1000)).toBeUndefined();
  });
});

describe('a request of a counter', () => {
  it('is signed by a key that its browser cannot give away', async () => {
    const { subtle } = globalThis.crypto;
    const keys = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    const jws = await signJws(keys.privateKey, { typ: 'onecert-counter+jwt', kid: 'ct_1' }, { htm: 'POST' });
    expect(decodeProtectedHeader(jws)).toEqual({ alg: 'ES256', typ: 'onecert-counter+jwt', kid: 'ct_1' });
    const publicKey = await importJWK(await exportJWK(keys.publicKey), 'ES256');
    expect((await jwtVerify(jws, publicKey)).payload).toEqual({ htm: 'POST' });
    await expect(subtle.exportKey('pkcs8', keys.privateKey)).rejects.toThrow();
    expect(base64url(Uint8Array.of(251, 255))).toBe('-_8');
  });
});
