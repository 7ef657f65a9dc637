import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Catalogue, Credentials } from '../credentials/index.ts';
import type { Items } from '../items/index.ts';
import type { Keyring } from '../keyring/index.ts';
import type { Apps } from '../oidc/index.ts';
import type { Collection } from '../storage/index.ts';
import type { Trust } from '../trust/index.ts';
import type { LocalText, Verdict } from '../verifier/core/index.ts';
import type { Presentation } from './presentation-store.ts';

export interface PresentationDeps {
  baseUrl: string;
  presentations: Collection<Presentation>;
  apps: Pick<Apps, 'get'>;
  audit: Audit;
  catalogue: Catalogue;
  clock: Clock;
  credentials: Pick<Credentials, 'judgeOnline' | 'shownBy'>;
  items: Items;
  keyring: Keyring;
  signers: Trust['signers'];
  unitName(id: string): LocalText | undefined;
  /** The department or enterprise that answers for an app. */
  ownerName(clientId: string): Promise<LocalText | undefined>;
  /** Posters of offices, where there are counters. */
  posters?: PosterDesk;
}

/** What counters give: their posters, and the place where what a holder sends to one arrives. */
export interface PosterDesk {
  /** One that receives. */
  find(id: string): Promise<{ item: string; unit: string } | undefined>;
  /** Logged for the holder there. The number stands on her phone, and the counter asks for it. */
  receive(
    id: string,
    presented: {
      credentials: { verdict: Verdict; values: Record<string, string | number | boolean> }[];
      requestId?: string;
    },
  ): Promise<{ number: string; until: number }>;
}
