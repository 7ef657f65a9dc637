/** A child of a fault test, built once and run on dist/: one that is killed hundreds of times must start fast. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { transformSync } from '@swc/core';
import { projectDir } from '../../src/config.ts';

const outDir = join(projectDir, 'dist/.fault-children');
const rig = join(projectDir, 'test/unit/credentials/issuing-rig.ts');
const src = join(projectDir, 'src');

/** What stands in src/ is taken from dist/; the rig lies beside the child. */
const target = (from: string, specifier: string): string => {
  const file = resolve(dirname(from), specifier);
  if (!file.startsWith(src)) return `./${basename(file, '.ts')}.js`;
  return relative(outDir, join(projectDir, 'dist', relative(src, file))).replace(/\.ts$/, '.js');
};

const build = (file: string): string => {
  const { code } = transformSync(readFileSync(file, 'utf8'), {
    filename: file,
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  const built = join(outDir, `${basename(file, '.ts')}.js`);
  const own = code.replace(/(?<=from\s+')\.[^']+/g, (specifier) => target(file, specifier));
  writeFileSync(built, own);
  return built;
};

/** The path of the built script. `npm test` has built dist before. */
export const builtChild = (name: string): string => {
  mkdirSync(outDir, { recursive: true });
  build(rig);
  return build(join(import.meta.dirname, `${name}.ts`));
};
