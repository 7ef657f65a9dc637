/** Where an instance keeps what several parts read. */
import { dirname, join } from 'node:path';
import type { Config } from '../config.ts';

/** Service items stand beside the certificate types that they read: both are one province's. */
export const itemsDir = (config: Config): string => join(dirname(config.certificatesDir), 'items');

/** The public root of this instance as a file: what `onecert verify` pins when it is told nothing else. */
export const rootFile = (config: Config): string => join(config.dataDir, 'province-root.json');
