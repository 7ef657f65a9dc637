import type { Account } from '../accounts/index.ts';
import type { LocalText } from '../verifier/core/verdict.ts';

/** Whom a certificate is issued to, keyed by kind and number of document (domain.md §9). An account is one as it is. */
export interface Holder extends Pick<Account, 'name' | 'documentKind' | 'documentNumber' | 'proofingLevel'> {
  /** Account id or enterprise id; whose data key the fields and copies are sealed with. */
  id: string;
  kind: 'person' | 'enterprise';
  state: Account['state'];
}

/**
 * The person on whose phone a copy is, and the power she has it under: for an enterprise, for a child or relative, or her
 * own in an office.
 */
export interface Presenter {
  account: string;
  /** Reference of her capacity (src/accounts/capacity.ts), or `f:<family link>`. */
  capacity: string;
  /** A delegate's. */
  mandate?: string;
  /** Her name masked, as her copies say who shows them; absent: they are her own. */
  shownBy?: string;
  /** Whether that power is still there; asked again after signing. */
  stands(): Promise<boolean>;
}

/**
 * Why there is nothing to show of a type. proofing_level: nobody has matched this person with her document yet, so no
 * register is asked for her. register_unavailable: it does not answer right now; the other types are told all the same.
 * in_office_only: an official's card, which she carries when she acts in her office.
 */
export type WhyNot =
  | 'not_in_register'
  | 'register_entry_faulty'
  | 'proofing_level'
  | 'register_unavailable'
  | 'in_office_only';

/** In whose affairs somebody acts at this moment. */
export interface Acting {
  holder: Holder;
  /** Absent: she acts for herself. */
  presenter?: Presenter;
  /** The unit of the office she acts in. */
  office?: { id: string; name: LocalText };
  /**
   * Types of the holder's certificates that she may see and fetch: a delegate's are those her mandate's items name, an
   * official's her cards.
   */
  mayHave(type: string): boolean;
}

export interface Holders {
  /** By the capacity of the grant; undefined when that is over, or the account is not active. */
  acting(accountId: string, capacity: string | undefined): Promise<Acting | undefined>;
  /** An account, or an enterprise that is known here. */
  byDocument(kind: string, number: string): Promise<Holder | undefined>;
  byId(id: string): Promise<Holder | undefined>;
  /** Whom a register names: an enterprise that nobody opened yet is written down as its own register has it. */
  named(document: { kind: string; number: string }): Promise<Holder | undefined>;
}
