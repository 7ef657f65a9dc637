/** Passkeys (WebAuthn Level 3): discoverable, with user verification, several a person. */
import { createHash } from 'node:crypto';
import {
  type AuthenticationResponseJSON,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { addressUnit } from '../http/index.ts';
import { AlreadyExists, Conflict, DataKeyDestroyed } from '../storage/index.ts';
import type { StoredPasskey } from './account-store.ts';
import type { AuthenticatorDeps } from './authenticator-deps.ts';
import type { Account } from './index.ts';
import { limits } from './limits.ts';

export interface RelyingParty {
  /** Origin of all our pages. */
  origin: string;
}

const mostPasskeys = 10;
const rpId = ({ origin }: RelyingParty): string => new URL(origin).hostname;
const documentId = (credentialId: string): string =>
  `passkey:${createHash('sha256').update(credentialId).digest('base64url')}`;

/** The text of an assertion or attestation as the page posts it; undefined when it is nothing of the kind. */
const readResponse = <T>(text: string): T | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    const { id, response } = (value ?? {}) as { id?: unknown; response?: unknown };
    return typeof id === 'string' && typeof response === 'object' && response !== null
      ? (value as T)
      : undefined;
  } catch {
    return undefined;
  }
};

const passkeysOf = async (deps: AuthenticatorDeps, accountId: string): Promise<StoredPasskey[]> =>
  (await deps.authenticators.find('account', accountId, { limit: 100 }))
    .map(({ passkey }) => passkey)
    .filter((passkey) => passkey !== undefined);

/** What the browser is asked to make. The handle and the names shown hold nothing but the opaque account id. */
export const passkeyCreation = async (
  deps: AuthenticatorDeps,
  party: RelyingParty,
  account: Account,
  input: { challenge: string; shownName: string },
) =>
  generateRegistrationOptions({
    rpName: '一证通 OneCert',
    rpID: rpId(party),
    userID: new TextEncoder().encode(account.id),
    userName: input.shownName,
    userDisplayName: input.shownName,
    challenge: Uint8Array.from(Buffer.from(input.challenge, 'base64url')),
    attestationType: 'none',
    // As long as a sign-in gives (passkey-form.ts of oidc): nobody is hurried.
    timeout: 300_000,
    excludeCredentials: (await passkeysOf(deps, account.id)).map(({ credentialId }) => ({
      id: credentialId,
    })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: [-7, -8, -257],
  });

/** False when what the browser sent does not answer this challenge. */
export const addPasskey = async (
  deps: AuthenticatorDeps,
  party: RelyingParty,
  account: Account,
  input: { challenge: string; response: string; label: string },
): Promise<boolean> => {
  const response = readResponse<RegistrationResponseJSON>(input.response);
  if (response === undefined || (await passkeysOf(deps, account.id)).length >= mostPasskeys) return false;
  const verified = await verifyRegistrationResponse({
    response,
    expectedChallenge: input.challenge,
    expectedOrigin: party.origin,
    expectedRPID: rpId(party),
    requireUserVerification: true,
    supportedAlgorithmIDs: [-7, -8, -257],
  }).catch(() => undefined);
  if (!verified?.verified || verified.registrationInfo === undefined) return false;
  const { credential } = verified.registrationInfo;
  const now = seconds(deps.clock);
  try {
    await deps.authenticators.insert({
      id: documentId(credential.id),
      account: account.id,
      kind: 'passkey',
      passkey: {
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports: [...(credential.transports ?? [])],
      },
      label: input.label,
      createdAt: now,
      changedAt: now,
    });
  } catch (error) {
    if (error instanceof AlreadyExists) return false;
    throw error;
  }
  await deps.audit?.append({
    action: 'authenticator.added',
    actor: `account:${account.id}`,
    subject: account.id,
    result: 'ok',
    details: { kind: 'passkey' },
  });
  await deps.tell(account, 'passkey_added');
  return true;
};

/**
 * The account whose passkey answered the challenge with user verification. With `accountId` only that person's counts.
 * A signature counter that goes back means a copied key: refused (WebAuthn §6.1.1).
 */
export const checkPasskey = async (
  deps: AuthenticatorDeps,
  party: RelyingParty,
  input: { challenge: string; response: string; accountId?: string; address: string },
): Promise<Account | undefined> => {
  await deps.budget.spend(limits.passkeyAddress, addressUnit(input.address));
  const response = readResponse<AuthenticationResponseJSON>(input.response);
  if (response === undefined) return undefined;
  const kept = await deps.authenticators.get(documentId(response.id)).catch((error: unknown) => {
    if (error instanceof DataKeyDestroyed) return undefined;
    throw error;
  });
  if (kept?.passkey === undefined) return undefined;
  if (input.accountId !== undefined && kept.account !== input.accountId) return undefined;
  const handle = response.response.userHandle;
  if (handle && Buffer.from(handle, 'base64url').toString() !== kept.account) return undefined;
  const verified = await verifyAuthenticationResponse({
    response,
    expectedChallenge: input.challenge,
    expectedOrigin: party.origin,
    expectedRPID: rpId(party),
    requireUserVerification: true,
    credential: {
      id: kept.passkey.credentialId,
      publicKey: Uint8Array.from(Buffer.from(kept.passkey.publicKey, 'base64url')),
      counter: kept.passkey.counter,
    },
  }).catch(() => undefined);
  if (!verified?.verified) return undefined;
  const { newCounter } = verified.authenticationInfo;
  try {
    await deps.authenticators.replace({
      ...kept,
      passkey: { ...kept.passkey, counter: newCounter },
      usedAt: seconds(deps.clock),
    });
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
  const account = await deps.accounts.get(kept.account);
  if (account === undefined) throw new ServiceError('not_found');
  return account;
};
