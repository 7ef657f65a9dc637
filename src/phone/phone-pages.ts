/** `/phone`: the page that the terminal's code opens, and the authority's certificate to download. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Router } from 'express';
import { html, keepLanguage, type Language, languageOf, otherLanguageLink, sendPage } from '../http/index.ts';
import { authorityFile, inFours } from './local-certificate.ts';
import { words } from './words.ts';

const places = [
  { href: '/wallet/', title: words.wallet },
  { href: '/counter/', title: words.counter },
  { href: '/v', title: words.anyone },
];

const pageBody = (language: Language, certificate: X509Certificate) => html`<h1>${words.title[language]}</h1>
<p class="note check"><strong>${words.only[language]}</strong> ${words.onlySays[language]}</p>
<p class="acts">${places.map(
  ({ href, title }, index) =>
    html`<a class="button${index > 0 ? ' second' : ''}" href="${href}">${title[language]}</a>`,
)}</p>
<h2>${words.warning[language]}</h2>
<p>${words.warningSays[language]}</p>
<p class="acts"><a class="button second" href="/phone/authority.crt">${words.download[language]}</a></p>
<p>${words.compare[language]}</p>
<p><code>${inFours(certificate.fingerprint256)}</code></p>
<details><summary>${words.android[language]}</summary><ol>${words.androidSteps[language].map((step) => html`<li>${step}</li>`)}</ol></details>
<details><summary>${words.ios[language]}</summary><ol>${words.iosSteps[language].map((step) => html`<li>${step}</li>`)}</ol></details>
<details><summary>${words.remove[language]}</summary><p>${words.removeSays[language]}</p></details>
<h2>${words.limits[language]}</h2>
<p>${words.limitsSays[language]}</p>`;

/** Mounted only where this server speaks TLS with its own authority. */
export const phonePages = (dir: string): Router => {
  const router = Router();
  const pem = readFileSync(authorityFile(dir));
  const certificate = new X509Certificate(pem);
  router.get('/phone', (req, res) => {
    keepLanguage(req, res, true);
    const language = languageOf(req);
    const languageLink = otherLanguageLink(req, language);
    sendPage(res, 200, {
      language,
      title: words.title[language],
      body: pageBody(language, certificate),
      ...(languageLink !== undefined && { languageLink }),
    });
  });
  // DER under this type and name is what Android and iOS offer to install.
  router.get('/phone/authority.crt', (_req, res) => {
    res.set('cache-control', 'no-store').type('application/x-x509-ca-cert').attachment('onecert-try-out.crt');
    res.send(certificate.raw);
  });
  return router;
};
