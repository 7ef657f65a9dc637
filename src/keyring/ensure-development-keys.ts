import { ServiceError } from '../errors.ts';
import type { KeyAlg, KeyPurpose, KeyRecord, Keyring } from './index.ts';
import { isKeptOffline } from './key-folder.ts';

const ROOT_DAYS = 3650;
const OTHER_DAYS = 730;

const provinceKeys: { purpose: KeyPurpose; algs: KeyAlg[] }[] = [
  { purpose: 'trust-list', algs: ['ES256'] },
  // ES256 signs the Token Status List, EdDSA the proof of the Bitstring Status List credentials.
  { purpose: 'status', algs: ['ES256', 'EdDSA'] },
  { purpose: 'pack', algs: ['ES256'] },
  { purpose: 'audit', algs: ['ES256'] },
  { purpose: 'login', algs: ['ES256', 'EdDSA', 'RS256'] },
];

const issuerAlgs: KeyAlg[] = ['ES256', 'EdDSA'];

/** Makes every key a development province needs and does not have; returns those it made. */
export async function ensureDevelopmentKeys(
  keyring: Keyring,
  issuerIds: readonly string[],
  actor = 'system',
): Promise<KeyRecord[]> {
  const made: KeyRecord[] = [];
  // The root's private part may be away, where it belongs: its public record is enough.
  const hasRoot = (state: KeyRecord['state']) =>
    keyring.all().some((key) => key.purpose === 'root' && key.state === state);
  const canSign = (purpose: KeyPurpose, owner: string, alg: KeyAlg): boolean => {
    try {
      return keyring.active(purpose, owner, alg) !== undefined;
    } catch {
      return false;
    }
  };
  const make = async (purpose: KeyPurpose, owner: string, alg: KeyAlg, standby = false) => {
    const days = isKeptOffline({ purpose }) ? ROOT_DAYS : OTHER_DAYS;
    made.push(await keyring.create({ purpose, owner, alg, days, standby, actor }));
  };

  if (!hasRoot('active')) await make('root', 'province', 'ES256');
  // The next root is named before it is needed: a lost root must not leave the verifiers with nobody to believe.
  if (!hasRoot('standby')) await make('root', 'province', 'ES256', true);
  // A server that may hold no root's private part gets X.509 certificates from outside.
  if (!keyring.all().some(({ purpose, state }) => purpose === 'document-ca' && state === 'active'))
    await make('document-ca', 'province', 'ES256').catch((error: unknown) => {
      if (!(error instanceof ServiceError && error.code === 'forbidden')) throw error;
    });
  for (const { purpose, algs } of provinceKeys) {
    for (const alg of algs) if (!canSign(purpose, 'province', alg)) await make(purpose, 'province', alg);
  }
  for (const issuer of issuerIds) {
    for (const alg of issuerAlgs)
      if (!canSign('certificate', issuer, alg)) await make('certificate', issuer, alg);
  }
  return made;
}
