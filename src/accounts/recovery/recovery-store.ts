/** Documents of recovery. Names, numbers and phones stand in none of them. */
import type { CollectionSpec } from '../../storage/index.ts';
import type { Proof, WayName } from './matrix.ts';

/** One browser's way to a new password. Every step is a compare-and-set on it. */
export interface Recovery {
  /** Keyed hash of what the browser's cookie holds: nobody without the cookie finds it. */
  id: string;
  state: 'proving' | 'choosing' | 'password' | 'done';
  by: 'document' | 'phone';
  /** Keyed hash of the name that was typed: under it tries are counted while it is nobody's. */
  named: string;
  /** Account ids it may be; empty for a name nobody has, which the pages do not tell. */
  people: string[];
  /** Whose it is: from the start by document, by phone once the message proved the phone and she has chosen. */
  account?: string;
  proofs: Proof[];
  messageSent: boolean;
  /** Keyed hash of the phone that answered the message: another one in its place has proved nothing. */
  phone?: string;
  /** What a passkey signs, in this recovery only. */
  challenge: string;
  /** The face check of this recovery, from the first proof on. */
  faceSession?: string;
  expiresAt: number;
}

export const recoverySpec: CollectionSpec<Recovery> = {
  name: 'account_recoveries',
  schemaVersion: 1,
  indexes: ['account'],
  expiresAt: 'expiresAt',
};

/** A password that was chosen and is to be put in force: the intent, so that a crash cannot lose or double it. */
export interface ChosenPassword {
  /** That of the recovery: of two answers in one recovery only the first inserts. */
  id: string;
  account: string;
  hash?: string;
  way: WayName;
  /** That of the recovery. */
  phone?: string;
  chosenAt: number;
  appliesAt: number;
  state: 'waiting' | 'applying' | 'applied' | 'stopped';
  /** SHA-256 of the secret in the link that stops it. */
  stop: string;
  expiresAt: number;
}

export const chosenPasswordSpec: CollectionSpec<ChosenPassword> = {
  name: 'chosen_passwords',
  schemaVersion: 1,
  unique: ['stop'],
  indexes: ['account', 'state'],
  expiresAt: 'expiresAt',
  owner: 'account',
  sealed: ['hash'],
};
