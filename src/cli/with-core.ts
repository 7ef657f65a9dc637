import { readConfig } from '../config.ts';
import { type Core, openCore } from '../core.ts';
import { createLogger } from '../log.ts';

/** Opens the core of this instance for one act of the command line and closes it again. */
export const withCore = async <T>(act: (core: Core) => Promise<T>): Promise<T> => {
  const core = await openCore(readConfig(), {
    logger: createLogger(process.env.LOG_LEVEL ?? 'warn'),
    busyTimeoutMs: 5_000,
  });
  try {
    return await act(core);
  } finally {
    await core.close();
  }
};

export const cliContext = { actor: 'cli' } as const;
