import type { Page } from 'playwright-core';
import type { RunningApp } from '../flow/start-app.ts';

/** What a person does in the wallet, for tests that begin with a wallet in use. */
export const walletPages = (app: RunningApp, page: Page) => {
  const numberOf = (id: string) => app.core.people.find((person) => person.id === id)!.document.number;

  const prove = async (id: string) => {
    await page.locator('#login-name').fill(numberOf(id));
    await page.locator('#password').fill(app.passwordOf(id));
    await page.locator('#password').press('Enter');
  };

  const typePin = async (pin: string) => {
    await page.getByTestId('pin-dots').waitFor();
    for (const digit of pin) await page.getByTestId(`key-${digit}`).click();
  };

  return {
    prove,
    typePin,
    async signIn(id: string) {
      await page.goto(`${app.baseUrl}/wallet/`);
      await page.getByTestId('sign-in').click();
      await prove(id);
      await page.getByTestId('display-name').waitFor();
    },
    /** Everything added, and ready to show. */
    async addAll() {
      await page.getByTestId('add-all').click();
      await page.getByTestId('add-result').waitFor();
      await page.getByTestId('prepared').waitFor();
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    },
    /** From the home page. */
    async setPin(pin: string) {
      // Where something matters more it stands among the further notices, which are folded.
      await page.getByTestId('lock-ask-set').dispatchEvent('click');
      await typePin(pin);
      await page.getByRole('heading', { name: '请再输一次' }).waitFor();
      await typePin(pin);
      await page.getByTestId('lock.set.done').waitFor();
    },
    async show(type: string, view: string) {
      await page.getByTestId(`show-${type}`).click();
      await page.getByTestId(`view-${view}`).click();
      await page.locator('[data-testid=show-code][data-made-at]').waitFor();
    },
  };
};

/** Everything in the wallet's database, as text; keys by what can be done with them. */
export const keptIn = (
  page: Page,
): Promise<{ text: string; stores: Record<string, number>; extractable: boolean }> =>
  page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open('onecert-wallet');
      opening.onsuccess = () => resolve(opening.result);
    });
    let extractable = false;
    let text = '';
    const read = (value: unknown): void => {
      if (value instanceof CryptoKey) extractable ||= value.extractable;
      else if (value instanceof ArrayBuffer) text += new TextDecoder('utf-8').decode(value);
      else if (ArrayBuffer.isView(value)) text += new TextDecoder('utf-8').decode(value);
      else if (typeof value === 'object' && value !== null) {
        for (const [key, inner] of Object.entries(value)) {
          text += ` ${key} `;
          read(inner);
        }
      } else text += ` ${value} `;
    };
    const stores: Record<string, number> = {};
    for (const store of database.objectStoreNames) {
      const all = await new Promise<unknown[]>((resolve) => {
        const reading = database.transaction(store).objectStore(store).getAll();
        reading.onsuccess = () => resolve(reading.result);
      });
      stores[store] = all.length;
      read(all);
    }
    database.close();
    return { text, stores, extractable };
  });
