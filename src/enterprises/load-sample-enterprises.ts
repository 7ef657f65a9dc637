/** The sample province's enterprise accounts: opened, staffed and accepted by the same acts as anybody's. */
import { existsSync, readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { Account, Accounts } from '../accounts/index.ts';
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Storage } from '../storage/index.ts';
import type { Enterprises } from './create-enterprises.ts';
import { isOpen, type Mandate } from './enterprise.ts';
import { itemsForMandates } from './give-mandate.ts';

const person = z.strictObject({ kind: z.string(), number: z.string(), name: z.string() });
const days = z.int().min(1).max(366);
const staffSchema = z.array(
  z.strictObject({
    creditCode: z.string(),
    managers: z.array(person),
    mandates: z.array(z.strictObject({ person, items: z.array(z.string()).min(1), days })),
    agents: z.array(
      z.strictObject({
        creditCode: z.string(),
        items: z.array(z.string()).min(1),
        days,
        staff: z.array(person),
      }),
    ),
  }),
);

type Named = z.infer<typeof person>;

export interface SampleEnterpriseDeps {
  storage: Storage;
  accounts: Accounts;
  enterprises: Enterprises;
  clock: Clock;
  /** config/sample/enterprise-staff.yaml */
  file: string;
}

const doneFact = 'sample-enterprises';

/** Once an instance; started again after a crash it goes on where it was. */
export const loadSampleEnterprises = async (deps: SampleEnterpriseDeps): Promise<void> => {
  const { storage, accounts, enterprises, clock, file } = deps;
  if (!existsSync(file) || (await storage.facts.get(doneFact))) return;
  const sample = staffSchema.parse(parseYaml(readFileSync(file, 'utf8')));
  const accountOf = async ({ kind, number }: Pick<Named, 'kind' | 'number'>): Promise<Account> => {
    const account = await accounts.findByDocument(kind, number);
    if (!account) throw new Error(`${file}: somebody in it is not in the list of citizens`);
    return account;
  };
  const headOf = async (creditCode: string) => {
    const record = await enterprises.register.find(creditCode);
    if (!record) throw new Error(`${file}: an enterprise in it is not in the register`);
    const act = { accountId: (await accountOf(record.legalRep)).id };
    return { act, enterprise: await enterprises.open(act, { creditCode }) };
  };
  const usable = new Set(itemsForMandates(enterprises.context.items).map(({ code }) => code));
  const until = (count: number): number => seconds(clock) + count * 86_400;
  const isThere = (list: Mandate[], mandate: Partial<Mandate>): Mandate | undefined =>
    list.find(
      (one) =>
        isOpen(one) && Object.entries(mandate).every(([key, value]) => one[key as keyof Mandate] === value),
    );
  const accept = async (accountId: string, mandate: Mandate): Promise<void> => {
    if (mandate.state === 'offered') {
      await enterprises.answerMandate({ accountId }, { mandate: mandate.id, answer: 'accept' });
    }
  };

  for (const { creditCode, managers, mandates, agents } of sample) {
    const { act, enterprise } = await headOf(creditCode);
    for (const manager of managers) {
      await enterprises
        .appointManager(act, { enterprise: enterprise.id, person: manager })
        .catch((error: unknown) => {
          if (!(error instanceof ServiceError && error.code === 'already_exists')) throw error;
        });
    }
    const { given } = await enterprises.mandatesOf(act, enterprise.id);
    for (const { person: delegate, items, days: count } of mandates) {
      if (!items.every((item) => usable.has(item))) continue;
      const { id } = await accountOf(delegate);
      const mandate =
        isThere(given, { kind: 'person', person: id }) ??
        (await enterprises.giveMandate(act, {
          enterprise: enterprise.id,
          to: { person: delegate },
          items,
          validUntil: until(count),
        }));
      await accept(id, mandate);
    }
    for (const { creditCode: agentCreditCode, items, days: count, staff } of agents) {
      if (!items.every((item) => usable.has(item))) continue;
      const { act: agentAct, enterprise: agent } = await headOf(agentCreditCode);
      const mandate =
        isThere(given, { kind: 'agent', agent: agent.id }) ??
        (await enterprises.giveMandate(act, {
          enterprise: enterprise.id,
          to: { agentCreditCode },
          items,
          validUntil: until(count),
        }));
      await accept(agentAct.accountId, mandate);
      for (const member of staff) {
        const { id } = await accountOf(member);
        const named =
          isThere(given, { kind: 'agent_staff', agent: agent.id, person: id }) ??
          (await enterprises.nameAgentStaff(agentAct, {
            mandate: mandate.id,
            person: member,
            items,
            validUntil: Math.min(until(count), mandate.validUntil),
          }));
        await accept(id, named);
      }
    }
  }
  await storage.facts.set(doneFact, '1');
};
