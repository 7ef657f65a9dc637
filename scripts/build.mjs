// Builds what is not built: the server by tsc, the two web apps by Vite. `--force` builds all of it again.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const walk = (path) => {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => walk(join(path, name)));
};

/** Changes when a file appears, goes, or is written. */
const fingerprint = (paths) =>
  paths
    .flatMap((path) => walk(join(root, path)))
    .map((file) => `${relative(root, file)} ${statSync(file).mtimeMs} ${statSync(file).size}`)
    .join('\n');

const run = (title, command, args) => {
  const started = Date.now();
  process.stderr.write(`building ${title} … `);
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, command), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) {
    process.stderr.write(`failed\n${stdout}${stderr}`);
    process.exit(1);
  }
  process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`);
};

/** The typeface of PDFs (decision 0032): weight 400, its licence, and which piece has which characters. */
const copyTypeface = () => {
  const source = join(root, 'node_modules/@fontsource/noto-sans-sc');
  const target = join(root, 'dist/fonts/noto-sans-sc');
  mkdirSync(join(target, 'files'), { recursive: true });
  for (const name of ['LICENSE', 'unicode.json']) cpSync(join(source, name), join(target, name));
  for (const name of readdirSync(join(source, 'files')).filter((file) => file.endsWith('-400-normal.woff')))
    cpSync(join(source, 'files', name), join(target, 'files', name));
};

const parts = [
  {
    name: 'server',
    inputs: ['src', 'tsconfig.json', 'tsconfig.build.json', 'tsconfig.verifier.json', 'package-lock.json'],
    outputs: ['dist/main.js', 'dist/verifier/core/index.d.ts', 'dist/fonts/noto-sans-sc/unicode.json'],
    build() {
      run('the server', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
      // What `onecert/verifier` declares to those who install it.
      run('its types', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.verifier.json']);
      for (const file of walk(join(root, 'src')).filter((name) => /\.(css|svg|json)$/.test(name))) {
        const target = join(root, 'dist', relative(join(root, 'src'), file));
        mkdirSync(dirname(target), { recursive: true });
        cpSync(file, target);
      }
      copyTypeface();
    },
  },
  {
    name: 'web',
    inputs: [
      'web',
      'src/verifier/core',
      'src/identifiers',
      'src/http/in-app-browser.ts',
      'src/presentations/protocol',
      'vite.config.ts',
      'package-lock.json',
    ],
    outputs: ['wallet', 'counter', 'console'].map((app) => `dist/web/${app}/index.html`),
    build() {
      rmSync(join(root, 'dist/web'), { recursive: true, force: true });
      for (const app of ['wallet', 'counter', 'console'])
        run(`the ${app}`, 'node_modules/vite/bin/vite.js', ['build', '--mode', app]);
      // Files whose names never change what they hold: compressed once, sent so to who takes it.
      for (const file of walk(join(root, 'dist/web')).filter((name) => /assets.*\.(js|css|wasm)$/.test(name)))
        writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
    },
  },
];

/** Builds the parts whose sources changed since the last build. */
export const buildWhatIsNotBuilt = ({ force = false } = {}) => {
  mkdirSync(join(root, 'dist'), { recursive: true });
  for (const part of parts) {
    const stamp = join(root, 'dist', `.built-${part.name}`);
    const present = fingerprint(part.inputs);
    const done = part.outputs.every((file) => existsSync(join(root, file)));
    // An installed package without sources has nothing to build from.
    if (!walk(join(root, part.inputs[0])).length) continue;
    if (!force && done && existsSync(stamp) && readFileSync(stamp, 'utf8') === present) continue;
    part.build();
    writeFileSync(stamp, present);
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  buildWhatIsNotBuilt({ force: process.argv.includes('--force') });
}
