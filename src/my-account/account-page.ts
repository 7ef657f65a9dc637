/** What a page of the account is made of. Each is one module; the routes do the rest the same way for all of them. */
import type { Account } from '../accounts/index.ts';
import type { Html, Language, Notice, Text } from '../http/index.ts';
import type { BrowserSignIn } from '../oidc/index.ts';

export type Fields = Readonly<Record<string, string>>;

/** One request of a person who is signed in. */
export interface Visit {
  account: Account;
  sessionUid: string;
  confirmation: BrowserSignIn['confirmation'];
  language: Language;
  elder: boolean;
  address: string;
  requestId: string;
  query: Fields;
  /** Where the form of an act of this page posts to. */
  actAddress(act: string): string;
  /** Its form token. */
  token(act: string): string;
}

/** How a page stands when it is shown again after an act. */
export interface PageState {
  /** What was typed, to be shown again. A page never shows a password or a code. */
  typed: Fields;
  faults: Readonly<Record<string, Text>>;
  /** Where an act of several steps stands; a name of the page's own. */
  step?: string;
  /** What already stands above the page. */
  notice?: Notice;
}

export type Outcome =
  /** On to a page of the account, where its `said` text of this name is read. */
  | { done: string; at?: string; query?: Fields }
  /** The same page, with what was typed. */
  | { again: { status?: number; notice?: Notice; faults?: PageState['faults']; step?: string } }
  /** Something that is shown this once. */
  | { once: { title: Text; body: Html } }
  /** To be kept by the browser; nothing on the way keeps it. */
  | { file: { name: string; type: string; body: string } };

export interface Act {
  /** Asks for a factor as strong as the strongest the person has, if she has not just shown one; then does the act. */
  confirm?: true;
  /** Throws not_found for what is not hers; other ServiceErrors are told on the page. */
  perform(visit: Visit, fields: Fields): Promise<Outcome>;
}

export interface AccountPage {
  /** Last part of its address, /account/<path>; the home page has none. */
  path: string;
  title: Text;
  /** Which page lists it, and the line below its name there. */
  menu?: { under: 'home' | 'more' | 'sign-in-methods'; hint: Text };
  /** Where the link above the title leads; the home page when absent. */
  parent?: string;
  /** Seen only with a fresh factor: what is typed here must not get lost on the way to one. */
  confirm?: true;
  show(visit: Visit, state: PageState): Promise<Html>;
  acts?: Readonly<Record<string, Act>>;
  /** What is said after an act has led here. */
  said?: Readonly<Record<string, Text>>;
}
