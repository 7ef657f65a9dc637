// `npm test`: builds what is not built, then jest in ESM mode. Arguments go to jest.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWhatIsNotBuilt } from './build.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
buildWhatIsNotBuilt();
const { status } = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', join(root, 'node_modules/jest/bin/jest.js'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_NO_WARNINGS: '1' } },
);
process.exit(status ?? 1);
