import type { Account } from '../accounts/index.ts';

/** Whom a certificate is issued to, keyed by kind and number of document (domain.md §9). An account is one as it is. */
export interface Holder extends Pick<Account, 'name' | 'documentKind' | 'documentNumber' | 'proofingLevel'> {
  /** Account id or enterprise id; whose data key the fields and copies are sealed with. */
  id: string;
  kind: 'person' | 'enterprise';
  state: Account['state'];
}

/** The person on whose phone a copy of an enterprise's certificate is, and the power she has it under. */
export interface Presenter {
  account: string;
  /** Reference of her capacity (src/accounts/capacity.ts). */
  capacity: string;
  /** A delegate's. */
  mandate?: string;
  /** Whether that power is still there; asked again after signing. */
  stands(): Promise<boolean>;
}

/** In whose affairs somebody acts at this moment. */
export interface Acting {
  holder: Holder;
  /** Absent: she acts for herself. */
  presenter?: Presenter;
  /** Types of the holder's certificates that she may see and fetch: a delegate's are those her mandate's items name. */
  mayHave(type: string): boolean;
}

export interface Holders {
  /** By the capacity of the grant; undefined when that is over, is an office, or the account is not active. */
  acting(accountId: string, capacity: string | undefined): Promise<Acting | undefined>;
  /** An account, or an enterprise that is known here. */
  byDocument(kind: string, number: string): Promise<Holder | undefined>;
  byId(id: string): Promise<Holder | undefined>;
  /** Whom a register names: an enterprise that nobody opened yet is written down as its own register has it. */
  named(document: { kind: string; number: string }): Promise<Holder | undefined>;
}
