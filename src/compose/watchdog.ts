import type { Core } from '../core.ts';
import { createWatchdog, type Watchdog } from '../trust/index.ts';
import { certifiedUses } from './document-signers.ts';

/** What looks after everything of this instance that runs out. */
export const watchdogOf = (
  core: Pick<Core, 'keyring' | 'trust' | 'clock' | 'config' | 'catalogue' | 'logger'>,
): Watchdog => createWatchdog({ ...core, uses: certifiedUses(core.config, core.catalogue) }, core.logger);
