import { Router } from 'express';
import { html, languageOf, sendPage, type Text } from '../http/index.ts';
import type { MailOutbox } from './outbox.ts';

const words: Record<'title' | 'sample' | 'none', Text> = {
  title: { zh: '邮件发件箱（示例）', en: 'Mails (sample)' },
  sample: {
    zh: '这是开发用的示例邮件通道：邮件没有发出，只显示在这里，15 分钟后消失。正式环境不会启用。',
    en: 'A sample adapter for developers: nothing was sent. Mails stand here for 15 minutes. Production refuses it.',
  },
  none: { zh: '还没有邮件。', en: 'No mails yet.' },
};

/** GET /dev/mails, mounted in development only. */
export const mailOutboxRoutes = (outbox: MailOutbox): Router => {
  const router = Router();
  router.get('/dev/mails', async (req, res) => {
    const language = languageOf(req);
    const mails = await outbox.mails();
    sendPage(res, 200, {
      language,
      languageLink: `/dev/mails?lang=${language === 'zh' ? 'en' : 'zh'}`,
      title: words.title[language],
      body: html`<h1>${words.title[language]}</h1>
<p class="note check">${words.sample[language]}</p>
${mails.length === 0 && html`<p>${words.none[language]}</p>`}
<ul class="learns">${mails.map(
        ({ to, at, subject, text }) =>
          html`<li><span class="soft">${to} · ${new Date(at).toISOString().slice(11, 19)} UTC</span><br><strong>${subject}</strong>${text
            .split('\n')
            .map((line) => html`<br>${line}`)}</li>`,
      )}</ul>`,
    });
  });
  return router;
};
