import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { seconds, systemClock } from '../clock.ts';
import { readConfig } from '../config.ts';
import {
  applyDelta,
  openPack,
  type PackMemory,
  type PublicKeyJwk,
  titleOf,
  type Verdict,
  verify,
} from '../verifier/core/index.ts';
import { exitCodes, print, UsageError } from './output.ts';

const readText = (file: string): string => {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'error'}`);
  }
};

const readRoot = (file: string): PublicKeyJwk => {
  try {
    const root = JSON.parse(readText(file)) as PublicKeyJwk;
    if (root.kty !== 'EC' || !root.x || !root.y) throw new Error('not a P-256 JWK');
    return root;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file} is not a public root key (JWK)`);
  }
};

/** Highest numbers and latest time seen, per root: an older pack is refused, an earlier clock is noticed. */
const openMemory = (file: string | undefined, root: PublicKeyJwk) => {
  const key = `${root.x}.${root.y}`;
  let all: Record<string, PackMemory> = {};
  if (file && existsSync(file)) {
    try {
      all = JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      throw new UsageError(`${file} is damaged; remove it to start again`);
    }
  }
  return {
    value: all[key],
    save(next: PackMemory): void {
      if (!file) return;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify({ ...all, [key]: next }, null, 2)}\n`);
    },
  };
};

/** How old what is known is, in words: a minute and less is now. */
const age = (seconds: number): string => {
  if (seconds < 120) return 'now';
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min old`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h old` : `${Math.floor(seconds / 86_400)} d old`;
};

const describe = (verdict: Verdict, now: number, pack?: { number: number; iat: number }): string => {
  const time = (at: number | undefined): string => (at ? new Date(at * 1000).toISOString() : '');
  const title = titleOf(verdict.outcome);
  return [
    `${title.zh} ${title.en} · ${verdict.sentence.zh} ${verdict.sentence.en}`,
    `${verdict.advice.zh} ${verdict.advice.en}`,
    ...(verdict.issuer ? [`issuer    ${verdict.issuer.name.zh} ${verdict.issuer.name.en}`] : []),
    ...(verdict.issuer?.province
      ? [`province  ${verdict.issuer.province.zh} ${verdict.issuer.province.en}`]
      : []),
    ...(verdict.copyNote
      ? [
          `加注件 annotated copy ${verdict.copyNote.number}: ${verdict.copyNote.maker.zh} ${verdict.copyNote.maker.en} · ` +
            `${verdict.copyNote.purpose.zh} ${verdict.copyNote.purpose.en}`,
        ]
      : []),
    ...verdict.fields.map((field) => `${field.label.zh} ${field.label.en}: ${field.value}`),
    ...(verdict.statusAsOf
      ? [`状态截至 status as of ${time(verdict.statusAsOf)} (${age(now - verdict.statusAsOf)})`]
      : []),
    ...(pack ? [`验证包 pack ${pack.number} of ${time(pack.iat)} (${age(now - pack.iat)})`] : []),
    `(${verdict.code})`,
  ].join('\n');
};

export const verifyCommand = (): Command =>
  new Command('verify')
    .description('judge a certificate or show code offline, from public keys alone')
    .argument('[file]', 'a file, or - for standard input')
    .option('--text <text>', 'what a scanner read, instead of a file')
    .requiredOption('--pack <file>', 'the offline pack: as /pack or as /pack/delta?from=0 serves it')
    .option('--root <file>', 'public province root (JWK); default: this instance’s own')
    .option('--memory <file>', 'where to remember the highest pack seen; default: in the data folder')
    .option('--json', 'one JSON object')
    .action(
      async (
        file: string | undefined,
        options: { text?: string; pack: string; root?: string; memory?: string; json?: boolean },
      ) => {
        if ((file === undefined) === (options.text === undefined))
          throw new UsageError('what is to be judged? Give a file, - or --text TEXT');
        const config = options.root && options.memory ? undefined : readConfig();
        const ownRoot = config && join(config.dataDir, 'province-root.json');
        const rootFile = options.root ?? ownRoot;
        if (!rootFile || !existsSync(rootFile))
          throw new UsageError('which root is trusted? Give it with --root FILE');
        const root = readRoot(rootFile);
        const memory = openMemory(
          options.memory ?? (config && join(config.dataDir, 'verifier-memory.json')),
          root,
        );
        const now = seconds(systemClock);
        const pack = readText(options.pack).trim();
        const trust = { root, now, memory: memory.value };
        const opened = pack.startsWith('{')
          ? await applyDelta(pack, undefined, trust)
          : await openPack(pack, trust);
        let verdict: Verdict;
        if ('verdict' in opened) {
          verdict = opened.verdict;
        } else {
          memory.save(opened.memory);
          verdict = await verify((options.text ?? readText(file!)).trim(), opened.trusted, {
            now,
            latestTime: memory.value?.latestTime,
          });
        }
        const dated =
          'payload' in opened ? { number: opened.payload.number, iat: opened.payload.iat } : undefined;
        print(options.json, dated ? { ...verdict, pack: dated } : verdict, () =>
          describe(verdict, now, dated),
        );
        process.exitCode = verdict.outcome === 'valid' ? exitCodes.done : exitCodes.notValid;
      },
    );
