import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { createJourneys } from '../../../src/registration/journey.ts';
import { loadOpening, type OpeningDeps } from '../../../src/registration/steps/opening-request.ts';
import type { Ephemeral } from '../../../src/storage/index.ts';

describe('the cookie of an opening', () => {
  const serve = (baseUrl: string) => {
    const ephemeral = { get: async () => undefined } as unknown as Ephemeral;
    const journeys = createJourneys({ ephemeral, secret: randomBytes(32) });
    const deps = { baseUrl, journeys } as OpeningDeps;
    const app = express();
    app.get('/open-account', async (req, res) => {
      const { browser } = await loadOpening(deps, req, res);
      res.json({ id: browser.id });
    });
    return (cookie = '') => request(app).get('/open-account').set('cookie', cookie);
  };
  const given = (headers: Record<string, unknown>): string => (headers['set-cookie'] as string[])[0]!;

  it('can be planted by no other host of the domain where there is https (security (b) Session fixation)', async () => {
    const open = serve('https://one.example.test');
    const first = await open();
    const cookie = given(first.headers);
    expect(cookie).toMatch(/^__Host-onecert_opening=[\w.-]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    const value = cookie.split(';')[0]!;
    expect((await open(value)).body).toEqual(first.body);
    const planted = await open(value.replace('__Host-', ''));
    expect(planted.body).not.toEqual(first.body);
  });

  it('works without https in development', async () => {
    const open = serve('http://localhost:8000');
    const first = await open();
    expect(given(first.headers)).toMatch(/^onecert_opening=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/);
    expect((await open(given(first.headers).split(';')[0])).body).toEqual(first.body);
  });
});
