import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { Accounts } from '../accounts/index.ts';
import { type Officials, readTree, roles } from '../officials/index.ts';
import type { Storage } from '../storage/index.ts';

const officialsSchema = z.array(
  z.strictObject({
    person: z.strictObject({ kind: z.string(), number: z.string(), name: z.string() }),
    unit: z.string(),
    roles: z.array(z.enum(roles)).min(1),
  }),
);

export interface SampleOrganisationDeps {
  officials: Officials;
  accounts: Accounts;
  storage: Storage;
  sampleDir: string;
}

const doneFact = 'sample-officials';
const context = { actor: 'system' };

/** Imports the sample's organisation tree into a store that has none, and gives its officials their posts, once. */
export const loadSampleOrganisation = async (deps: SampleOrganisationDeps): Promise<void> => {
  const { officials, sampleDir } = deps;
  if ((await officials.tree.current()).number === 0) {
    const units = readTree(readFileSync(join(sampleDir, 'organisation.yaml'), 'utf8'));
    await officials.tree.import(units, context);
  }
  await givePosts(deps);
};

/** A post that was ended since stays ended; after a crash those without one get theirs. */
const givePosts = async ({
  officials,
  accounts,
  storage,
  sampleDir,
}: SampleOrganisationDeps): Promise<void> => {
  const file = join(sampleDir, 'officials.yaml');
  if (!existsSync(file) || (await storage.facts.get(doneFact))) return;
  const tree = await officials.tree.current();
  for (const { person, unit, roles } of officialsSchema.parse(parseYaml(readFileSync(file, 'utf8')))) {
    const account = await accounts.findByDocument(person.kind, person.number);
    // A store of before may have a tree of its own, or have closed the account.
    if (account?.state !== 'active' || !tree.unit(unit)) continue;
    if ((await officials.posts.of(account.id)).length > 0) continue;
    await officials.posts.appoint({ account: account.id, unit, roles, context });
  }
  await storage.facts.set(doneFact, '1');
};
