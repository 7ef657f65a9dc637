import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { print } from './output.ts';
import { withCore } from './with-core.ts';

export const packCommand = (): Command =>
  new Command('pack')
    .description('write the offline pack: all a counter needs with no network')
    .requiredOption('--out <file>', 'where to write it')
    .option('--root-out <file>', 'also write the public province root, to pin at the verifier')
    .option('--json', 'one JSON object')
    .action(async (options: { out: string; rootOut?: string; json?: boolean }) => {
      const { jws, payload, root } = await withCore(async (core) => ({
        ...(await core.credentials.offlinePack()),
        root: core.trust.rootPublicJwk(),
      }));
      writeFileSync(options.out, jws);
      if (options.rootOut) writeFileSync(options.rootOut, `${JSON.stringify(root, null, 2)}\n`);
      const facts = {
        file: options.out,
        number: payload.number,
        issued: payload.iat,
        expires: payload.exp,
        bytes: jws.length,
      };
      print(
        options.json,
        facts,
        () => `pack ${payload.number}, ${jws.length} bytes, written to ${options.out}`,
      );
    });
