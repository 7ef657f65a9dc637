/** A counter in a browser, enrolled to the real server, with two officers and a person's open case. */
import type { Page } from 'playwright-core';
import type { Account } from '../../src/accounts/index.ts';
import { openPack, verify } from '../../src/verifier/core/index.ts';
import { openKit } from '../flow/counter-kit.ts';
import type { RunningApp } from '../flow/start-app.ts';

export const renewal = 'driving-licence-renewal';
const pins = ['270418', '815306'] as const;

export const openEnrolled = async (app: RunningApp) => {
  const kit = openKit(app, app.core.clock);
  const lead = await kit.official('zj-police', ['counter_lead']);
  const officers: { id: string; pin: string }[] = [];
  for (const pin of pins) {
    const id = await kit.official('zj-police', ['issuer_clerk']);
    await kit.setPin(id, pin);
    officers.push({ id, pin });
  }
  const lin = (await app.core.samplePerson('lin'))!;
  const open = await kit.api.call(officers[0]!.id, 'post', '/admin/api/cases', {
    item: renewal,
    document: { kind: lin.documentKind, number: lin.documentNumber },
  });
  const { body: proposed } = await kit.propose(lead, { name: '3号窗口', items: [renewal] });
  const { body: poster } = await kit.api.call(lead, 'post', '/admin/api/posters', {
    counter: proposed.counter.id,
    item: renewal,
  });
  return {
    kit,
    lead,
    officers,
    lin,
    caseNumber: open.body.number as string,
    counter: proposed.counter.id as string,
    poster: poster as { id: string; url: string },
    async enrol(page: Page): Promise<void> {
      await page.getByTestId('enrol').click();
      await page.getByTestId('enrol-code').fill(proposed.code);
      await page.getByTestId('enrol-submit').click();
      await page.getByTestId('desk').waitFor();
    },
    /** On the page that asks for it. */
    async begin(page: Page, { id, pin } = officers[0]!): Promise<void> {
      await page.getByTestId('shift-officer').selectOption(id);
      await page.getByTestId('shift-pin').fill(pin);
      await page.getByTestId('shift-begin').click();
      await page.getByTestId('shift-begin').waitFor({ state: 'detached' });
    },
    async fillNoPhone(page: Page, person: Account, [, second] = officers): Promise<void> {
      await page.getByTestId('officer-item').selectOption(renewal);
      await page.getByTestId('officer-case').fill(` ${open.body.number} `);
      await page.getByTestId('officer-type').selectOption('driving_licence');
      await page.getByTestId('np-kind').selectOption(person.documentKind);
      await page.getByTestId('np-number').fill(person.documentNumber);
      await page.getByTestId('np-name').fill(person.name);
      await page.getByTestId('np-second').check();
      await page.getByTestId('np-second-officer').selectOption(second!.id);
      await page.getByTestId('np-second-pin').fill(second!.pin);
    },
    /** What a holder's wallet sends to the poster; answers the number on her phone. */
    async send(values: Record<string, string>): Promise<string> {
      const phone = await kit.phoneOf(lin, 'driving_licence', 'standard');
      const { jws } = await app.core.credentials.offlinePack();
      const now = kit.now();
      const opened = await openPack(jws, { root: app.core.trust.rootPublicJwk() as never, now });
      if (!('trusted' in opened)) throw new Error('the pack does not open');
      const verdict = await verify(await phone.show(), opened.trusted, { now });
      const { posters } = app.core.counters;
      const { number } = await posters.receive(poster.id, { credentials: [{ verdict, values }] });
      return number;
    },
  };
};
export type Enrolled = Awaited<ReturnType<typeof openEnrolled>>;
