import type { LocalText } from '../../verifier/core/verdict.ts';

/** What the wallets of this province read of the asker, besides the protocol. */
export interface AskerWords {
  /** The app, by its id and registered name. */
  app: string;
  name: string;
  unit?: LocalText;
  purpose: LocalText;
  item?: string;
  device: 'same' | 'cross';
  /** One of them stands on the asking screen. */
  numbers?: number[];
  right?: number;
}
