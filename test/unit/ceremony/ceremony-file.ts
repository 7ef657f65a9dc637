/** The example of the documentation as a ceremony of a test: another day, other folders, quick to change. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Confirm } from '../../../src/ceremony/index.ts';
import { projectDir } from '../../../src/config.ts';

export const passphrases = ['seven grey herons wait', '杭州西湖的雨季很长很长很长'];
export const software = 'onecert test';

/** Both persons type their own. */
export const bothConfirm: Confirm = async ({ name }) => passphrases[name === '陈明' ? 0 : 1]!;

export interface CeremonyFolder {
  dir: string;
  keysDir: string;
  /** Writes the file anew with a change and returns its path. */
  write(change?: Record<string, unknown>, name?: string): string;
  output(name: string): string;
  remove(): void;
}

export const exampleFile = join(projectDir, 'docs/key-ceremony.example.yaml');

export const ceremonyFolder = (): CeremonyFolder => {
  const dir = mkdtempSync(join(tmpdir(), 'onecert-ceremony-test-'));
  mkdirSync(join(dir, 'outputs'));
  return {
    dir,
    keysDir: join(dir, 'keys'),
    write(change = {}, name = 'ceremony.yaml') {
      const example = parse(readFileSync(exampleFile, 'utf8')) as Record<string, unknown>;
      writeFileSync(join(dir, name), stringify({ ...example, date: '2026-11-23', ...change }));
      return join(dir, name);
    },
    output: (name) => readFileSync(join(dir, 'outputs', name), 'utf8'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
};
