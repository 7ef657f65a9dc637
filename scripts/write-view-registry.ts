/** Writes docs/view-numbers.md from the certificate types. Run: node --import ./scripts/typescript.mjs scripts/write-view-registry.ts */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { viewRegistry } from '../test/unit/catalogue/view-registry.ts';

writeFileSync(join(fileURLToPath(new URL('..', import.meta.url)), 'docs/view-numbers.md'), viewRegistry());
