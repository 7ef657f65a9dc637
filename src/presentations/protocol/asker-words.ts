import type { LocalText } from '../../verifier/core/verdict.ts';

/** What the wallets of this province read of the asker, besides the protocol. */
export interface AskerWords {
  /** Client id of the app; absent: an office's poster. */
  app?: string;
  /** As it is registered. */
  name: string;
  /** The department or enterprise that answers for it. */
  unit?: LocalText;
  purpose: LocalText;
  /** Name of the service item. */
  item?: LocalText;
  device: 'same' | 'cross';
  /** Across devices: one of them, the right one, stands on the asking screen. */
  numbers?: number[];
  right?: number;
}
