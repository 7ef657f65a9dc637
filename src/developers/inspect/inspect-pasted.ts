/** Plain words for whatever a developer has in hand. Nothing is stored, logged or looked up but an app by its id. */
import type { DeveloperDeps } from '../dependencies.ts';
import { check, fact, type Report } from './finding.ts';
import { inspectCallback, inspectError } from './inspect-answer.ts';
import { inspectRequest } from './inspect-request.ts';
import { type Expected, inspectToken } from './inspect-token.ts';
import { recognise } from './recognise.ts';

const opaque: Report = {
  title: { zh: '不透明的值', en: 'An opaque value' },
  findings: [
    fact(
      '?',
      '访问令牌、刷新令牌或授权码：里面没有可读的内容，这里也不查询。用您的应用身份到令牌检视端点（introspection_endpoint）查询自己的令牌。',
      'An access token, refresh token or code: there is nothing to read in it, and it is not looked up here. Ask the introspection_endpoint about your own tokens, as your app.',
    ),
  ],
};

const encrypted: Report = {
  title: { zh: '加密的令牌', en: 'An encrypted token' },
  findings: [
    fact(
      'JWE',
      '只有持有私钥的应用能读：解密后把里面的令牌粘贴进来。',
      'Only the app with the private key can read it: decrypt it and paste what is inside.',
    ),
  ],
};

const unknown: Report = {
  title: { zh: '认不出来', en: 'Not recognised' },
  findings: [
    check(
      '?',
      '粘贴完整的令牌、令牌回答（JSON）、以 http 开头的整个网址，或错误代码。',
      'Paste a whole token, the token response (JSON), a whole address that begins with http, or an error code.',
    ),
  ],
};

export const inspectPasted = async (
  deps: DeveloperDeps,
  pasted: string,
  expected: Expected,
): Promise<Report> => {
  const found = recognise(pasted);
  switch (found.kind) {
    case 'token':
      return inspectToken(deps, found.token, { ...expected, accessToken: found.accessToken });
    case 'request':
      return inspectRequest(deps, found.parameters, found.address);
    case 'callback':
      return inspectCallback(deps, found.parameters);
    case 'error':
      return inspectError(found.code);
    case 'opaque':
      return opaque;
    case 'encrypted':
      return encrypted;
    case 'unknown':
      return unknown;
  }
};
