import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Core } from '../core.ts';
import { schemaOf } from '../credentials/index.ts';
import { staticContexts } from '../verifier/core/index.ts';
import { UsageError } from './output.ts';

/**
 * Everything issued and published as files, for a checker that shares no code with us (docs/second-checker.md). It holds
 * what the copies hold, so it is for the sample province alone.
 */
export const exportIssued = async (core: Core, dir: string): Promise<number> => {
  if (!core.config.sample.enabled)
    throw new UsageError('only the sample province is exported: copies hold personal data');
  mkdirSync(join(dir, 'status'), { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(join(dir, name), text);
  const { statusLists } = core.credentials;
  for (const list of await statusLists.numbers())
    for (const rendering of ['token', 'revocation', 'suspension'] as const)
      write(`status/${list}.${rendering}`, (await statusLists.publish(list, rendering))!.body);
  write('root.json', JSON.stringify(core.trust.rootPublicJwk()));
  const { jws, payload } = await core.credentials.offlinePack();
  write('pack.jwt', jws);
  const contexts = Object.entries({ ...(await staticContexts()), ...payload.contexts });
  write(
    'contexts.json',
    JSON.stringify(Object.fromEntries(contexts.map(([url, { document }]) => [url, document]))),
  );
  const schemas = core.catalogue.types().map((type) => [type.id, schemaOf(type, core.config.baseUrl)]);
  write('schemas.json', JSON.stringify(Object.fromEntries(schemas)));
  let copies = 0;
  const lines = async function* () {
    for await (const copy of core.credentials.exportIssued()) {
      copies += 1;
      yield `${JSON.stringify(copy)}\n`;
    }
  };
  await pipeline(Readable.from(lines()), createWriteStream(join(dir, 'copies.ndjson')));
  return copies;
};
