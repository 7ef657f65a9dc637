/** A service code 接入码 of the old login: which app stands behind it, where its tickets go, and until when. */
import type { CollectionSpec } from '../storage/index.ts';

export interface TicketService {
  /** The servicecode. */
  id: string;
  clientId: string;
  /** One of the app's registered redirect URIs; compared exactly. */
  returnUri: string;
  /** Unix seconds. From then on it says where to go instead. */
  until: number;
  /** Unix seconds. Until then a MD5 signature is good enough for this one. */
  md5Until?: number;
  /** Of the present secret; a new one makes a new secret. */
  salt: string;
  createdAt: number;
}

export const ticketServiceSpec: CollectionSpec<TicketService> = {
  name: 'ticket_services',
  schemaVersion: 1,
};

/** Begins with a letter: a number alone could be a person's. */
export const serviceCodePattern = /^[A-Za-z][\w-]{2,63}$/;
