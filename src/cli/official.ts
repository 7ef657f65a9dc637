import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { isRole, type Role, readTree, roles } from '../officials/index.ts';
import { print, table, UsageError } from './output.ts';
import { findAccount } from './person.ts';
import { cliContext, withCore } from './with-core.ts';

const collect = (value: string, list: string[]): string[] => [...list, value];

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'error'}`);
  }
};

const rolesOf = (given: string[]): Role[] => {
  if (given.length === 0 || !given.every(isRole))
    throw new UsageError(`--role is one of ${roles.join(', ')}`);
  return given as Role[];
};

const day = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new UsageError('--until is a day like 2027-06-30');
  return Math.floor(time / 1000);
};

interface PlaceOptions {
  unit: string;
  role: string[];
  region?: string;
  until?: string;
  json?: boolean;
}

const placeOf = (options: PlaceOptions) => ({
  unit: options.unit,
  roles: rolesOf(options.role),
  region: options.region,
  until: day(options.until),
});

const placed = (command: Command): Command =>
  command
    .requiredOption('--unit <id>', 'unit of the organisation tree')
    .option('--role <role>', 'may be given several times; administrators come by four eyes only', collect, [])
    .option('--region <code>', 'narrower than the unit’s region')
    .option('--until <day>', 'the post ends then by itself')
    .option('--json', 'one JSON object');

const treeCommand = (): Command => {
  const tree = new Command('tree').description('the organisation tree 组织架构');
  tree
    .command('import')
    .description('check a tree file, every fault at once, and put it in force as the next version')
    .argument('<file>', 'YAML list of units')
    .option('--json', 'one JSON object')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const imported = await withCore((core) =>
        core.officials.tree.import(readTree(readText(file), core.trust.issuers()), cliContext),
      );
      print(json, imported, () =>
        imported.changed
          ? `version ${imported.number}, ${imported.units} units; ${imported.endedPosts} post(s) ended`
          : `version ${imported.number} is in force already`,
      );
    });
  tree
    .command('show')
    .option('--json', 'one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const { number, units } = await withCore((core) => core.officials.tree.current());
      print(json, { number, units }, () =>
        table([
          ['unit', 'region', 'credit code', 'parent', 'name'],
          ...units.map((each) => [each.id, each.region, each.creditCode, each.parent ?? '', each.name.zh]),
        ]),
      );
    });
  return tree;
};

export const officialCommand = (): Command => {
  const command = new Command('official').description('officials: the organisation tree, posts and roles');
  command.addCommand(treeCommand());
  command
    .command('list')
    .description('the access list: who holds which post where; no names')
    .option('--unit <id>', 'this unit and all below it')
    .option('--json', 'one JSON array')
    .action(async ({ unit, json }: { unit?: string; json?: boolean }) => {
      const posts = await withCore((core) => core.officials.posts.list({ unit }));
      print(json, posts, () =>
        table([
          ['account', 'unit', 'region', 'roles', 'post'],
          ...posts.map((post) => [post.account, post.unit, post.region, post.roles.join(' '), post.id]),
        ]),
      );
    });
  placed(command.command('appoint'))
    .description('give a person a post with business roles')
    .argument('<account>', 'account id, or the key of a named sample person')
    .action(async (who: string, options: PlaceOptions) => {
      const post = await withCore(async (core) =>
        core.officials.posts.appoint({
          account: (await findAccount(core, who)).id,
          ...placeOf(options),
          context: cliContext,
        }),
      );
      print(options.json, post, () => `${post.id}: ${post.roles.join(' ')} in ${post.unit}`);
    });
  placed(command.command('move'))
    .description('end a post and open the next in one step')
    .argument('<account>')
    .argument('<post>', 'the post that ends')
    .action(async (who: string, post: string, options: PlaceOptions) => {
      const next = await withCore(async (core) =>
        core.officials.posts.move({
          account: (await findAccount(core, who)).id,
          post,
          to: placeOf(options),
          reason: 'moved',
          context: cliContext,
        }),
      );
      print(options.json, next, () => `${next.id}: ${next.roles.join(' ')} in ${next.unit}`);
    });
  command
    .command('leave')
    .description('end all posts of a person at once')
    .argument('<account>')
    .option('--reason <code>', 'stable reason code', 'left')
    .option('--json', 'one JSON array')
    .action(async (who: string, { reason, json }: { reason: string; json?: boolean }) => {
      const gone = await withCore(async (core) =>
        core.officials.posts.leave({
          account: (await findAccount(core, who)).id,
          reason,
          context: cliContext,
        }),
      );
      print(json, gone, () => `${gone.length} post(s) ended`);
    });
  return command;
};
