/**
 * What a person had filled in when a fresh factor was needed, or her session had ended: kept for as long as the login
 * gives her, under a key that only the address she comes back with holds. The store alone cannot be read.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { Ephemeral } from '../storage/index.ts';
import type { Fields } from './account-page.ts';

export interface WaitingAct {
  page: string;
  act: string;
  fields: Fields;
  /** `?id=` of the page. */
  id?: string;
  /** Whose act it is, begun in which session; without one nothing is done on return, the form is only filled in again. */
  by?: { accountId: string; sessionUid: string };
}

export interface WaitingActs {
  /** The `state` for the login. */
  keep(act: WaitingAct): Promise<string>;
  /** Once. */
  take(state: string): Promise<WaitingAct | undefined>;
}

/** As long as a step of the login (oidc lifetimes). */
const lifeSeconds = 600;

const keyOf = (state: string): string =>
  `my-account:act:${createHash('sha256').update(state).digest('base64url')}`;

const sealKey = (secret: Uint8Array, state: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, state, 'waiting act of an account page', 32));

export const createWaitingActs = (deps: { ephemeral: Ephemeral; secret: Uint8Array }): WaitingActs => ({
  async keep(act) {
    const state = `act.${randomBytes(32).toString('base64url')}`;
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', sealKey(deps.secret, state), iv);
    const sealed = Buffer.concat([cipher.update(JSON.stringify(act)), cipher.final()]);
    const kept = Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
    await deps.ephemeral.set(keyOf(state), kept, lifeSeconds);
    return state;
  },
  async take(state) {
    const kept = await deps.ephemeral.take(keyOf(state));
    if (kept === undefined) return undefined;
    const bytes = Buffer.from(kept, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', sealKey(deps.secret, state), bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
    return JSON.parse(text.toString()) as WaitingAct;
  },
});
