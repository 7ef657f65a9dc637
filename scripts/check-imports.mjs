// The import rules of ARCHITECTURE.md. Prints every breach and fails the build.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const src = join(root, 'src');

/** Lower layers know nothing of higher ones. */
const layers = [
  ['clock', 'errors', 'log', 'identifiers', 'verifier/core'],
  ['storage', 'http', 'outgoing'],
  ['keyring', 'audit'],
  ['trust', 'accounts', 'mail'],
  ['credentials', 'officials', 'enterprises', 'items', 'ceremony'],
  ['oidc', 'registration', 'sandbox', 'verifier'],
  [
    'wallet',
    'annotated-copies',
    'families',
    'life-events',
    'portal',
    'presentations',
    'developers',
    'admin',
    'personal-data',
    'my-account',
    'recovery',
    'tickets',
    'objections',
    'use-log',
    'slips',
    'counters',
    'vc-api',
    'credit',
    'supervision',
    'grassroots',
    'sharing',
    'sample',
    'phone',
    'developers',
  ],
  ['config', 'backup'],
  ['core', 'compose'],
  ['app', 'init', 'jobs'],
  ['run-instance'],
  ['main', 'cli', 'tour'],
];
const layerOf = new Map(layers.flatMap((names, level) => names.map((name) => [name, level])));
/** Folders of small pure pieces: any file may be imported. All others only through their index.ts. */
const openFolders = new Set(['identifiers', 'http', 'verifier/core', 'config', 'clock', 'errors', 'log']);
/** Who may pick storage adapters. */
const composition = new Set(['core', 'compose']);
const verifierPackages =
  /^(base58-universal|cborg|jose|jsonld|jsonld-signatures|@sd-jwt\/.+|@digitalbazaar\/.+)(\/|$)/;

const walk = (path) =>
  statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => walk(join(path, name))) : [path];

const featureOf = (file) => {
  const path = relative(src, file).replaceAll('\\', '/');
  if (path.startsWith('verifier/core/')) return 'verifier/core';
  return path.includes('/') ? path.split('/')[0] : path.replace(/\.ts$/, '');
};

const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
const importPattern =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

const breaches = [];
const breach = (file, message) => breaches.push(`${relative(root, file)}: ${message}`);

for (const file of walk(src).filter((name) => name.endsWith('.ts'))) {
  const text = readFileSync(file, 'utf8');
  const code = withoutComments(text);
  const from = featureOf(file);
  const level = layerOf.get(from);
  if (level === undefined) breach(file, `folder ${from} has no layer in scripts/check-imports.mjs`);
  if (/\/(utils?|helpers?|misc|common)\//.test(file)) breach(file, 'no drawers: give the piece a named home');
  if (text.split('\n').length > 400) breach(file, 'longer than 400 lines: one thing, or two?');
  if (!['clock'].includes(from) && /\bDate\.now\(\)|new Date\(\)/.test(code))
    breach(file, 'time comes in as a clock');
  if (!['config', 'cli', 'main', 'core', 'compose', 'tour'].includes(from) && /process\.env\b/.test(code))
    breach(file, 'reads process.env');
  if (!['cli', 'main', 'tour'].includes(from) && /\bconsole\./.test(code))
    breach(file, 'writes to the console');
  if (/safe:\s*false/.test(code)) breach(file, 'JSON-LD safe mode is never switched off');

  for (const [, staticName, dynamicName] of code.matchAll(importPattern)) {
    const name = staticName ?? dynamicName;
    if (!name.startsWith('.')) {
      if (from === 'verifier/core' && !verifierPackages.test(name))
        breach(file, `the pure core imports ${name}`);
      if (/^(libsql|mongoose|redis)$/.test(name) && from !== 'storage')
        breach(file, `${name} belongs to src/storage`);
      continue;
    }
    const target = resolve(dirname(file), name);
    if (!target.startsWith(`${src}/`)) {
      breach(file, `imports ${name} from outside src`);
      continue;
    }
    if (!existsSync(target)) continue;
    const to = featureOf(target);
    if (to === from) continue;
    const toLevel = layerOf.get(to);
    if (toLevel > level) breach(file, `${from} may not know ${to} (a higher layer)`);
    if (to === 'storage' && !target.endsWith('/index.ts') && !composition.has(from)) {
      breach(file, 'only the composition root picks storage adapters');
    } else if (
      !openFolders.has(to) &&
      !composition.has(from) &&
      !target.endsWith('/index.ts') &&
      target !== join(src, `${to}.ts`)
    ) {
      breach(file, `imports an inside of ${to}; use its index.ts`);
    }
  }
}

for (const line of breaches) process.stdout.write(`${line}\n`);
process.stdout.write(`import rules: ${breaches.length} breach(es)\n`);
process.exit(breaches.length > 0 ? 1 : 0);
