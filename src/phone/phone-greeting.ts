/** What the terminal says: a code to scan, what the phone will warn of, and why this is for trying out only. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { toString as qrText } from 'qrcode';
import { authorityFile, inFours } from './local-certificate.ts';

export const phoneGreeting = async (baseUrl: string, dir: string): Promise<string> => {
  const address = `${baseUrl}/phone`;
  const { fingerprint256 } = new X509Certificate(readFileSync(authorityFile(dir)));
  const drawn = await qrText(address, { type: 'terminal', small: true, errorCorrectionLevel: 'M' });
  return `${drawn}
  On a phone in the same network, scan the code or open  ${address}
  手机连同一网络，扫码或打开以上地址

  The phone will warn that the connection is not private: it does not know this computer's certificate yet. The page
  says how to install the authority behind it, on Android and iOS; only then does the wallet work offline.
  手机会提示“连接不是私密连接”：它还不认识本机的证书。页面上有安装方法；装好后卡包才能离线使用。

  The authority's SHA-256 fingerprint, to be compared before it is trusted 指纹:
  ${inFours(fingerprint256)}

  For trying out only 仅供试用: invented people, passwords of this run alone, open to all of this network.
  Remove the authority from the phone afterwards. 用后请在手机上删除该证书。

`;
};
