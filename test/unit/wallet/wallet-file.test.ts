import { describe, expect, it } from '@jest/globals';
import { readWalletFile, type WalletList, writeWalletFile } from '../../../web/wallet/wallet-file.ts';

const list: WalletList = {
  format: 'onecert-wallet-list',
  version: 1,
  madeAt: 1_795_400_000,
  certificates: [
    {
      type: 'driving_licence',
      name: { zh: '驾驶证', en: 'Driving licence' },
      identifier: '1.2.156.3005.2.x',
    },
  ],
  preferences: { language: 'zh', elder: false },
};
const passphrase = 'a long passphrase';
const readBack = async (odd: unknown) =>
  readWalletFile(await writeWalletFile(odd as WalletList, passphrase), passphrase);

describe('the file a wallet moves by', () => {
  it('is read by its passphrase alone', async () => {
    expect(await readBack(list)).toEqual(list);
    expect(await readWalletFile(await writeWalletFile(list, passphrase), 'another one')).toBe('wrong');
  });

  it.each([
    ['nothing', null],
    ['a text', 'x'],
    ['no certificates', { ...list, certificates: undefined }],
    ['certificates that are none', { ...list, certificates: [null] }],
    ['a certificate without a name', { ...list, certificates: [{ type: 'a', identifier: 'b' }] }],
    ['a name in one language', { ...list, certificates: [{ ...list.certificates[0], name: { zh: 'x' } }] }],
    ['no preferences', { ...list, preferences: undefined }],
    ['preferences of null', { ...list, preferences: null }],
    ['no date', { ...list, madeAt: 'today' }],
  ])('with %s inside is not such a file: the page that shows it must not break', async (_, odd) => {
    expect(await readBack(odd)).toBe('foreign');
  });
});
